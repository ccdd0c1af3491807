// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

#include "report/json/checkup_json.h"
#include "report/table/checkup_table.h"
#include "tests/report/golden.h"

namespace casweep::report {
namespace {

using doctor::Check;
using doctor::Outcome;
using namespace std::chrono_literals;

doctor::Step ca_step(std::string name, std::string host, doctor::Finding finding) {
  return {.check = Check::ca,
          .ca = doctor::CaOfStep{std::move(name), std::move(host)},
          .finding = std::move(finding),
          .duration = 700ms};
}

/// Every step up to the listing.
doctor::Checkup checkup_without_cas() {
  return {.started_at = base::Instant(1'800'000'000'000ms),
          .principal = "auditor@CORP.EXAMPLE",
          .directory = "corp.example",
          .steps = {{.check = Check::history,
                     .finding = {.text = "/home/auditor/.local/share/casweep/history.db is usable."}},
                    {.check = Check::user,
                     .finding = {Outcome::warning, "casweep runs as root, which a scan does not need.",
                                 "Use an account of its own."}},
                    {.check = Check::resolver, .finding = {.text = "DNS servers: 10.20.0.1."}, .duration = 12ms},
                    {.check = Check::listing,
                     .finding = {.text = "2 enterprise CAs in the forest corp.example."},
                     .duration = 1234ms}}};
}

doctor::Checkup healthy_checkup() {
  doctor::Checkup checkup = checkup_without_cas();
  checkup.steps.push_back(ca_step("CA 1", "ca1.corp.example", {.text = "10.20.0.101: HKLM\\…\\CA 1."}));
  checkup.steps.push_back(ca_step("CA 2", "ca2.corp.example", {.text = "10.20.0.102: HKLM\\…\\CA 2."}));
  return checkup;
}

doctor::Checkup failed_checkup() {
  doctor::Checkup checkup = checkup_without_cas();
  checkup.steps.push_back(ca_step("CA 1", "ca1.corp.example", {.text = "10.20.0.101: HKLM\\…\\CA 1."}));
  checkup.steps.push_back(
      ca_step("CA \x1b[2J 2", "ca2.corp.example",
              doctor::failure(assess::Reason::connection_refused,
                              "Stopped at TCP port 445 (connection-refused): 10.20.0.102 refused the connection.",
                              "Check that the host is running.")));
  checkup.steps.push_back(ca_step("CA 3", "",
                                  doctor::failure(assess::Reason::connection_refused, "Stopped at TCP port 445.",
                                                  "Check that the host is running.")));
  return checkup;
}

std::string table_of(const doctor::Checkup& checkup, int exit_code, const TableStyle& style = {.columns = 80}) {
  std::ostringstream out;
  write_checkup_table(out, checkup, exit_code, style);
  return out.str();
}

std::string json_of(const doctor::Checkup& checkup, int exit_code) {
  std::ostringstream out;
  write_checkup_json(out, checkup, exit_code);
  return out.str();
}

TEST(CheckupReport, HealthyCasAreOneLine) { EXPECT_TRUE(is_golden("checkup.txt", table_of(healthy_checkup(), 0))); }

TEST(CheckupReport, EachCaHasALineIfOneFails) {
  EXPECT_TRUE(is_golden("checkup-failed.txt", table_of(failed_checkup(), 2)));
}

TEST(CheckupReport, JsonHasEveryStep) {
  EXPECT_TRUE(is_golden("checkup.json", json_of(healthy_checkup(), 0)));
  EXPECT_TRUE(is_golden("checkup-failed.json", json_of(failed_checkup(), 2)));
}

TEST(CheckupReport, ASkippedStepNamesWhatItNeeds) {
  const doctor::Checkup checkup{
      .steps = {{.check = Check::kdcs, .finding = doctor::failure(logon::LogonErrorKind::name_not_resolved, "None.")},
                {.check = Check::ticket, .finding = {.outcome = Outcome::skipped}, .because_of = Check::kdcs}}};
  const std::string text = table_of(checkup, 69);
  EXPECT_THAT(text,
              testing::HasSubstr("skipped       -  The account has a Kerberos ticket that lasts for a scan\n"
                                 "                   Needs what failed above: The KDCs of the account are known."));
  EXPECT_THAT(text, testing::HasSubstr("A scan with the same options\nwould end with exit code 69."));
}

TEST(CheckupReport, NoLineIsWiderThanTheTerminal) {
  std::istringstream lines(table_of(failed_checkup(), 2));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(base::display_width(line), 80U) << line;
}

}  // namespace
}  // namespace casweep::report
