// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace casweep::base {

template <typename Enum>
struct Word {
  Enum key;
  std::string_view word;
};

/// Whether `value` is declared in its enumeration: the compiler's name of any other value is a number.
template <auto value>
[[nodiscard]] consteval bool is_enumerator() {
  // In Clang and GCC: "… value = casweep::base::Charset::ascii]", "… value = (casweep::base::Charset)2]".
  std::string_view name = __PRETTY_FUNCTION__;
  name.remove_suffix(1);
  name.remove_prefix(name.find_last_of(" :)") + 1);
  return name.find_first_of("0123456789") != 0;
}

/// The stable words of an enumeration whose enumerators count from 0. Made by `words`.
template <typename Enum, std::size_t count>
class Words {
 public:
  consteval explicit Words(const Word<Enum> (&table)[count]) {
    for (std::size_t i = 0; i < count; ++i) {
      if (static_cast<std::size_t>(table[i].key) != i) throw "an enumerator has no word, or is not in its place";
      if (table[i].word.empty()) throw "a word is empty";
      keys_[i] = table[i].key;
      words_[i] = table[i].word;
      if (std::find(words_.begin(), words_.begin() + i, words_[i]) != words_.begin() + i) throw "a word stands twice";
    }
  }

  [[nodiscard]] constexpr std::span<const Enum> keys() const { return keys_; }
  [[nodiscard]] constexpr std::string_view word_of(Enum key) const { return words_.at(static_cast<std::size_t>(key)); }
  [[nodiscard]] constexpr std::optional<Enum> key_of(std::string_view word) const {
    const auto* found = std::ranges::find(words_, word);
    if (found == words_.end()) return std::nullopt;
    return static_cast<Enum>(found - words_.begin());
  }

 private:
  std::array<Enum, count> keys_{};
  std::array<std::string_view, count> words_{};
};

/// The words of all enumerators of `Enum`, in the order of their declaration; any other list does not compile:
///
///   constexpr auto charset_words = base::words<Charset>({{Charset::unicode, "unicode"}, {Charset::ascii, "ascii"}});
template <typename Enum, std::size_t count>
[[nodiscard]] consteval Words<Enum, count> words(const Word<Enum> (&table)[count]) {
  static_assert(!is_enumerator<static_cast<Enum>(count)>(), "an enumerator at the end of the enumeration has no word");
  return Words<Enum, count>(table);
}

}  // namespace casweep::base
