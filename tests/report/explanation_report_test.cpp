// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/explanation_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/words/bottom_line.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using explain::Bearing;
using explain::ClientSystem;

constexpr sys_seconds now = sys_days(2026y / November / 23) + 12h;

discovery::Listing asked_listing() {
  discovery::Listing listing;
  listing.forest = "corp.example";
  listing.directory_server = "ldap://dc1.corp.example";
  listing.protection = "Kerberos sign and seal (256-bit)";
  return listing;
}

/// A CA about which there is something of everything; with `hostile` text wherever the directory gives some.
explain::Explanation full_explanation(const std::string& hostile = "") {
  explain::Explanation explanation{.ca = mixed_scan().cas[1].service, .active_since = explain::active_since(now)};
  explanation.ca.display_name += hostile;
  explanation.ca.when_changed = sys_days(2026y / March / 4) + 5h + 6min + 7s;

  explain::DomainClients corp{.domain = {"DC=corp,DC=example", "corp.example" + hostile},
                              .seen = true,
                              .directory_server = "ldap://dc1.corp.example",
                              .logon_time_sync_interval = days(21)};
  corp.count = {3, 1, 12, 1, 2, 4711};  // in the order of ClientSystem
  explanation.domains = {corp, {.domain = {"DC=old,DC=corp,DC=example", "old.corp.example"}}};
  explanation.old_clients = {
      {"corp.example",
       {"W2K", "w2k.corp.example", "Windows 2000 Server" + hostile, "5.0 (2195)", now - days(3)},
       ClientSystem::before_xp},
      {"corp.example", {"XP", "", "Windows XP Professional", "5.1 (2600)", now - days(10)}, ClientSystem::xp_or_2003}};
  explanation.templates = {{"Gone" + hostile, "", false}, {"Machine", "Computer", true}, {"User", "", std::nullopt}};
  explanation.enrollment_web_services = {
      {"1\n2\n1\nhttps://ces", explain::EnrollmentServer{1, 2, true, "https://ces.corp.example/CES" + hostile}},
      {"odd" + hostile, std::nullopt}};
  explanation.certificates = {
      {base::Certificate{now - days(100), now + days(1000), "0123456789abcdef0123456789abcdef01234567"}, true, true},
      {base::Certificate{now - days(2000), now - days(90), "fedcba9876543210fedcba9876543210fedcba98"}, false, false},
      {std::nullopt, false, std::nullopt}};
  explanation.considerations = {{Bearing::neither, "Three services stand between."},
                                {Bearing::speaks_for, "The CA publishes no templates."},
                                {Bearing::speaks_against, "1 computer reports Windows 2000."}};
  explanation.unseen = {{"the computers of old.corp.example" + hostile, "name-not-resolved", "DNS has no SRV record."}};
  return explanation;
}

history::CaSummary recorded_status() {
  history::CaSummary status{.object_guid = mixed_scan().cas[1].service.object_guid};
  status.last = history::Answer{7, now - 3h, {assess::Verdict::unknown, assess::Reason::timed_out}, "Too slow."};
  status.known =
      history::Answer{6, now - days(2), {assess::Verdict::not_enforced, assess::Reason::flag_clear}, "Clear."};
  return status;
}

std::string table_of(const explain::Explanation& explanation, const history::CaSummary* recorded,
                     const TableStyle& style) {
  std::ostringstream out;
  write_explanation(out, explanation, {asked_listing(), recorded, now}, style);
  return out.str();
}

std::string json_of(const explain::Explanation& explanation, const history::CaSummary* recorded) {
  std::ostringstream out;
  write_explanation_json(out, explanation, {asked_listing(), recorded, now});
  return out.str();
}

TEST(ExplanationReport, TableIsAsAgreed) {
  const auto recorded = recorded_status();
  EXPECT_TRUE(is_golden("explanation.txt", table_of(full_explanation(), &recorded, {})));
}

TEST(ExplanationReport, FitsInto80ColumnsOfAscii) {
  const std::string table = table_of(full_explanation(), nullptr, {.colour = false, .unicode = false, .columns = 80});
  EXPECT_TRUE(is_golden("explanation-80-ascii.txt", table));
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

/// CMakeLists.txt holds both to the schema.
TEST(ExplanationReport, JsonIsAsAgreed) {
  const auto recorded = recorded_status();
  EXPECT_TRUE(is_golden("explanation.json", json_of(full_explanation(), &recorded)));
  EXPECT_TRUE(is_golden("explanation-of-nothing.json", json_of({.ca = mixed_scan().cas[1].service}, nullptr)));
}

TEST(ExplanationReport, LetsNothingOfTheDirectoryReachTheTerminal) {
  const auto explanation = full_explanation("\x1b[2J\xe2\x80\xae\r");
  for (const std::string& text : {table_of(explanation, nullptr, {}), json_of(explanation, nullptr)}) {
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\r'), std::string::npos);
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
  }
}

TEST(BottomLine, NamesTheComputersToCheck) {
  auto explanation = full_explanation();
  EXPECT_EQ(
      bottom_line(explanation, {}),
      "Before you turn enforcement on, check 1 computer: w2k.corp.example. Nothing else found speaks against it. 1 "
      "part of the directory was not visible and can change this.");
  explanation.unseen.clear();
  EXPECT_EQ(bottom_line(explanation, assess::Verdict::enforced),
            "Enforcement is on; check 1 computer: w2k.corp.example. Nothing else found speaks against it.");
}

TEST(BottomLine, ClaimsNoMoreThanWasVisible) {
  auto explanation = full_explanation();
  explanation.old_clients.erase(explanation.old_clients.begin());
  EXPECT_THAT(bottom_line(explanation, {}),
              testing::StartsWith("Nothing that was visible speaks against turning enforcement on. 1 part"));
}

TEST(BottomLine, NamesTenComputersAtMost) {
  auto explanation = full_explanation();
  explanation.old_clients.assign(12, explanation.old_clients[0]);
  EXPECT_THAT(bottom_line(explanation, {}), testing::HasSubstr("check 12 computers: w2k.corp.example, "));
  EXPECT_THAT(bottom_line(explanation, {}), testing::HasSubstr(" and 2 more. "));
}

}  // namespace
}  // namespace casweep::report
