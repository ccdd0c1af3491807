// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "store/history.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Accept : public ::testing::Test {
 protected:
  Accept() {
    test_.environment.now = [] { return at(1'790'000'009'000 + day); };
    record_scan(history_, {unknown_example(1, "Open CA", assess::Reason::timed_out), enforced_example(2, "Fixed CA")});
  }

  int run(std::vector<std::string> arguments) {
    test_.out.str("");
    arguments.insert(arguments.begin(), "accept");
    arguments.insert(arguments.end(), {"--db", file_.string()});
    return dispatch(arguments, test_.environment);
  }

  /// The message of the usage error that `arguments` and the rest of a decision end with.
  std::string refusal_of(std::vector<std::string> arguments) {
    try {
      (void)run(std::move(arguments));
    } catch (const CommandError& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      return error.what();
    }
    return "not refused";
  }

  const TestFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "history.db";
  store::History history_ = store::History::open(file_);
  TestEnvironment test_;
};

TEST_F(Accept, RecordsADecisionWithItsDefaultEnd) {
  EXPECT_EQ(run({"Open CA", "--status", "risk-accepted", "--reason", "XP", "--by", "CISO", "--format", "json"}), 0);
  const auto decision = nlohmann::json::parse(test_.out.str())["cas"][0]["ca"]["decision"];
  EXPECT_EQ(decision["status"], "risk-accepted");
  EXPECT_THAT(decision["until"].get<std::string>(), StartsWith("2026-12-21T"));
}

TEST_F(Accept, SaysWhatADecisionLacks) {
  EXPECT_THAT(refusal_of({"Open CA"}), HasSubstr("--status"));
  EXPECT_THAT(refusal_of({"Open CA", "--status", "planned", "--by", "CISO"}), HasSubstr("--reason"));
  EXPECT_THAT(refusal_of({"Open CA", "--status", "planned", "--reason", "XP"}), HasSubstr("--by"));
  EXPECT_TRUE(history_.decisions().empty());
}

TEST_F(Accept, RefusesAnEndThatIsTooLateOrInThePast) {
  const auto until = [&](const std::string& date) {
    return refusal_of({"Open CA", "--status", "risk-accepted", "--reason", "XP", "--by", "CISO", "--until", date});
  };
  EXPECT_THAT(until("2026-09-01"), HasSubstr("not in the future"));
  EXPECT_EQ(until("2027-09-22"), "A decision holds for 365 days at most; choose a date up to 2027-09-21.");
  EXPECT_THAT(until("soon"), HasSubstr("is not a date"));
  EXPECT_EQ(until("2027-09-21"), "not refused");
}

TEST_F(Accept, LeavesCompletionToScans) {
  EXPECT_THAT(refusal_of({"Open CA", "--status", "completed", "--reason", "XP", "--by", "CISO"}),
              StartsWith("Only a scan can mark a CA as completed"));
  EXPECT_THAT(refusal_of({"Fixed CA", "--status", "planned", "--reason", "XP", "--by", "CISO"}),
              HasSubstr("its verdict is enforced"));
}

TEST_F(Accept, WithdrawsAnActiveDecisionOnce) {
  EXPECT_THAT(refusal_of({"Open CA", "--withdraw"}), HasSubstr("no active decision"));
  EXPECT_EQ(run({"Open CA", "--status", "planned", "--reason", "XP", "--by", "CISO"}), 0);
  EXPECT_EQ(run({"Open CA", "--withdraw"}), 0);
  EXPECT_THAT(refusal_of({"Open CA", "--withdraw"}), HasSubstr("no active decision"));
  EXPECT_EQ(history_.decisions().size(), 2U);
}

}  // namespace
}  // namespace casweep::cli
