// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "store/history.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class DbCommandTest : public ::testing::Test {
 protected:
  DbCommandTest() {
    const auto lock = history_.lock_for_scan([](int) {});
    history_.fail_scan(history_.begin_scan(lock, {}), history::ScanState::failed, {}, "No answer.");
  }

  int run(std::vector<std::string> arguments) {
    test_.out.str("");
    arguments.insert(arguments.begin(), "db");
    arguments.insert(arguments.end(), {"--db", file_.string()});
    return dispatch(arguments, test_.environment);
  }

  ExitCode refusal_of(const std::vector<std::string>& arguments) {
    try {
      (void)run(arguments);
    } catch (const CommandError& error) {
      return error.code();
    }
    ADD_FAILURE() << "it was not refused";
    return ExitCode::internal;
  }

  const TestFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "history.db";
  store::History history_ = store::History::open(file_);
  TestEnvironment test_;
};

using DbCheck = DbCommandTest;
using DbBackup = DbCommandTest;

TEST_F(DbCheck, SaysWhatAgrees) {
  EXPECT_EQ(run({"check"}), 0);
  EXPECT_EQ(test_.out.str(), "1 scan, 0 observations, 2 ledger entries, head 2 " + history_.ledger_head().hash +
                                 "; everything agrees.\n");
}

TEST_F(DbCheck, FindsTheNotedHeadInEitherCase) {
  std::string head = history_.ledger_head().hash;
  for (char& digit : head) digit = static_cast<char>(std::toupper(static_cast<unsigned char>(digit)));
  EXPECT_EQ(run({"check", "--head", head}), 0);
  EXPECT_THAT(test_.out.str(), EndsWith("The noted head is that of ledger entry 2; 0 entries since.\n"));
}

TEST_F(DbCheck, CountsTheEntriesAfterTheNotedHeadByKind) {
  const std::string head = history_.ledger_head().hash;
  {
    const auto lock = history_.lock_for_scan([](int) {});
    history_.fail_scan(history_.begin_scan(lock, {}), history::ScanState::failed, {}, "No answer.");
  }
  EXPECT_EQ(run({"check", "--head", head}), 0);
  EXPECT_THAT(test_.out.str(), EndsWith("ledger entry 2; 2 entries since: 1 scan started, 1 scan finished.\n"));

  EXPECT_EQ(run({"check", "--head", head, "--format", "json"}), 0);
  const auto since = nlohmann::json::parse(test_.out.str())["ledger"]["entries_since"];
  EXPECT_EQ(since,
            (nlohmann::json{
                {"scan_started", 1}, {"scan_finished", 1}, {"disposition", 0}, {"evidence_bundle", 0}, {"other", 0}}));
}

TEST_F(DbCheck, ExitsWith74WhenTheNotedHeadIsGone) {
  EXPECT_EQ(run({"check", "--head", std::string(64, 'a')}), 74);
  EXPECT_THAT(test_.out.str(), StartsWith("ledger: has no entry with the noted head aaaa"));
  EXPECT_THAT(test_.out.str(), HasSubstr("Keep this file as evidence"));
}

TEST_F(DbCheck, RefusesAHeadThatIsNone) {
  EXPECT_EQ(refusal_of({"check", "--head", "12"}), ExitCode::usage);
  EXPECT_EQ(refusal_of({"check", "--head", ""}), ExitCode::usage);
}

TEST_F(DbCheck, IsJsonForPrograms) {
  EXPECT_EQ(run({"check", "--head", std::string(64, 'a'), "--format", "json"}), 74);
  const auto json = nlohmann::json::parse(test_.out.str());
  EXPECT_EQ(json["agrees"], false);
  EXPECT_EQ(json["scans"], 1);
  EXPECT_EQ(json["ledger"]["head"]["hash"], history_.ledger_head().hash);
  EXPECT_EQ(json["ledger"]["noted_entry"], nullptr);
  EXPECT_EQ(json["damages"][0]["table"], "ledger");
}

TEST_F(DbBackup, SaysWhatItMade) {
  const auto backup = (folder_.path() / "backup.db").string();
  EXPECT_EQ(run({"backup", backup}), 0);
  EXPECT_THAT(test_.out.str(), StartsWith(backup + ": 1 scan, "));
  EXPECT_EQ(store::History::open_existing(backup).ledger_head(), history_.ledger_head());
}

TEST_F(DbBackup, ReplacesWhenForced) {
  const auto backup = folder_.file("backup.db", "old");
  EXPECT_THROW((void)run({"backup", backup}), store::StoreError);
  EXPECT_EQ(run({"backup", backup, "--force"}), 0);
}

TEST_F(DbBackup, NeedsAFile) {
  EXPECT_EQ(refusal_of({"backup"}), ExitCode::usage);
  EXPECT_EQ(refusal_of({"backup", folder_.path().string() + "/"}), ExitCode::usage);
}

TEST_F(DbCheck, IsNamedInTheHintForASlip) {
  try {
    (void)run({"chek"});
    FAIL();
  } catch (const CommandError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("'check'"));
  }
}

}  // namespace
}  // namespace casweep::cli
