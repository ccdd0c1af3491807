// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/document_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/verbosity.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

class DocumentFile : public ::testing::Test {
 protected:
  DocumentFile() {
    auto history = store::History::open(folder_ / "history.db");
    record_scan(history, {enforced_example(1, "A")});
    record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B")});
  }

  int casweep(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--db", (folder_ / "history.db").string()});
    return dispatch(arguments, environment_.environment);
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream file(folder_.path() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TestFolder folder_;
  TestEnvironment environment_;
};

TEST_F(DocumentFile, NeverReplacesTheHistory) {
  for (const char* name : {"history.db", "history.db-wal", "history.db.lock"}) {
    const std::string file = folder_ / name;
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"status", "-o", file}, {"report", "-o", file}, {"export", "csv", "-o", file}}) {
      auto forced = arguments;
      forced.emplace_back("--force");
      EXPECT_THAT([&] { (void)casweep(forced); }, ThrowsMessage<CommandError>(HasSubstr("belongs to the history")))
          << name;
    }
  }
  EXPECT_EQ(casweep({"db", "check"}), 0);
}

TEST_F(DocumentFile, TakesTheDocumentInsteadOfStandardOutput) {
  for (const char* command : {"status", "trend", "diff", "scans"}) {
    EXPECT_EQ(casweep({command, "-o", (folder_ / command).string()}), 0) << command;
    EXPECT_THAT(content(command), Not(IsEmpty())) << command;
  }
  EXPECT_EQ(casweep({"show", "pki1", "--format", "json", "-o", (folder_ / "show.json").string()}), 0);
  EXPECT_THAT(content("show.json"), HasSubstr("\"schema_version\""));
  EXPECT_EQ(casweep({"history", "pki1", "--format", "csv", "-o", (folder_ / "history.csv").string()}), 0);
  EXPECT_THAT(content("history.csv"), HasSubstr("first-seen"));
  EXPECT_THAT(environment_.out.str(), IsEmpty());
}

TEST_F(DocumentFile, IsReplacedOnlyWithForce) {
  const std::string file = (folder_ / "scans.txt").string();
  EXPECT_EQ(casweep({"scans", "-o", file}), 0);
  EXPECT_THROW(casweep({"scans", "-o", file}), CommandError);
  EXPECT_EQ(casweep({"scans", "-o", file, "--force"}), 0);
  EXPECT_THROW(casweep({"scans", "--force"}), CommandError);
}

TEST_F(DocumentFile, DoesNotAppearIfTheCommandFails) {
  EXPECT_THROW(casweep({"show", "no such CA", "-o", (folder_ / "show.txt").string()}), CommandError);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "show.txt"));
}

/// `export` has several formats for -o; another command would make a file called "json=status.json".
TEST_F(DocumentFile, IsNotNamedWithAFormat) {
  for (const char* command : {"status", "report"}) {
    EXPECT_THAT(
        [&] {
          (void)casweep({command, "-o", "json=status.json"});
        },
        ThrowsMessage<CommandError>(HasSubstr("write -o './json=status.json'")));
  }
  EXPECT_EQ(casweep({"status", "-o", (folder_ / "a=b").string()}), 0);
  EXPECT_THAT(content("a=b"), Not(IsEmpty()));
}

TEST_F(DocumentFile, IsUtf8WithoutColour) {
  environment_.environment.utf8 = false;
  environment_.environment.out_is_terminal = true;
  environment_.environment.columns = 40;
  EXPECT_EQ(casweep({"show", "pki1", "-o", (folder_ / "show.txt").string()}), 0);
  EXPECT_THAT(content("show.txt"), HasSubstr("\u2713 enforced"));
  EXPECT_THAT(content("show.txt"), Not(HasSubstr("\x1b")));
}

TEST_F(DocumentFile, HasColourIfAskedFor) {
  EXPECT_EQ(casweep({"show", "pki1", "--color=always", "-o", (folder_ / "show.txt").string()}), 0);
  EXPECT_THAT(content("show.txt"), HasSubstr("\x1b[32m"));
}

TEST_F(DocumentFile, OfAHistoryHasItsEvidenceWithVerbose) {
  EXPECT_EQ(casweep({"history", "pki1"}), 0);
  EXPECT_THAT(environment_.out.str(), HasSubstr("DATE"));
  EXPECT_THAT(environment_.out.str(), Not(HasSubstr("Evidence")));
  EXPECT_EQ(casweep({"history", "pki1", "-v"}), 0);
  EXPECT_THAT(environment_.out.str(), HasSubstr("Evidence\n  Scan 1: "));
}

TEST_F(DocumentFile, OfADiffSaysWhichScansItComparesAfterAPartialScan) {
  auto history = store::History::open(folder_ / "history.db");
  record_scan(history, {enforced_example(1, "A")}, history::ScanState::partial);
  EXPECT_EQ(casweep({"diff"}), 0);
  EXPECT_THAT(environment_.out.str(), HasSubstr("From scan 1 ("));
  EXPECT_THAT(environment_.out.str(), HasSubstr("Scan 3 of "));
  EXPECT_THAT(environment_.out.str(), HasSubstr("'casweep diff 2 3' compares it"));
}

TEST(VerbosityOption, IsQuietUsualOrVerbose) {
  TestEnvironment environment;
  const CommandLine line{.command = "scan", .options = {verbosity_options("less", "more")}};
  const auto verbosity = [&](const std::vector<std::string>& arguments) {
    return verbosity_of(
        parse_command_line(line, config_keys_of(std::span(&line, 1)), arguments, environment.environment));
  };
  EXPECT_EQ(verbosity({}), Verbosity::usual);
  EXPECT_EQ(verbosity({"-q"}), Verbosity::quiet);
  EXPECT_EQ(verbosity({"--verbose"}), Verbosity::verbose);
  EXPECT_THROW(verbosity({"-q", "-v"}), CommandError);
}

}  // namespace
}  // namespace casweep::cli
