// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/history_file.h"

#include <gtest/gtest.h>

#include "cli/command_error.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

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

}  // namespace
}  // namespace casweep::cli
