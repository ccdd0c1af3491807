// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

TEST(ExportCommand, WritesNoWorkbookToATerminal) {
  const TestFolder folder;
  const std::string file = (folder.path() / "history.db").string();
  auto history = store::History::open(file);
  record_scan(history, {enforced_example(1, "A")});
  TestEnvironment test;
  const auto excel = [&] {
    return dispatch(std::vector<std::string>{"export", "csv", "--excel", "--db", file}, test.environment);
  };

  test.environment.out_is_terminal = true;
  EXPECT_THAT([&] { (void)excel(); }, ThrowsMessage<CommandError>(HasSubstr("use -o FILE.xlsx")));
  EXPECT_THAT(test.out.str(), IsEmpty());

  test.environment.out_is_terminal = false;
  EXPECT_EQ(excel(), 0);
  EXPECT_THAT(test.out.str(), Not(IsEmpty()));
}

}  // namespace
}  // namespace casweep::cli
