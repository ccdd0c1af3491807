// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace casweep::base {
namespace {

/// Levenshtein's: how many letters to add, drop or change.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// How many there are without the dashes of an option.
std::size_t letters_of(std::string_view word) {
  return word.size() - std::min(word.find_first_not_of('-'), word.size());
}

}  // namespace

std::string nearest_word(std::string_view word, std::span<const std::string> candidates) {
  const std::string* nearest = nullptr;
  std::size_t least = std::max<std::size_t>(letters_of(word) / 3, 2) + 1;
  for (const std::string& candidate : candidates) {
    // A truncated word counts as a misspelling, however short.
    const bool begun = word.size() > 3 && candidate.starts_with(word);
    const std::size_t distance = begun ? 1 : edit_distance(word, candidate);
    // Two short words are always close: some letters of the candidate must match.
    if (distance < std::min(least, letters_of(candidate))) least = distance, nearest = &candidate;
  }
  return nearest == nullptr ? std::string{} : *nearest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::string nearest = nearest_word(word, candidates);
  return nearest.empty() ? nearest : fmt::format(" Did you mean '{}'?", nearest);
}

}  // namespace casweep::base
