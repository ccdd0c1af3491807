// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::discovery {
namespace {

TEST(DirectoryError, HasOneWordAKind) {
  std::set<std::string_view> words;
  const int last = static_cast<int>(DirectoryErrorKind::malformed_answer);
  for (int kind = 0; kind <= last; ++kind) words.insert(word_of(static_cast<DirectoryErrorKind>(kind)));

  EXPECT_EQ(words.size(), static_cast<std::size_t>(last + 1));
  EXPECT_FALSE(words.contains("unknown"));
}

}  // namespace
}  // namespace casweep::discovery
