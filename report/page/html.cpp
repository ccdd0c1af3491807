// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "base/terminal_text.h"
#include "base/utf8.h"

namespace casweep::report {
namespace {

std::string escaped(std::string_view text) {
  std::string html;
  html.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += character;
    }
  }
  return html;
}

/// `text`, cut to the length that is shown, with the number of omitted bytes.
std::string visible(std::string_view text) {
  std::string_view rest = text;
  for (std::size_t i = 0; i < longest_foreign_text && !rest.empty(); ++i) (void)base::take_code_point(rest);
  std::string shown = base::terminal_safe(text.substr(0, text.size() - rest.size()));
  if (!rest.empty()) shown += fmt::format("… ({} more bytes)", rest.size());
  return shown;
}

}  // namespace

EscapedText own(std::string_view text) { return EscapedText(escaped(text)); }

EscapedText foreign(std::string_view text) { return EscapedText("<bdi>" + escaped(visible(text)) + "</bdi>"); }

EscapedText foreign_words(std::string_view text) { return EscapedText(escaped(visible(text))); }

EscapedText foreign_command(std::string_view text) {
  constexpr std::string_view signs = "-+";
  const std::string shown = visible(text);
  std::string_view rest = shown;
  std::string html = "<bdi>";
  while (!rest.empty()) {
    const std::size_t sign = std::min(rest.find_first_of(signs), rest.size());
    html += escaped(rest.substr(0, sign));
    rest.remove_prefix(sign);
    if (rest.empty()) break;
    std::string_view after = rest.substr(std::min(rest.find_first_not_of(signs), rest.size()));
    if (!after.empty()) (void)base::take_code_point(after);
    const std::size_t together = rest.size() - after.size();
    html += "<span>" + escaped(rest.substr(0, together)) + "</span>";
    rest.remove_prefix(together);
  }
  return EscapedText(html + "</bdi>");
}

HtmlWriter& HtmlWriter::operator<<(Markup markup) {
  out_ << markup.text();
  return *this;
}

HtmlWriter& HtmlWriter::operator<<(const EscapedText& text) {
  out_ << text.html();
  return *this;
}

}  // namespace casweep::report
