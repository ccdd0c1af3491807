// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/instant.h"
#include "cli/options/export_format.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Files that a scan writes when it has ended; they replace those of the scan before.
struct ScanOutputs {
  std::string report;                   ///< names of files, in which dated_name() replaces the date; empty: none
  std::vector<ExportOutput> exports{};  ///< the same
  std::string head_file;
  std::string document{};  ///< of -o, which is another file
  std::filesystem::path history;
  std::string forest{};  ///< its name in the config file, for %f; empty: the name that the directory says

  [[nodiscard]] bool any() const { return !report.empty() || !exports.empty() || !head_file.empty(); }
};

/// --report, --export and --head-file.
[[nodiscard]] OptionGroup scan_output_options();

/// Throws CommandError (usage) for what no file can be written for.
[[nodiscard]] ScanOutputs read_scan_outputs(const boost::program_options::variables_map& values,
                                            const std::filesystem::path& history);

/// `name` with the parts of `at` (UTC) for %Y, %m, %d, %H, %M and %S, the forest for %f, and % for %%.
/// Throws CommandError (usage) for any other use of %.
[[nodiscard]] std::string dated_name(const std::string& name, base::Instant at, const std::string& forest);

/// Writes all files about the scan, which began at `began`: a failure of one does not keep the others from being
/// written. Throws ErrorAfterDocument for the first that failed.
void write_scan_outputs(const ScanOutputs& outputs, std::int64_t scan, base::Instant began,
                        const Environment& environment);

/// After a scan that failed: only the files that describe the forest, such as metrics, which tell that it failed. Notes
/// a failure to write them.
void write_outputs_of_failed_scan(const ScanOutputs& outputs, const Environment& environment);

}  // namespace casweep::cli
