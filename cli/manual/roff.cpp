// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/manual/roff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ostream>

#include "base/ascii_case.h"
#include "report/table/text_columns.h"

namespace casweep::cli {
namespace {

bool is_letter(char character) {
  const char lower = base::ascii_lower(character);
  return lower >= 'a' && lower <= 'z';
}

bool is_capital(char character) { return character >= 'A' && character <= 'Z'; }

/// The length of the option that `text` begins with: "--keytab", "-o"; 0: none.
std::size_t option_length(std::string_view text) {
  std::size_t dashes = text.starts_with("--") ? 2 : text.starts_with('-') ? 1 : 0;
  if (dashes == 0 || text.size() == dashes || !is_letter(text[dashes])) return 0;
  std::size_t end = dashes;
  while (end < text.size() && (is_letter(text[end]) || (dashes == 2 && text[end] == '-'))) ++end;
  return dashes == 1 && end > 2 ? 0 : end;
}

/// The length of the word for a value that `text` begins with: "FILE", "USER@REALM"; 0: none.
std::size_t value_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_capital(text[end]) || (end > 0 && text[end] == '@'))) ++end;
  return end;
}

bool is_word_start(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  constexpr std::string_view before_words = " ('\"[|";
  return before_words.find(text[at - 1]) != std::string_view::npos;
}

/// A part of a text, which begins a word of it or not.
std::string escaped_part(std::string_view text, bool begins_word) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '\'':
        escaped += "\\(aq";
        break;
      case '"':
        escaped += "\\(dq";
        break;
      case '`':
        escaped += "\\(ga";
        break;
      case '^':
        escaped += "\\(ha";
        break;
      case '~':
        escaped += "\\(ti";
        break;
      case '.':
        // At the start of a line it begins a request, and any word may come to stand there.
        if (i == 0 ? begins_word : text[i - 1] == ' ') escaped += "\\&";
        escaped += '.';
        break;
      default:
        escaped += text[i];
    }
  }
  return escaped;
}

/// A piece of a text that is shown in another font.
struct Marked {
  std::size_t length = 0;  ///< 0: none
  char font = 'R';
};

/// `text` with what `mark` finds at a place in it; the rest as roff_escaped().
std::string with_marks(std::string_view text, Marked (*mark)(std::string_view text, std::size_t at)) {
  std::string marked;
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size();) {
    const Marked found = mark(text, i);
    if (found.length == 0) {
      ++i;
      continue;
    }
    marked += fmt::format("{}\\f{}{}\\fR", escaped_part(text.substr(plain, i - plain), plain == 0), found.font,
                          escaped_part(text.substr(i, found.length), false));
    i += found.length;
    plain = i;
  }
  return marked + escaped_part(text.substr(plain), plain == 0);
}

Marked option_at(std::string_view text, std::size_t at) {
  return {is_word_start(text, at) ? option_length(text.substr(at)) : 0, 'B'};
}

Marked option_or_value_at(std::string_view text, std::size_t at) {
  const Marked option = option_at(text, at);
  return option.length > 0 ? option : Marked{value_length(text.substr(at)), 'I'};
}

}  // namespace

std::string roff_escaped(std::string_view text) { return escaped_part(text, true); }

std::string roff_prose(std::string_view text) { return with_marks(text, option_at); }

std::string roff_form(std::string_view text) { return with_marks(text, option_or_value_at); }

void RoffWriter::title(std::string_view name, int section, std::string_view source, std::string_view manual) {
  std::string capitals(name);
  std::ranges::transform(capitals, capitals.begin(), base::ascii_upper);
  // Without a date: a page depends on the version only.
  out_ << fmt::format(".TH {} {} \"\" \"{}\" \"{}\"\n", roff_escaped(capitals), section, roff_escaped(source),
                      roff_escaped(manual));
  // Flush left, and no word is divided: most long words are names. EE and YS restore the hyphenation that HY says.
  out_ << ".nr HY 0\n.ad l\n.nh\n";
}

void RoffWriter::section(std::string_view heading) {
  out_ << ".SH " << roff_escaped(heading) << '\n';
  after_heading_ = true;
}

void RoffWriter::subsection(std::string_view heading) {
  out_ << ".SS " << roff_escaped(heading) << '\n';
  after_heading_ = true;
}

void RoffWriter::name_line(std::string_view name, std::string_view summary) {
  out_ << roff_escaped(name) << " \\- " << roff_escaped(summary) << '\n';
}

void RoffWriter::synopsis(std::string_view command, std::span<const std::string> forms) {
  for (const std::string& form : forms) out_ << fmt::format(".SY \"{}\"\n{}\n", roff_escaped(command), roff_form(form));
  out_ << ".YS\n";
}

void RoffWriter::paragraph(std::string_view text) {
  if (!after_heading_) out_ << ".PP\n";
  prose(text);
}

void RoffWriter::definition(std::string_view term, std::string_view text) {
  out_ << ".TP\n" << term << '\n';
  prose(text);
}

void RoffWriter::references(std::span<const std::string> pages) {
  for (std::size_t i = 0; i < pages.size(); ++i) {
    out_ << ".BR " << roff_escaped(pages[i]) << " (1)" << (i + 1 < pages.size() ? ",\n" : "\n");
  }
}

void RoffWriter::example(const Example& example) {
  paragraph(example.purpose + ':');
  verbatim(example.command, "  ");
}

void RoffWriter::file(std::string_view text) { verbatim(text, ""); }

void RoffWriter::verbatim(std::string_view text, std::string_view before_further_lines) {
  out_ << ".RS 4\n.EX\n";
  std::string_view rest = text;
  for (std::string_view before; !rest.empty(); before = before_further_lines) {
    const auto end = std::min(rest.find('\n'), rest.size());
    out_ << before << roff_escaped(rest.substr(0, end)) << '\n';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  out_ << ".EE\n.RE\n";
}

/// A sentence begins a line: roff recognizes the end of a sentence only at the end of a line.
void RoffWriter::prose(std::string_view text) {
  after_heading_ = false;
  constexpr std::size_t width = 78;
  while (!text.empty()) {
    const auto end = text.find(". ");
    const auto sentence = end == std::string_view::npos ? text : text.substr(0, end + 1);
    // A backslash begins an escape of roff.
    report::write_wrapped(out_, roff_prose(sentence), 0, 0, width, report::LongWords::whole);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
}

}  // namespace casweep::cli
