// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/on_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/terminal/interruption.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class OnChangeTest : public ::testing::Test {
 protected:
  OnChangeTest() {
    environment_.set("HOME", "/home/casweep");
    environment_.set("PATH", "/usr/bin:/bin");
  }

  /// A script that keeps its arguments, environment and input in files.
  std::string script(const std::string& last_line = "") {
    const std::string file = folder_.file(
        "on change", "#!/bin/sh\ncd '" + folder_.path().string() +
                         "'\nprintf '%s\\n' \"$@\" > arguments\nenv > variables\ncat > input\n" + last_line + "\n");
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }

  OnChange read(const std::string& command) {
    po::options_description options;
    options.add(on_change_options().options);
    po::variables_map values;
    po::store(po::command_line_parser({"--on-change", command}).options(options).run(), values);
    return read_on_change(values, history_, environment_.environment);
  }

  ExitCode code_of(const std::string& command) {
    try {
      (void)read(command);
    } catch (const CommandError& error) {
      return error.code();
    }
    return ExitCode::ok;
  }

  /// Runs the command as after the scan of `cas`; returns the scan's number.
  std::int64_t after_scan_of(const std::vector<history::Observation>& cas, const OnChange& on_change,
                             history::ScanState state = history::ScanState::complete) {
    auto history = store::History::open(history_);
    const auto scan = record_scan(history, cas, state);
    run_on_change(on_change, history.scan(scan), history.forest_status(at(1'800'000'000'000)),
                  environment_.environment);
    return scan;
  }

  [[nodiscard]] bool was_run() const { return std::filesystem::exists(folder_ / "input"); }
  [[nodiscard]] std::string kept(const char* file) const { return content_of(folder_ / file); }

  const TestFolder folder_;
  const std::string history_ = folder_ / "history.db";
  TestEnvironment environment_;
};

TEST_F(OnChangeTest, GetsTheScanWithItsChanges) {
  const OnChange on_change = read("'" + script() + "' one 'two  $(words)'");
  (void)after_scan_of({enforced_example(1, "A"), enforced_example(2, "B")}, on_change);
  EXPECT_FALSE(was_run()) << "the first scan has nothing to compare with";

  const auto scan = after_scan_of({not_enforced_example(1, "A"), enforced_example(2, "B")}, on_change);

  ASSERT_TRUE(was_run()) << environment_.err.str();
  EXPECT_EQ(kept("arguments"), "one\ntwo  $(words)\n");
  const auto document = nlohmann::json::parse(kept("input"));
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["scan"]["id"], scan);
  ASSERT_EQ(document["since"]["changes"].size(), 1U);
  EXPECT_EQ(document["since"]["changes"][0]["kind"], "regressed");
  EXPECT_EQ(document["cas"][0]["regressed"], true) << "with what the history knows";
  EXPECT_THAT(kept("variables"),
              AllOf(HasSubstr("CASWEEP_FOREST_NAME=corp.example\n"), HasSubstr("CASWEEP_SCAN=2\n"),
                    HasSubstr("CASWEEP_SCAN_STATE=complete\n"), HasSubstr("CASWEEP_DB=" + history_ + "\n"),
                    HasSubstr("CASWEEP_COUNT_CHANGES=1\n"), HasSubstr("CASWEEP_COUNT_REGRESSED=1\n"),
                    HasSubstr("CASWEEP_COUNT_ENFORCED=1\n"), HasSubstr("CASWEEP_COUNT_NOT_ENFORCED=1\n"),
                    HasSubstr("CASWEEP_COUNT_NOT_EXPOSED=0\n"), HasSubstr("CASWEEP_COUNT_UNKNOWN=0\n"),
                    Not(HasSubstr("CASWEEP_FOREST=")), Not(HasSubstr("CASWEEP_CONFIG="))));
  EXPECT_EQ(environment_.err.str(), "");
}

TEST_F(OnChangeTest, IsNotRunIfNothingChanged) {
  const OnChange on_change = read("'" + script() + "'");
  for (int i = 0; i < 3; ++i) (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
  EXPECT_FALSE(was_run());
}

TEST_F(OnChangeTest, IsRunForCasThatAreNewOrGone) {
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({enforced_example(1, "A"), enforced_example(2, "B")}, {});
  (void)after_scan_of({enforced_example(1, "A"), enforced_example(3, "C")}, on_change);
  EXPECT_THAT(kept("variables"), HasSubstr("CASWEEP_COUNT_CHANGES=2\n"));
}

/// The sweep of one CA after its fix.
TEST_F(OnChangeTest, IsRunAfterAPartialScan) {
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({not_enforced_example(1, "A")}, {});
  (void)after_scan_of({enforced_example(1, "A")}, on_change, history::ScanState::partial);
  EXPECT_THAT(kept("variables"), AllOf(HasSubstr("CASWEEP_SCAN_STATE=partial\n"), HasSubstr("_COUNT_CHANGES=1\n")));
}

/// It needs none of these, and it may print its environment.
TEST_F(OnChangeTest, InheritsNothingThatLeadsToSecrets) {
  for (const char* name : {"KRB5CCNAME", "KRB5_CONFIG", "KRB5_KTNAME", "CREDENTIALS_DIRECTORY", "CASWEEP_KEYTAB",
                           "CASWEEP_PASSWORD_FILE", "CASWEEP_USER", "LD_PRELOAD", "https_proxy"}) {
    environment_.set(name, "secret");
  }
  environment_.set("LC_ALL", "C.UTF-8");
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
  EXPECT_THAT(kept("variables"), AllOf(Not(HasSubstr("secret")), HasSubstr("LC_ALL=C.UTF-8\n"),
                                       HasSubstr("HOME=/home/casweep\n"), HasSubstr("PATH=/usr/bin:/bin\n")));
}

/// The directory chose it.
TEST_F(OnChangeTest, GetsNoNameOfAForestThatIsNone) {
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  auto history = store::History::open(history_);
  history::ScanRecord scan = history.scan(record_scan(history, {not_enforced_example(1, "A")}));
  scan.listing->forest = "x\nLD_PRELOAD=/tmp/evil";
  run_on_change(on_change, scan, {}, environment_.environment);
  EXPECT_THAT(kept("variables"), AllOf(HasSubstr("CASWEEP_FOREST_NAME=unknown\n"), Not(HasSubstr("evil"))));
}

/// So a casweep in the command asks the history of this scan.
TEST_F(OnChangeTest, PassesOnHowTheScanWasConfigured) {
  environment_.set("CASWEEP_FOREST", "plant");
  environment_.set("CASWEEP_CONFIG", "/etc/other.conf");
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
  EXPECT_THAT(kept("variables"),
              AllOf(HasSubstr("CASWEEP_FOREST=plant\n"), HasSubstr("CASWEEP_CONFIG=/etc/other.conf\n")));
}

/// A casweep in the command reads them: none may look like a misspelled option.
TEST_F(OnChangeTest, GetsVariablesThatCasweepItselfHasNothingToSayAbout) {
  const OnChange on_change = read("'" + script() + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
  TestEnvironment inner;
  std::istringstream lines(kept("variables"));
  for (std::string line; std::getline(lines, line);) {
    inner.set(line.substr(0, line.find('=')), line.substr(line.find('=') + 1));
  }
  EXPECT_EQ(dispatch(std::vector<std::string>{"db", "info"}, inner.environment), 0);
  EXPECT_EQ(inner.err.str(), "");
  EXPECT_THAT(inner.out.str(), HasSubstr(history_));
}

TEST_F(OnChangeTest, NotesAFailure) {
  const OnChange on_change = read("'" + script("exit 3") + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
  EXPECT_EQ(
      environment_.err.str(),
      "casweep: the command of --on-change ('" + (folder_ / "on change").string() +
          "') ended with exit code 3; the changes found by scan 2 may not have been passed on. The scan itself is "
          "not affected.\n");
}

/// Ctrl-C must not wait for a command, and is no failure of the command.
TEST_F(OnChangeTest, EndsWithASignalToTheScan) {
  const OnChange on_change = read("'" + script("kill -TERM $PPID; sleep 60") + "'");
  (void)after_scan_of({enforced_example(1, "A")}, {});
  const auto began = std::chrono::steady_clock::now();
  try {
    (void)after_scan_of({not_enforced_example(1, "A")}, on_change);
    FAIL();
  } catch (const Interrupted& interrupted) {
    EXPECT_EQ(interrupted.signal, SIGTERM);
    EXPECT_THAT(interrupted.message, HasSubstr("scan 2 is in the history"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{10});
  EXPECT_EQ(environment_.err.str(), "");
}

TEST_F(OnChangeTest, IsRefusedBeforeTheScanIfItCannotBeRun) {
  const std::string text = folder_.file("text", "no program");
  EXPECT_EQ(code_of(""), ExitCode::usage);
  EXPECT_EQ(code_of("'' a"), ExitCode::usage);
  EXPECT_EQ(code_of("mail -s x"), ExitCode::usage);
  EXPECT_EQ(code_of("/bin/sh -c 'x"), ExitCode::usage);
  EXPECT_EQ(code_of("/none/there"), ExitCode::data);
  EXPECT_EQ(code_of(folder_.path().string()), ExitCode::data);
  EXPECT_EQ(code_of(text), ExitCode::data);
  EXPECT_EQ(code_of("/bin/sh -c true"), ExitCode::ok);
  const std::string mine = "'" + script() + "'";
  EXPECT_EQ(code_of(mine), ExitCode::ok);
  std::filesystem::permissions(folder_ / "on change", std::filesystem::perms::all);
  EXPECT_EQ(code_of(mine), ExitCode::data) << "everyone can change it";
}

TEST(WordsOfCommand, AreSeparatedBySpacesOutsideOfQuotes) {
  EXPECT_THAT(words_of_command(" /bin/a  b\tc "), ElementsAre("/bin/a", "b", "c"));
  EXPECT_THAT(words_of_command("/bin/sh -c 'mail -s \"a b\" c'"), ElementsAre("/bin/sh", "-c", "mail -s \"a b\" c"));
  EXPECT_THAT(words_of_command("a'b c'\"d'e\" ''"), ElementsAre("ab cd'e", ""));
  EXPECT_THAT(words_of_command("a\\ $b `c` *"), ElementsAre("a\\", "$b", "`c`", "*"));
  EXPECT_THAT(words_of_command("  "), ElementsAre());
  EXPECT_THROW((void)words_of_command("a 'b"), CommandError);
}

}  // namespace
}  // namespace casweep::cli
