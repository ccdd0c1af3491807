// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_error.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::discovery {
namespace {

TEST(DirectoryError, HasOneWordAKind) {
  std::set<std::string_view> words;
  for (const DirectoryErrorKind kind : all_directory_error_kinds()) words.insert(word_of(kind));

  // Counted from 0: one that was forgotten in the table of words would be missing here.
  EXPECT_EQ(words.size(), static_cast<std::size_t>(DirectoryErrorKind::malformed_answer) + 1);
  EXPECT_FALSE(words.contains("unknown"));
}

}  // namespace
}  // namespace casweep::discovery
