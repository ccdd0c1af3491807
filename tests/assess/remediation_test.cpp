// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/remediation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace casweep::assess {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Remediation, OfANotEnforcedCaIsThatOfTheAssessment) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, "ca01.corp.example");

  EXPECT_THAT(fix.commands, ElementsAre("certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST",
                                        "net stop certsvc", "net start certsvc"));
  EXPECT_EQ(fix.remote,
            "Invoke-Command -ComputerName ca01.corp.example { certutil -setreg CA\\InterfaceFlags "
            "+IF_ENFORCEENCRYPTICERTREQUEST; Restart-Service CertSvc }");
  EXPECT_THAT(fix.advice, HasSubstr("Test in a controlled environment first"));
  EXPECT_THAT(fix.revert, ElementsAre("certutil -setreg CA\\InterfaceFlags -IF_ENFORCEENCRYPTICERTREQUEST",
                                      "net stop certsvc", "net start certsvc"));
}

/// Clearing a flag of a value that was absent would leave the value 0.
TEST(Remediation, OfAnAbsentValueIsUndoneByDeletingIt) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::value_absent, "ca01.corp.example");

  EXPECT_EQ(fix.revert.front(), "certutil -delreg CA\\InterfaceFlags");
}

/// A name from the directory must not become a command on an administrator's machine.
TEST(Remediation, HasNoRemoteCommandForANameThatIsNoHostName) {
  for (const char* name : {"host\" & calc", "host; calc", "host $(calc)", "-host", "host\nformat c:", "\u201d", "\xff",
                           "10.0.0.1", "host:445", ""}) {
    EXPECT_EQ(remediation_for(Verdict::not_enforced, Reason::flag_clear, name).remote, "") << name;
  }
}

TEST(Remediation, NamesTheHostWithoutTheRootsDot) {
  const auto fix = remediation_for(Verdict::not_enforced, Reason::flag_clear, "ca03.corp.example.");

  EXPECT_THAT(fix.remote, HasSubstr("-ComputerName ca03.corp.example {"));
}

TEST(RemoteFix, NamesAllHostsThatHaveAName) {
  const std::vector<std::string> hosts{"ca01.corp.example", "no host", "ca02.corp.example"};

  EXPECT_THAT(remote_fix_of(hosts), HasSubstr("-ComputerName ca01.corp.example, ca02.corp.example {"));
}

TEST(Remediation, IsEmptyForACompliantCa) {
  for (const auto& [verdict, reason] :
       {std::pair{Verdict::enforced, Reason::flag_set}, std::pair{Verdict::not_exposed, Reason::rpc_enrollment_off}}) {
    const auto fix = remediation_for(verdict, reason, "host");
    EXPECT_THAT(fix.advice, IsEmpty());
    EXPECT_THAT(fix.commands, IsEmpty());
  }
}

TEST(Remediation, IsAdviceWithoutCommandsForEveryUnknown) {
  for (const Reason reason : all_reasons()) {
    if (reason >= Reason::flag_set && reason <= Reason::rpc_enrollment_off) continue;
    const auto fix = remediation_for(Verdict::unknown, reason, "host");
    EXPECT_THAT(fix.advice, testing::Not(IsEmpty())) << word_of(reason);
    EXPECT_THAT(fix.commands, IsEmpty());
  }
}

}  // namespace
}  // namespace casweep::assess
