// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace casweep::base {

/// What an error says to a person. Only `lines` begin new lines: a line break in `sentence` comes from something
/// foreign that it repeats, such as a file name.
struct ErrorText {
  ErrorText(std::string of_error, std::vector<std::string> below = {})  // NOLINT(google-explicit-constructor)
      : sentence(std::move(of_error)), lines(std::move(below)) {}
  ErrorText(const char* of_error) : sentence(of_error) {}  // NOLINT(google-explicit-constructor)

  std::string sentence;
  std::vector<std::string> lines{};  ///< candidates or a hint, a line each

  /// All of it, with a line break before each of `lines`.
  [[nodiscard]] std::string joined() const {
    std::string text = sentence;
    for (const std::string& line : lines) text += '\n' + line;
    return text;
  }
};

}  // namespace casweep::base
