// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/output_format.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/options/command_line.h"
#include "cli/options/word_value.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

std::string_view word_of(OutputFormat format) {
  switch (format) {
    case OutputFormat::table:
      return "table";
    case OutputFormat::json:
      return "json";
    case OutputFormat::csv:
      return "csv";
  }
  return "";
}

}  // namespace

OptionGroup format_options(const std::vector<OutputFormat>& formats) {
  std::vector<std::string> words;
  words.reserve(formats.size());
  for (const OutputFormat format : formats) words.emplace_back(word_of(format));
  const std::string text = fmt::format("{} (default: {})", alternatives(words), words.front());
  OptionGroup group;
  auto add = group.options.add_options();
  add("format", one_of("FORMAT", words), text.c_str());
  add("color", one_of("WHEN", {"auto", "always", "never"}),
      "colour in tables: auto, always or never (default: auto, which means on a terminal unless NO_COLOR is set)");
  return group;
}

std::optional<bool> colour_choice(const po::variables_map& values) {
  const std::string word = text_of(values, "color");
  if (word.empty() || word == "auto") return std::nullopt;
  return word == "always";
}

OutputFormat output_format(const po::variables_map& values) {
  const std::string word = text_of(values, "format");
  if (word == word_of(OutputFormat::json)) return OutputFormat::json;
  if (word == word_of(OutputFormat::csv)) return OutputFormat::csv;
  return OutputFormat::table;
}

base::Charset charset_of(const Environment& environment) {
  return environment.utf8 ? base::Charset::unicode : base::Charset::ascii;
}

report::TableStyle table_style(const Environment& environment) {
  const bool colour_objected =
      !environment.variable("NO_COLOR").empty() || environment.variable("TERM") == std::string_view("dumb");
  return {.colour = environment.colour.value_or(environment.out_is_terminal && !colour_objected),
          .unicode = environment.utf8 || environment.out_is_file,
          .columns = environment.out_is_terminal ? environment.columns : 0};
}

}  // namespace casweep::cli
