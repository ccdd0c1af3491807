// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/export_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"
#include "base/nearest_word.h"
#include "cli/command_error.h"

namespace casweep::cli {
namespace {

using report::ScanFormat;

struct Word {
  std::string_view word;
  ExportFormat format;
  std::string_view text;
};

constexpr std::array export_words{
    Word{"csv",
         {ScanFormat::csv, {}},
         "a row for each CA (RFC 4180, UTF-8), also with its status, the approver and the end of an exception; what a "
         "spreadsheet would take for a formula begins with an apostrophe"},
    Word{"json",
         {ScanFormat::json, {}},
         "one object (casweep-scan.schema.json; with --all casweep-all-scans.schema.json)"},
    Word{"jsonl", {ScanFormat::jsonl, {}}, "a line for each CA (casweep-ca.schema.json)"},
    Word{"ocsf", {ScanFormat::ocsf, {}}, "a line for each CA: OCSF Compliance Finding (2003), schema 1.8.0"},
    Word{"sarif",
         {ScanFormat::sarif, {}},
         "SARIF 2.1.0, compared with the complete scan before; with --all, a run for each scan"},
    Word{"plan",
         {{}, ForestFormat::plan},
         "CSV of every CA that does not enforce encryption or is unknown, with the fix and columns for owner, target "
         "date "
         "and ticket"},
    Word{"prometheus", {{}, ForestFormat::prometheus}, "metrics for the textfile collector of node_exporter"},
};

bool is_letter_or_digit(char character) {
  const char lower = base::ascii_lower(character);
  return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
}

ExportOutput output_of(const std::string& value, const std::optional<ExportFormat>& otherwise,
                       std::string_view option) {
  if (const auto word = format_before_file(value)) {
    return {export_format_of_word(*word), value.substr(word->size() + 1)};
  }
  if (otherwise) return {*otherwise, value};
  throw CommandError(ExitCode::usage, fmt::format("{0} '{1}' has no format; write {0} FORMAT=FILE.", option, value));
}

}  // namespace

std::vector<std::string> export_format_words() {
  std::vector<std::string> words;
  words.reserve(export_words.size());
  for (const Word& known : export_words) words.emplace_back(known.word);
  return words;
}

std::vector<HelpSection> export_formats() {
  HelpSection of_scans{.heading = "Formats for scans"};
  HelpSection of_forest{.heading = "Formats for the forest now"};
  for (const Word& known : export_words) {
    HelpSection& section = known.format.of_scans ? of_scans : of_forest;
    section.definitions.push_back({std::string(known.word), std::string(known.text)});
  }
  return {of_scans, of_forest};
}

ExportFormat export_format_of_word(const std::string& word) {
  const auto* found = std::ranges::find(export_words, word, &Word::word);
  if (found != export_words.end()) return found->format;
  throw CommandError(ExitCode::usage, fmt::format("Unknown export format '{}'.{} See 'casweep export --help'.", word,
                                                  base::did_you_mean(word, export_format_words())));
}

std::optional<std::string> format_before_file(const std::string& value) {
  const auto equals = value.find('=');
  if (equals == std::string::npos) return std::nullopt;
  // "./a=b.csv" is a file; "cvs=esc11.csv" is a mistake, not one of that name.
  std::string before = value.substr(0, equals);
  if (!std::ranges::all_of(before, is_letter_or_digit)) return std::nullopt;
  return before;
}

std::vector<ExportOutput> export_outputs(std::span<const std::string> values,
                                         const std::optional<ExportFormat>& otherwise, std::string_view option) {
  std::vector<ExportOutput> outputs;
  for (const std::string& value : values) {
    ExportOutput output = output_of(value, otherwise, option);
    if (output.file.empty()) throw CommandError(ExitCode::usage, fmt::format("{} needs the name of a file.", option));
    if (std::ranges::find(outputs, output.file, &ExportOutput::file) != outputs.end()) {
      throw CommandError(ExitCode::usage, fmt::format("{} names the file '{}' twice.", option, output.file.string()));
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace casweep::cli
