// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/secret.h"

#include <gtest/gtest.h>

#include <new>
#include <string_view>
#include <utility>

namespace casweep::base {
namespace {

TEST(Secret, IsEmptyByDefault) { EXPECT_TRUE(Secret().empty()); }

TEST(Secret, SurvivesAMove) {
  Secret first("Passw0rd");
  const Secret second(std::move(first));
  EXPECT_EQ(second.reveal(), "Passw0rd");
}

TEST(Secret, SurvivesACopyToItself) {
  Secret secret("Passw0rd");
  const Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), "Passw0rd");
}

/// Short strings are stored inside the object, and a move does not erase them there.
TEST(Secret, LeavesNothingInAMovedFromObject) {
  Secret first("Passw0rd");
  Secret second;
  second = std::move(first);

  const std::string_view left(reinterpret_cast<const char*>(&first), sizeof first);
  EXPECT_EQ(left.find("assw0rd"), std::string_view::npos);
}

TEST(Secret, IsWipedByItsDestructor) {
  alignas(Secret) char storage[sizeof(Secret)];
  (new (storage) Secret("Passw0rd"))->~Secret();

  EXPECT_EQ(std::string_view(storage, sizeof storage).find("assw0rd"), std::string_view::npos);
}

}  // namespace
}  // namespace casweep::base
