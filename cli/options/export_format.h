// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "report/format/scan_export.h"

namespace casweep::cli {

/// Formats that speak of the forest as it is now, not of a scan.
enum class ForestFormat { plan, prometheus };

/// What `casweep export` makes: exactly one of the two.
struct ExportFormat {
  std::optional<report::ScanFormat> of_scans;
  std::optional<ForestFormat> of_forest;
};

/// One of the words of `casweep export`, or CommandError (usage).
[[nodiscard]] ExportFormat export_format_of_word(const std::string& word);

struct ExportOutput {
  ExportFormat format;
  std::filesystem::path file;
};

/// What the values of -o, "FORMAT=FILE" or "FILE", ask for; `otherwise` is the format of a FILE alone. Throws
/// CommandError (usage) if a format is missing or unknown, or a file is named twice.
[[nodiscard]] std::vector<ExportOutput> export_outputs(std::span<const std::string> values,
                                                       const std::optional<ExportFormat>& otherwise);

}  // namespace casweep::cli
