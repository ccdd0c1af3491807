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
};

constexpr std::array export_words{
    Word{"csv", {ScanFormat::csv, {}}},
    Word{"json", {ScanFormat::json, {}}},
    Word{"jsonl", {ScanFormat::jsonl, {}}},
    Word{"ocsf", {ScanFormat::ocsf, {}}},
    Word{"sarif", {ScanFormat::sarif, {}}},
    Word{"plan", {{}, ForestFormat::plan}},
    Word{"prometheus", {{}, ForestFormat::prometheus}},
};

bool is_letter_or_digit(char character) {
  const char lower = base::ascii_lower(character);
  return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
}

ExportOutput output_of(const std::string& value, const std::optional<ExportFormat>& otherwise) {
  const auto equals = value.find('=');
  const std::string before = value.substr(0, equals);
  // "./a=b.csv" is a file; "cvs=esc11.csv" is a mistake, not one of that name.
  if (equals != std::string::npos && std::ranges::all_of(before, is_letter_or_digit)) {
    return {export_format_of_word(before), value.substr(equals + 1)};
  }
  if (otherwise) return {*otherwise, value};
  throw CommandError(ExitCode::usage,
                     fmt::format("-o '{}' does not say what to write: 'casweep export FORMAT -o FILE', or -o "
                                 "FORMAT=FILE.",
                                 value));
}

}  // namespace

ExportFormat export_format_of_word(const std::string& word) {
  const auto* found = std::ranges::find(export_words, word, &Word::word);
  if (found != export_words.end()) return found->format;
  std::vector<std::string> all;
  all.reserve(export_words.size());
  for (const Word& candidate : export_words) all.emplace_back(candidate.word);
  throw CommandError(ExitCode::usage, fmt::format("There is no export as '{}'.{} See 'casweep export --help'.", word,
                                                  base::did_you_mean(word, all)));
}

std::vector<ExportOutput> export_outputs(std::span<const std::string> values,
                                         const std::optional<ExportFormat>& otherwise) {
  std::vector<ExportOutput> outputs;
  for (const std::string& value : values) {
    ExportOutput output = output_of(value, otherwise);
    if (output.file.empty()) throw CommandError(ExitCode::usage, "-o needs the name of a file.");
    if (std::ranges::find(outputs, output.file, &ExportOutput::file) != outputs.end()) {
      throw CommandError(ExitCode::usage, fmt::format("-o names '{}' twice.", output.file.string()));
    }
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace casweep::cli
