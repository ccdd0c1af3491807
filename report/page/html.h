// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <iosfwd>
#include <string>
#include <string_view>

namespace casweep::report {

/// Markup of this program's own. What is not known when the program is compiled cannot become it, so that nothing gets
/// into a page without being escaped.
class Markup {
 public:
  consteval Markup(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor): a literal is markup

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// Text to stand between tags or in the quotes of an attribute. Only the functions below make it.
class EscapedText {
 public:
  [[nodiscard]] const std::string& html() const { return html_; }

 private:
  explicit EscapedText(std::string html) : html_(std::move(html)) {}
  friend EscapedText own(std::string_view text);
  friend EscapedText foreign(std::string_view text);
  friend EscapedText foreign_words(std::string_view text);

  std::string html_;
};

/// Words, times and figures of this program.
[[nodiscard]] EscapedText own(std::string_view text);

/// Whatever came from a directory, a registry, a database or a person: visible as terminal_safe makes it, cut if it is
/// longer than `longest_foreign_text`, and in <bdi>, so that it leaves the order of what stands around it alone. For
/// where elements may stand; not for an attribute.
[[nodiscard]] EscapedText foreign(std::string_view text);

/// The same without <bdi>, for an attribute or a <title>.
[[nodiscard]] EscapedText foreign_words(std::string_view text);

inline constexpr std::size_t longest_foreign_text = 2000;  ///< in code points

/// Writes HTML; whoever forgets to say what a string is does not compile.
class HtmlWriter {
 public:
  /// `out` lives longer than this.
  explicit HtmlWriter(std::ostream& out) : out_(out) {}

  HtmlWriter& operator<<(Markup markup);
  HtmlWriter& operator<<(const EscapedText& text);
  template <std::integral Number>
  requires(!std::same_as<Number, char> && !std::same_as<Number, bool>) HtmlWriter& operator<<(Number number) {
    return *this << own(std::to_string(number));
  }

 private:
  std::ostream& out_;
};

}  // namespace casweep::report
