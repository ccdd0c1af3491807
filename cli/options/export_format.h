// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/help_section.h"
#include "report/format/scan_export.h"

namespace casweep::cli {

/// Formats that describe the forest as it is now, not a scan.
enum class ForestFormat { plan, prometheus };

/// What `casweep export` makes: exactly one of the two.
struct ExportFormat {
  std::optional<report::ScanFormat> of_scans;
  std::optional<ForestFormat> of_forest;
};

/// The words of `casweep export`.
[[nodiscard]] std::vector<std::string> export_format_words();

/// What these words mean.
[[nodiscard]] std::vector<HelpSection> export_formats();

/// The format that one of these words names, or CommandError (usage).
[[nodiscard]] ExportFormat export_format_of_word(const std::string& word);

/// The FORMAT of "FORMAT=FILE", which may be misspelled; nullopt: `value` is the name of a file.
[[nodiscard]] std::optional<std::string> format_before_file(const std::string& value);

struct ExportOutput {
  ExportFormat format;
  std::filesystem::path file;
};

/// What the values of `option`, "FORMAT=FILE" or "FILE", ask for; `otherwise` is the format of a FILE alone. Throws
/// CommandError (usage) if a format is missing or unknown, or a file is named twice.
[[nodiscard]] std::vector<ExportOutput> export_outputs(std::span<const std::string> values,
                                                       const std::optional<ExportFormat>& otherwise,
                                                       std::string_view option = "-o");

}  // namespace casweep::cli
