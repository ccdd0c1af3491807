// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/foreign_error.h"

#include <gtest/gtest.h>
#include <netdb.h>

#include <cerrno>

namespace casweep::base {
namespace {

TEST(ForeignError, HasTheNameOfItsHeader) {
  EXPECT_EQ(errno_symbol(ECONNREFUSED), "ECONNREFUSED");
  EXPECT_EQ(errno_symbol(123456), "");
  EXPECT_EQ(resolver_symbol(EAI_AGAIN), "EAI_AGAIN");
  EXPECT_EQ(resolver_symbol(1), "");
}

}  // namespace
}  // namespace casweep::base
