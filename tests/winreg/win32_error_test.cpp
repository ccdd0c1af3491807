// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/win32_error.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::winreg {
namespace {

TEST(Win32Error, StandsOnce) {
  std::set<std::uint32_t> seen;
  for (const Win32Symbol& known : win32_symbols()) EXPECT_TRUE(seen.insert(known.error).second) << known.symbol;
}

TEST(Win32Error, HasTheNameOfTheSpecification) {
  EXPECT_EQ(win32_symbol(ERROR_ACCESS_DENIED), "ERROR_ACCESS_DENIED");
  EXPECT_EQ(win32_symbol(ERROR_WAIT_TIMEOUT), "WAIT_TIMEOUT");
  EXPECT_EQ(win32_symbol(0xFFFF), "");
}

}  // namespace
}  // namespace casweep::winreg
