// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/note.h"

#include <gtest/gtest.h>

#include <sstream>

namespace casweep::cli {
namespace {

TEST(Note, IsWrappedOnATerminalOnly) {
  std::ostringstream out;
  std::ostringstream err;
  Environment environment{.out = out, .err = err, .columns = 20};
  note(environment, "the forest is now called corp.example");
  environment.err_is_terminal = true;
  note(environment, "the forest is now called corp.example");
  EXPECT_EQ(err.str(),
            "casweep: the forest is now called corp.example\n"
            "casweep: the forest\n  is now called\n  corp.example\n");
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace casweep::cli
