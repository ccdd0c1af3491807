// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/log/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/scan_log.h"
#include "cli/failure.h"
#include "cli/log/journal_log.h"
#include "cli/log/stderr_log.h"
#include "cli/terminal/note.h"
#include "tests/support/fake_journal.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

using Fields = std::multimap<std::string, std::string>;

/// The value of the field; fails the test unless it comes once.
std::string value_in(const Fields& fields, const std::string& name) {
  EXPECT_EQ(fields.count(name), 1U) << name;
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

const std::string hostile = "A\nMESSAGE=all is well\nPRIORITY=7\r\x1b[2J\xff";
const std::string shown = R"(A\x0aMESSAGE=all is well\x0aPRIORITY=7\x0d\x1b[2J\xff)";

class EventLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<EventLog> journal(std::vector<LogField> common = {}) {
    return JournalLog::connect(folder_ / "socket", std::move(common), environment_.err).value();
  }

  const TestFolder folder_;
  TestEnvironment environment_;
  std::optional<FakeJournal> journal_{std::in_place, folder_ / "socket"};
};

TEST(LogEvents, HaveWordsAndMessageIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const LogEventFacts& facts : all_log_events()) {
    EXPECT_EQ(&facts_of(facts.event), &facts) << facts.word;
    EXPECT_THAT(std::string(facts.message_id), MatchesRegex("[0-9a-f]{32}")) << facts.word;
    EXPECT_TRUE(ids.insert(facts.message_id).second) << facts.word;
  }
  EXPECT_FALSE(ids.empty());
}

TEST_F(EventLogTest, SendsTheEventWithItsFields) {
  journal({{"CASWEEP_SECTION", "corp"}})
      ->write({.event = LogEvent::ca_unknown,
               .message = "'A' is unknown",
               .lines = {"more"},
               .fields = {{"CASWEEP_CA", "A"}},
               .priority = Priority::info});
  const auto entries = journal_->entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front(), (Fields{{"CASWEEP_CA", "A"},
                                     {"CASWEEP_EVENT", "ca-unknown"},
                                     {"CASWEEP_SECTION", "corp"},
                                     {"MESSAGE", "'A' is unknown\nmore"},
                                     {"MESSAGE_ID", "8d20656c7b8742cbb8606e4c8ea5fc4b"},
                                     {"PRIORITY", "6"},
                                     {"SYSLOG_IDENTIFIER", "casweep"}}));
}

/// A CA's name comes from the directory.
TEST_F(EventLogTest, NoTextMakesAFieldOrALine) {
  journal()->write({.event = LogEvent::ca_regressed, .message = hostile, .fields = {{"CASWEEP_CA", hostile}}});
  const auto entries = journal_->entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(value_in(entries.front(), "MESSAGE"), shown);
  EXPECT_EQ(value_in(entries.front(), "CASWEEP_CA"), shown);
  EXPECT_EQ(value_in(entries.front(), "PRIORITY"), "3");

  StderrLog(environment_.err).write({.event = LogEvent::ca_regressed, .message = hostile, .lines = {hostile}});
  EXPECT_EQ(environment_.err.str(), "<3>" + shown + "\n<3>" + shown + "\n");
}

TEST_F(EventLogTest, ALongTextIsShortened) {
  std::string text;
  while (text.size() < 300'000) text += "ä";
  journal()->write({.event = LogEvent::error, .message = "x" + text, .fields = {{"CASWEEP_CA", text}}});
  const auto entries = journal_->entries();
  ASSERT_EQ(entries.size(), 1U) << environment_.err.str().substr(0, 100);
  for (const auto* name : {"MESSAGE", "CASWEEP_CA"}) {
    const std::string value = value_in(entries.front(), name);
    EXPECT_LT(value.size(), 20'000U);
    EXPECT_THAT(value, ::testing::EndsWith("ä…"));
    EXPECT_TRUE(base::is_utf8(value));
  }
}

TEST_F(EventLogTest, WhatTheJournalDoesNotTakeGoesToStandardError) {
  const auto log = journal();
  journal_.reset();
  log->write({.event = LogEvent::scan_failed, .message = "No ticket."});
  EXPECT_EQ(environment_.err.str(), "<3>No ticket.\n");
}

/// A file that could not be written does not make the scan before it a failed one.
TEST_F(EventLogTest, AnErrorAfterTheDocumentIsNoFailedScan) {
  environment_.environment.log = journal();
  environment_.environment.failure = LogEvent::scan_failed;
  EXPECT_EQ(exit_code_of_running(environment_.environment,
                                 []() -> int { throw ErrorAfterDocument(ExitCode::file, "No page."); }),
            74);
  EXPECT_EQ(exit_code_of_running(environment_.environment,
                                 []() -> int { throw CommandError(ExitCode::unavailable, "No directory."); }),
            69);
  const auto entries = journal_->entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(value_in(entries[0], "CASWEEP_EVENT"), "error");
  EXPECT_EQ(value_in(entries[1], "CASWEEP_EVENT"), "scan-failed");
}

class LogOption : public EventLogTest {
 protected:
  LogOption() {
    environment_.set("CASWEEP_CONFIG", folder_.file("casweep.conf", "[forest corp]\ndomain = corp.invalid\n"));
    environment_.set("XDG_DATA_HOME", folder_.path());
    environment_.environment.journal_socket = folder_ / "socket";
  }

  int run(const std::vector<std::string>& arguments) {
    return exit_code_of_running(environment_.environment,
                                [&] { return dispatch(arguments, environment_.environment); });
  }
};

TEST_F(LogOption, SendsTheNotesAndTheFailureOfAScan) {
  // No such keytab: the scan fails before it asks anybody.
  EXPECT_EQ(
      run({"scan", "--forest", "corp", "--user", "a@CORP.INVALID", "--keytab", folder_ / "none", "--log", "journald"}),
      77);
  EXPECT_EQ(environment_.err.str(), "");
  const auto entries = journal_->entries();
  ASSERT_GE(entries.size(), 2U);
  EXPECT_EQ(value_in(entries.front(), "CASWEEP_EVENT"), "scan-started");
  EXPECT_EQ(value_in(entries.back(), "CASWEEP_EVENT"), "scan-failed");
  EXPECT_THAT(value_in(entries.back(), "MESSAGE"), AllOf(HasSubstr("none"), HasSubstr("\nTo see which step fails")));
  for (const Fields& fields : entries) EXPECT_EQ(value_in(fields, "CASWEEP_SECTION"), "corp");
}

TEST_F(LogOption, WritesPrioritiesToStandardError) {
  EXPECT_EQ(run({"scan", "--user", "a@CORP.INVALID", "--keytab", folder_ / "none", "--log", "stderr"}), 77);
  EXPECT_THAT(journal_->entries(), IsEmpty());
  std::istringstream lines(environment_.err.str());
  for (std::string line; std::getline(lines, line);) EXPECT_THAT(line, MatchesRegex("<[3456]>.*"));
  EXPECT_THAT(environment_.err.str(), AllOf(StartsWith("<6>A scan begins"), HasSubstr("\n<3>To see which step fails")));
}

TEST_F(LogOption, WithoutAJournalSaysSoOnceAndGoesOn) {
  environment_.environment.journal_socket = folder_ / "none";
  EXPECT_EQ(run({"scan", "--user", "a@CORP.INVALID", "--keytab", folder_ / "none", "--log", "journald"}), 77);
  EXPECT_THAT(environment_.err.str(), AllOf(StartsWith("casweep: there is no journal on this machine (No such file or "
                                                       "directory), so --log journald writes to standard error.\n"
                                                       "<6>A scan begins"),
                                            HasSubstr("\n<3>")));
}

TEST_F(LogOption, IsForEveryForestOfAScan) {
  environment_.set("CASWEEP_CONFIG", folder_.file("casweep.conf",
                                                  "user = a@CORP.INVALID\nkeytab = /none\nlog = journald\n"
                                                  "[forest one]\n[forest two]\n"));
  EXPECT_EQ(run({"scan", "--all-forests"}), 77);
  std::vector<std::string> failed;
  for (const Fields& fields : journal_->entries()) {
    if (value_in(fields, "CASWEEP_EVENT") == "scan-failed") failed.push_back(value_in(fields, "CASWEEP_SECTION"));
  }
  EXPECT_THAT(failed, ElementsAre("one", "two"));
}

TEST_F(LogOption, TellsWhatDoctorFinds) {
  EXPECT_EQ(run({"doctor", "--user", "a@CORP.INVALID", "--keytab", folder_ / "none", "--domain", "corp.invalid",
                 "--log", "journald"}),
            77);
  const auto entries = journal_->entries();
  const auto account = std::ranges::find_if(entries, [](const Fields& fields) {
    return fields.contains("CASWEEP_CHECK") && value_in(fields, "CASWEEP_CHECK") == "account";
  });
  ASSERT_NE(account, entries.end());
  EXPECT_EQ(value_in(*account, "CASWEEP_EVENT"), "check-failed");
  EXPECT_EQ(value_in(*account, "CASWEEP_OUTCOME"), "failed");
  EXPECT_EQ(value_in(*account, "PRIORITY"), "3");
}

TEST_F(EventLogTest, AScanTellsOfItsChangesItsCasAndItself) {
  auto history = store::History::open(folder_ / "history.db");
  (void)record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B"), enforced_example(4, "D")});
  const auto scan = history.scan(record_scan(history, {not_enforced_example(1, hostile), enforced_example(2, "B"),
                                                       unknown_example(3, "C", assess::Reason::timed_out)}));
  environment_.environment.log = journal();

  log_finished_scan(scan, history.forest_status(at(1'800'000'000'000)), FailOn{}, ExitCode::not_enforced_and_unknown,
                    environment_.environment);

  std::vector<std::string> told;
  const auto entries = journal_->entries();
  for (const Fields& fields : entries) {
    EXPECT_EQ(value_in(fields, "CASWEEP_FOREST"), "corp.example");
    EXPECT_EQ(value_in(fields, "CASWEEP_SCAN"), "2");
    std::string event = value_in(fields, "PRIORITY") + " " + value_in(fields, "CASWEEP_EVENT");
    for (const auto* name : {"CASWEEP_CHANGE", "CASWEEP_VERDICT", "CASWEEP_REASON"}) {
      if (fields.contains(name)) event += " " + value_in(fields, name);
    }
    told.push_back(event);
  }
  EXPECT_THAT(told,
              ElementsAre("3 ca-regressed regressed flag-clear", "5 ca-changed removed", "5 ca-changed new timed-out",
                          "5 ca-changed renamed flag-clear", "4 ca-unknown unknown timed-out",
                          "4 ca-not-enforced not-enforced flag-clear", "5 scan-finished"));
  EXPECT_THAT(value_in(entries.front(), "CASWEEP_CA"), StartsWith(shown));
  EXPECT_THAT(value_in(entries.front(), "MESSAGE"), Not(HasSubstr("\n")));
  const Fields& finished = entries.back();
  EXPECT_EQ(
      value_in(finished, "MESSAGE"),
      "Scan 2 of corp.example is complete: 3 CAs, 1 enforced, 1 not enforced, 0 not exposed, 1 unknown; 4 changes.");
  EXPECT_EQ(value_in(finished, "CASWEEP_COUNT_NOT_ENFORCED"), "1");
  EXPECT_EQ(value_in(finished, "CASWEEP_COUNT_CHANGES"), "4");
  EXPECT_EQ(value_in(finished, "CASWEEP_SCAN_STATE"), "complete");
  EXPECT_EQ(value_in(finished, "CASWEEP_EXIT_CODE"), "3");
}

/// It is expected, and not worth a warning every day.
TEST_F(EventLogTest, ACaWithAnExceptionIsInformation) {
  auto history = store::History::open(folder_ / "history.db");
  const auto scan = history.scan(record_scan(history, {not_enforced_example(1, "A")}));
  auto forest = history.forest_status(at(1'790'100'000'000));
  ASSERT_EQ(forest.cas.size(), 1U);
  forest.cas.front().status = history::Status::risk_accepted;
  forest.cas.front().decisions = {{.object_guid = guid(1),
                                   .status = history::Status::risk_accepted,
                                   .reason = "r",
                                   .approver = "a",
                                   .until = forest.now + std::chrono::days{10},
                                   .set_at = forest.now - std::chrono::hours{1}}};
  environment_.environment.log = journal();
  log_finished_scan(scan, forest, FailOn{}, ExitCode::ok, environment_.environment);
  const auto entries = journal_->entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(value_in(entries.front(), "PRIORITY"), "6");
}

}  // namespace
}  // namespace casweep::cli
