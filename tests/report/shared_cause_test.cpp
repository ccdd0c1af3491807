// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/shared_cause.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assess/report_stage.h"
#include "base/foreign_error.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using assess::Reason;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// A CA on ca<number>.corp.example that could not be read.
history::Observation failed_ca(int number, Reason reason, std::string detail = "") {
  history::Observation ca = mixed_scan().cas.front();
  ca.service.dns_host_name = fmt::format("ca{:02}.corp.example", number);
  assess::Reading reading;
  reading.account = "auditor@CORP.EXAMPLE";
  reading.address = fmt::format("192.0.2.{}", number);
  const bool of_tcp = reason == Reason::timed_out && detail.empty();
  reading.result = tl::unexpected(
      assess::ReadFailure{reason, detail, of_tcp ? base::ForeignError{"errno", ETIMEDOUT, ""} : base::ForeignError{}});
  ca.judgement = assess::judge(reading);
  ca.reading = std::move(reading);
  return ca;
}

history::ScanRecord scan_of(std::vector<history::Observation> cas) {
  history::ScanRecord scan = mixed_scan();
  scan.cas = std::move(cas);
  return scan;
}

TEST(SharedCause, OfNamesThatDoNotResolveIsThisMachine) {
  const auto scan = scan_of({failed_ca(1, Reason::name_not_resolved), failed_ca(2, Reason::name_not_resolved)});

  EXPECT_THAT(shared_causes(scan),
              ElementsAre(AllOf(HasSubstr("None of the 2 CA host names"), HasSubstr("this machine's resolver"),
                                HasSubstr("getent hosts ca01.corp.example"), HasSubstr("change nothing"))));
}

TEST(SharedCause, IsNoneIfOneHostIsReadOrFailsOtherwise) {
  const auto unresolved = failed_ca(1, Reason::name_not_resolved);
  EXPECT_THAT(shared_causes(scan_of({unresolved, mixed_scan().cas.front()})), IsEmpty());
  EXPECT_THAT(shared_causes(scan_of({unresolved, failed_ca(2, Reason::access_denied)})), IsEmpty());
}

TEST(SharedCause, IsOfSeveralHosts) {
  EXPECT_THAT(shared_causes(scan_of({})), IsEmpty());
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::timed_out)})), IsEmpty());
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::timed_out), failed_ca(1, Reason::timed_out)})), IsEmpty());
}

TEST(SharedCause, DoesNotDependOnCasWithoutAHost) {
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::timed_out), failed_ca(2, Reason::timed_out),
                                     failed_ca(3, Reason::no_host_name), failed_ca(4, Reason::hidden_from_account)})),
              ElementsAre(HasSubstr("None of the 2 CA hosts could be reached")));
}

TEST(SharedCause, OfAFirewallMayAnswerInThreeWays) {
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::timed_out), failed_ca(2, Reason::connection_refused),
                                     failed_ca(3, Reason::host_unreachable)})),
              ElementsAre(HasSubstr("firewall")));
}

TEST(SharedCause, OfKerberosIsSaidOnceIfOnlyTheHostsDiffer) {
  const auto same =
      scan_of({failed_ca(1, Reason::kerberos_failed, "No type for cifs/ca01.corp.example at 192.0.2.1."),
               failed_ca(2, Reason::kerberos_failed, "No type for cifs/ca02.corp.example at 192.0.2.2.")});
  EXPECT_THAT(shared_causes(same),
              ElementsAre("Kerberos failed in the same way for all 2 CA hosts. For ca01.corp.example: No type for "
                          "cifs/ca01.corp.example at 192.0.2.1."));
  const auto different = scan_of({failed_ca(1, Reason::kerberos_failed, "No type for cifs/ca01.corp.example."),
                                  failed_ca(2, Reason::kerberos_failed, "The clock of ca02.corp.example is wrong.")});
  EXPECT_THAT(shared_causes(different), IsEmpty());
}

TEST(SharedCause, DoesNotDependOnTheCaseOfAHostName) {
  auto upper = failed_ca(2, Reason::kerberos_failed, "No type for cifs/ca02.corp.example.");
  upper.service.dns_host_name = "CA02.corp.example";
  EXPECT_THAT(
      shared_causes(scan_of({failed_ca(1, Reason::kerberos_failed, "No type for cifs/CA01.corp.example."), upper})),
      ElementsAre(HasSubstr("Kerberos failed in the same way")));
}

TEST(SharedCause, OfADeadlineDependsOnTheStage) {
  const auto both = [](const std::string& stage, bool resolved) {
    std::vector<history::Observation> cas;
    for (const int number : {1, 2}) {
      cas.push_back(
          failed_ca(number, Reason::timed_out, "No answer within the deadline of 60 s, while " + stage + "."));
      if (!resolved) cas.back().reading->address.clear();
    }
    return shared_causes(scan_of(std::move(cas)));
  };
  EXPECT_THAT(both(std::string(assess::connecting_stage), true), ElementsAre(HasSubstr("firewall")));
  EXPECT_THAT(both("looking up the host in DNS", false),
              ElementsAre(AllOf(HasSubstr("resolver"), Not(HasSubstr("firewall")))));
  EXPECT_THAT(both("reading the registry", true),
              ElementsAre(AllOf(HasSubstr("while reading the registry"), Not(HasSubstr("firewall")))));
}

TEST(SharedCause, OfTheAccountIsNoneIfTheHostsDiffer) {
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::logon_refused, "The host refused the account."),
                                     failed_ca(2, Reason::logon_refused, "The host cannot check the account.")})),
              IsEmpty());
}

TEST(SharedCause, NamesTheAccountThatAllRefuse) {
  for (const Reason reason : {Reason::logon_refused, Reason::access_denied})
    EXPECT_THAT(shared_causes(scan_of({failed_ca(1, reason), failed_ca(2, reason)})),
                ElementsAre(HasSubstr("auditor@CORP.EXAMPLE")));
}

TEST(SharedCause, OfBlockedNtlmIsTheOption) {
  EXPECT_THAT(shared_causes(scan_of({failed_ca(1, Reason::ntlm_blocked), failed_ca(2, Reason::ntlm_blocked)})),
              ElementsAre(HasSubstr("omit --ntlm")));
}

TEST(SharedCause, IsWrittenSafely) {
  auto one = failed_ca(1, Reason::kerberos_failed, "\x1b[2J");
  auto two = failed_ca(2, Reason::kerberos_failed, "\x1b[2J");
  std::ostringstream out;
  write_shared_causes(out, scan_of({one, two}), {});
  EXPECT_THAT(out.str(), AllOf(HasSubstr("Kerberos failed"), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace casweep::report
