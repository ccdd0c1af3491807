// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "cli/options/help_section.h"

namespace casweep::cli {

/// `text`, in ASCII, for a manual page: no character of it has a meaning for roff, and '-' and quotes stay what they
/// are, so that they can be copied.
[[nodiscard]] std::string roff_escaped(std::string_view text);

/// A sentence or more: as roff_escaped(), with the options in it in bold.
[[nodiscard]] std::string roff_prose(std::string_view text);

/// A form of a command line: options in bold, what stands for a value (FILE) in italics.
[[nodiscard]] std::string roff_form(std::string_view text);

/// Writes a manual page in the macros of man(7).
class RoffWriter {
 public:
  explicit RoffWriter(std::ostream& out) : out_(out) {}

  /// `name` is that of the page, "casweep-scan"; `section` that of the manual.
  void title(std::string_view name, int section, std::string_view source, std::string_view manual);
  void section(std::string_view heading);  ///< in capitals by convention
  void subsection(std::string_view heading);

  /// The forms of a command line: "casweep scan", and what may follow it.
  void synopsis(std::string_view command, std::span<const std::string> forms);

  /// "casweep-scan - what it does", in the form that makewhatis(8) reads.
  void name_line(std::string_view name, std::string_view summary);

  void paragraph(std::string_view text);

  /// `term` is roff already.
  void definition(std::string_view term, std::string_view text);

  /// The names of other pages in section 1.
  void references(std::span<const std::string> pages);

  void example(const Example& example);

  /// The lines of a file, as they are.
  void file(std::string_view text);

 private:
  void prose(std::string_view text);
  void verbatim(std::string_view text, std::string_view before_further_lines);

  std::ostream& out_;
  bool after_heading_ = false;  ///< which begins a paragraph by itself
};

}  // namespace casweep::cli
