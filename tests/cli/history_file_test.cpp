// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/history_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/failure.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string file_with(const std::string& data_home, const std::string& home) {
  TestEnvironment environment;
  environment.set("XDG_DATA_HOME", data_home);
  environment.set("HOME", home);
  return history_file({}, environment.environment).string();
}

TEST(HistoryFile, IsInTheDataHome) { EXPECT_EQ(file_with("/data", "/home/a"), "/data/casweep/history.db"); }

TEST(HistoryFile, IsBelowHomeWithoutAnAbsoluteDataHome) {
  EXPECT_EQ(file_with("", "/home/a"), "/home/a/.local/share/casweep/history.db");
  EXPECT_EQ(file_with("data", "/home/a"), "/home/a/.local/share/casweep/history.db");
}

TEST(HistoryFile, MustBeNamedWithoutAHome) { EXPECT_THROW((void)file_with("", ""), CommandError); }

/// A command that works without a history must not take it for missing.
TEST(HistoryFile, InAFolderThatCannotBeEnteredIsNotMissing) {
  const TestFolder folder;
  std::filesystem::create_directories(folder / "data/casweep");
  std::filesystem::permissions(folder / "data", std::filesystem::perms::none);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const std::string message = without_root([&] {
    TestEnvironment environment;
    environment.set("XDG_DATA_HOME", folder / "data");
    environment.set("CASWEEP_CONFIG", "");
    const int code = exit_code_of_running(environment.environment, [&] {
      return dispatch(std::vector<std::string>{"explain", "A", "--domain", "corp.invalid"}, environment.environment);
    });
    return std::to_string(code) + " " + environment.err.str();
  });
  std::filesystem::permissions(folder / "data", std::filesystem::perms::owner_all);
  EXPECT_THAT(message, AllOf(StartsWith("74 casweep: The history "), HasSubstr("(Permission denied)")));
}

}  // namespace
}  // namespace casweep::cli
