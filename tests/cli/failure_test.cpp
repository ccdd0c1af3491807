// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/failure.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "cli/command_error.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "scan/scan_error.h"
#include "store/store_error.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {
namespace {

/// A name that tries to be a line of its own, and to move the cursor.
const std::string foreign = "a\ncasweep: all CAs are enforced\r\x1b[2J";
const std::string safe = "a\\x0acasweep: all CAs are enforced\\x0d\\x1b[2J";

class Failure : public ::testing::Test {
 protected:
  template <typename Error>
  std::string message_of(const Error& error) {
    test::TestEnvironment environment;
    (void)exit_code_of_running(environment.environment, [&]() -> int { throw error; });
    return environment.err.str();
  }
};

/// Whatever an error repeats, it stays one line: others may read the lines of a log.
TEST_F(Failure, IsOneLine) {
  EXPECT_EQ(message_of(CommandError(ExitCode::usage, foreign)), "casweep: " + safe + "\n");
  EXPECT_EQ(message_of(scan::ScanError(scan::ScanError::Kind::another_forest, foreign)), "casweep: " + safe + "\n");
  EXPECT_EQ(message_of(store::StoreError(store::StoreError::Kind::failed, foreign)), "casweep: " + safe + "\n");
  EXPECT_EQ(message_of(Interrupted{2, foreign}), "casweep: " + safe + "\n");
  EXPECT_EQ(message_of(std::runtime_error(foreign)),
            "casweep: Internal error of casweep, please report it: " + safe + "\n");
}

TEST_F(Failure, HasLinesOfItsOwn) {
  const base::ErrorText text("Which?", {"  one", "  " + foreign});
  EXPECT_EQ(message_of(CommandError(ExitCode::usage, text)), "casweep: Which?\n  one\n  " + safe + "\n");
  EXPECT_EQ(message_of(scan::ScanError(scan::ScanError::Kind::no_such_ca, text)),
            "casweep: Which?\n  one\n  " + safe + "\n");
}

TEST_F(Failure, NotesAreOneLineToo) {
  test::TestEnvironment environment;
  note(environment.environment, foreign);
  EXPECT_EQ(environment.err.str(), "casweep: " + safe + "\n");
}

}  // namespace
}  // namespace casweep::cli
