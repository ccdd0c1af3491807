// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <iosfwd>
#include <string>
#include <string_view>

namespace casweep::report {

/// Markup written in the source code. It can only be made from literals at compile time, so no run-time text gets into
/// a page without being escaped.
class Markup {
 public:
  consteval Markup(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor): a literal is markup

  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// Text for use between tags or in a quoted attribute. Only the functions below create it.
class EscapedText {
 public:
  [[nodiscard]] const std::string& html() const { return html_; }

 private:
  explicit EscapedText(std::string html) : html_(std::move(html)) {}
  friend EscapedText own(std::string_view text);
  friend EscapedText foreign(std::string_view text);
  friend EscapedText foreign_words(std::string_view text);
  friend EscapedText foreign_command(std::string_view text);

  std::string html_;
};

/// casweep's own words, times and figures.
[[nodiscard]] EscapedText own(std::string_view text);

/// Text from a directory, a registry, a database or a person: escaped by terminal_safe, cut to `longest_foreign_text`,
/// and in <bdi>, which keeps its direction from affecting the surrounding text. For element content; not for an
/// attribute.
[[nodiscard]] EscapedText foreign(std::string_view text);

/// The same without <bdi>, for an attribute or a <title>.
[[nodiscard]] EscapedText foreign_words(std::string_view text);

/// The same as foreign(), for a command: each '-' and '+' is in one <span> with what follows it, so that no line ends
/// with it. A command whose sign is cut off from its flag reads as the opposite one.
[[nodiscard]] EscapedText foreign_command(std::string_view text);

inline constexpr std::size_t longest_foreign_text = 2000;  ///< in code points

/// Writes HTML. A string that is neither Markup nor EscapedText does not compile.
class HtmlWriter {
 public:
  /// `out` must outlive this object.
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
