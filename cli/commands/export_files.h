// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <vector>

#include "base/instant.h"
#include "cli/options/export_format.h"
#include "cli/terminal/environment.h"
#include "cli/terminal/output_file.h"
#include "report/format/scan_export.h"
#include "store/history.h"

namespace casweep::cli {

/// What is exported, and how.
struct ExportChoice {
  std::vector<std::int64_t> scans;  ///< oldest first; for the formats of scans
  report::ScanCount count = report::ScanCount::one;
  report::TableOptions table{};
};

/// The output of one format.
struct Sink {
  ExportFormat format;
  std::ostream& out;
};

/// Writes one pass over the chosen scans, and the forest at `now`, to the sinks. Throws CommandError (data) if there is
/// nothing that a format could say, and StoreError.
void export_to(const std::vector<Sink>& sinks, const ExportChoice& choice, const store::History& history,
               const Environment& environment, base::Instant now);

/// The same to files: either all of them appear complete, or none.
void export_to_files(std::span<const ExportOutput> outputs, Force force, const ExportChoice& choice,
                     const store::History& history, const Environment& environment, base::Instant now);

}  // namespace casweep::cli
