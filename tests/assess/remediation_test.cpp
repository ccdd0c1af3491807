// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/remediation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::assess {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Remediation, OfANotEnforcedCaIsThatOfTheAssessment) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, "Contoso CA", "ca01.corp.example");

  EXPECT_THAT(fix.commands, ElementsAre("certutil -config \"ca01.corp.example\\Contoso CA\" -setreg CA\\InterfaceFlags "
                                        "+IF_ENFORCEENCRYPTICERTREQUEST",
                                        "net stop certsvc & net start certsvc"));
  EXPECT_THAT(fix.advice, HasSubstr("Test in a controlled environment first"));
  EXPECT_THAT(fix.revert.front(), HasSubstr("-IF_ENFORCEENCRYPTICERTREQUEST"));
}

/// A name from the directory must not become a command on an administrator's machine.
TEST(Remediation, OmitsNamesWithASpecialMeaningToAShell) {
  for (const char* name : {"CA\" & calc & \"", "CA %PATH%", "CA $(calc)", "CA `calc`",
                           "CA\nformat c:", "CA \u201d; calc", "CA \u202e", "CA \xff", "CA\\", ""}) {
    const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, name, "ca01.corp.example");
    EXPECT_EQ(fix.commands.front(), "certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST") << name;
  }
  const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, "Contoso CA", "host\" & calc");
  EXPECT_EQ(fix.commands.front(), "certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST");
}

TEST(Remediation, NamesTheHostWithoutTheRootsDot) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, "CA", "ca03.corp.example.");

  EXPECT_THAT(fix.commands.at(0), testing::HasSubstr("-config \"ca03.corp.example\\CA\" "));
}

TEST(Remediation, KeepsNamesInOtherAlphabets) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::value_absent, "Köln CA (R&D) #1 東京", "ca");

  EXPECT_THAT(fix.commands.front(), HasSubstr("\"ca\\Köln CA (R&D) #1 東京\""));
}

TEST(Remediation, IsEmptyForACompliantCa) {
  for (const auto& [verdict, reason] :
       {std::pair{Verdict::enforced, Reason::flag_set}, std::pair{Verdict::not_exposed, Reason::rpc_enrollment_off}}) {
    const auto fix = remediation_for(verdict, reason, "CA", "host");
    EXPECT_THAT(fix.advice, IsEmpty());
    EXPECT_THAT(fix.commands, IsEmpty());
  }
}

TEST(Remediation, IsAdviceWithoutCommandsForEveryUnknown) {
  for (const Reason reason : all_reasons()) {
    if (reason >= Reason::flag_set && reason <= Reason::rpc_enrollment_off) continue;
    const auto fix = remediation_for(Verdict::unknown, reason, "CA", "host");
    EXPECT_THAT(fix.advice, testing::Not(IsEmpty())) << word_of(reason);
    EXPECT_THAT(fix.commands, IsEmpty());
  }
}

}  // namespace
}  // namespace casweep::assess
