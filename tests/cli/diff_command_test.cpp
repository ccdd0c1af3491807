// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
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

/// A history whose newest scan is a few days old.
class Diff : public ::testing::Test {
 protected:
  Diff() {
    auto history = store::History::open(file_);
    record_scan(history, {enforced_example(1, "A")});
    record_scan(history, {enforced_example(1, "A")});
    test_.environment.now = [] { return at(1'790'000'000'000 + 5 * day); };
  }

  /// The exit code and the message of the error that it ends with.
  std::string refusal(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "diff");
    arguments.insert(arguments.end(), {"--db", file_.string()});
    try {
      (void)dispatch(arguments, test_.environment);
    } catch (const CommandError& error) {
      return std::to_string(static_cast<int>(error.code())) + " " + error.what();
    }
    return "not refused";
  }

  /// The same for a history that lacks the scan.
  std::string lacks(const std::string& which) {
    return "65 The history '" + file_.string() + "' has no complete scan " + which +
           "; 'casweep scans' lists the scans it has.";
  }

  const TestFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "history.db";
  TestEnvironment test_;
};

TEST_F(Diff, WithoutANewerScanIsNoUsageError) {
  EXPECT_EQ(refusal({"yesterday"}), lacks("since yesterday, the last is scan 2"));
  EXPECT_EQ(refusal({"2d", "last"}), lacks("since 2 days ago, the last is scan 2"));
  EXPECT_EQ(refusal({"3d", "yesterday"}), lacks("between 3 days ago and yesterday, both are scan 2"));
}

TEST_F(Diff, WithoutAScanThatOldIsNoUsageError) {
  EXPECT_EQ(refusal({"3m"}), lacks("from 3 months ago or earlier"));
  EXPECT_EQ(refusal({"last-year"}), lacks("from last year or earlier"));
  EXPECT_EQ(refusal({"previous", "1"}), lacks("before scan 1"));
}

TEST_F(Diff, OfOneScanIsAUsageError) {
  EXPECT_EQ(refusal({"2", "last"}), "64 '2' and 'last' are the same scan, 2; name two different scans.");
  EXPECT_EQ(refusal({"2"}),
            "64 '2' is the last complete scan, 2, and is compared with the last complete scan unless B is given; name "
            "another scan.");
  EXPECT_EQ(refusal({"1", "2"}), "not refused");
}

}  // namespace
}  // namespace casweep::cli
