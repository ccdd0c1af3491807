// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/printable.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(Printable, KeepsAscii) { EXPECT_EQ(printable("data 52e, v4563"), "data 52e, v4563"); }

TEST(Printable, HasNoEscapeSequence) { EXPECT_EQ(printable("a\x1b[2Jb\nc\x7f\x9b"), "a?[2Jb?c??"); }

TEST(Printable, IsTrimmed) { EXPECT_EQ(printable(std::string_view("text \n\0", 7)), "text"); }

TEST(Printable, IsCut) { EXPECT_EQ(printable(std::string(500, 'x')).size(), 203U); }

}  // namespace
}  // namespace casweep::base
