// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/output_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "cli/command_error.h"
#include "report/format/scan_csv.h"
#include "report/json/scan_json.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

constexpr std::array output_words{
    std::pair{OutputFormat::table, std::string_view{"table"}},
    std::pair{OutputFormat::json, std::string_view{"json"}},
    std::pair{OutputFormat::csv, std::string_view{"csv"}},
};

}  // namespace

po::options_description format_options() {
  po::options_description options;
  options.add_options()("format", po::value<std::string>());
  return options;
}

std::optional<OutputFormat> output_format_of_word(std::string_view word) {
  const auto* found = std::ranges::find(output_words, word, [](const auto& pair) { return pair.second; });
  if (found == output_words.end()) return std::nullopt;
  return found->first;
}

OutputFormat output_format(const po::variables_map& values, std::span<const OutputFormat> allowed) {
  if (values.count("format") == 0) return OutputFormat::table;
  const auto& word = values["format"].as<std::string>();
  const auto format = output_format_of_word(word);
  if (format && std::ranges::find(allowed, *format) != allowed.end()) return *format;

  std::string choices;
  for (const auto& [candidate, name] : output_words) {
    if (std::ranges::find(allowed, candidate) == allowed.end()) continue;
    choices += fmt::format("{}{}", choices.empty() ? "" : ", ", name);
  }
  throw CommandError(ExitCode::usage, fmt::format("There is no format '{}' here; choose one of {}.", word, choices));
}

base::Charset charset_of(const Environment& environment) {
  return environment.utf8 ? base::Charset::unicode : base::Charset::ascii;
}

report::TableStyle table_style(const Environment& environment) {
  const bool colour_objected =
      !environment.variable("NO_COLOR").empty() || environment.variable("TERM") == std::string_view("dumb");
  return {.colour = environment.out_is_terminal && !colour_objected,
          .unicode = environment.utf8 || !environment.out_is_terminal,
          .columns = environment.out_is_terminal ? environment.columns : 0};
}

void write_scan(std::ostream& out, const history::ScanRecord& scan, OutputFormat format,
                const report::TableStyle& style) {
  switch (format) {
    case OutputFormat::table:
      return report::write_scan_table(out, scan, style);
    case OutputFormat::json:
      return report::write_scan_json(out, scan);
    case OutputFormat::csv:
      return report::write_scan_csv(out, scan);
  }
}

}  // namespace casweep::cli
