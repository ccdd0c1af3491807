// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/export_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "cli/command_error.h"
#include "cli/options/scan_choice.h"
#include "cli/terminal/note.h"
#include "cli/version.h"
#include "report/format/prometheus.h"
#include "report/format/remediation_plan.h"
#include "report/words/ca_background.h"
#include "report/words/scan_state.h"

namespace casweep::cli {
namespace {

/// The scan that each scan is compared with, for the format that has a field for it.
class Baselines {
 public:
  Baselines(const store::History& history, const std::vector<Sink>& sinks)
      : history_(history), wanted_(std::ranges::any_of(sinks, [](const Sink& sink) {
          return sink.format.of_scans == report::ScanFormat::sarif;
        })) {}

  /// Null: there is none. Valid until the next call.
  const history::ScanRecord* of(std::int64_t scan) {
    const auto id = wanted_ ? history_.comparable_scan_before(scan) : std::nullopt;
    if (!id) return nullptr;
    if (!last_ || last_->id != *id) last_ = history_.scan(*id);
    return &*last_;
  }

  /// Keeps a scan that was just exported: the next one is probably compared with it.
  void keep(history::ScanRecord scan) {
    if (wanted_ && scan.state == history::ScanState::complete) last_ = std::move(scan);
  }

 private:
  const store::History& history_;
  bool wanted_;
  std::optional<history::ScanRecord> last_;
};

std::vector<report::ScanExport> begin_exports(const std::vector<Sink>& sinks, const ExportChoice& choice) {
  std::vector<report::ScanExport> exports;
  for (const Sink& sink : sinks) {
    if (sink.format.of_scans) exports.emplace_back(sink.out, *sink.format.of_scans, choice.count, choice.table);
  }
  return exports;
}

/// Without CAs and without a place for the failure, the file would look like a forest without CAs.
bool can_say_failure(report::ScanFormat format) {
  return format == report::ScanFormat::json || format == report::ScanFormat::sarif;
}

void require_listing(const history::ScanRecord& scan, const std::vector<Sink>& sinks) {
  const auto would_mislead = [](const Sink& sink) {
    return sink.format.of_scans && !can_say_failure(*sink.format.of_scans);
  };
  if (scan.listing || std::ranges::none_of(sinks, would_mislead)) return;
  throw CommandError(
      ExitCode::data,
      fmt::format("Scan {} has no CAs to export: it {}{} 'casweep export json --scan {}' exports what is "
                  "known of it.",
                  scan.id, report::predicate_of(scan.state),
                  scan.failure.empty() ? "." : ": " + history::sentence_of_failure(scan.failure), scan.id));
}

void export_scans(const std::vector<Sink>& sinks, const ExportChoice& choice, const store::History& history) {
  std::vector<report::ScanExport> exports;
  report::CaBackgrounds backgrounds(history);
  Baselines baselines(history, sinks);
  for (const std::int64_t id : choice.scans) {
    history::ScanRecord scan = history.scan(id);
    require_listing(scan, sinks);
    // Not earlier: nothing is written for a scan that does not exist.
    if (exports.empty()) exports = begin_exports(sinks, choice);
    const auto of_scan = backgrounds.of(scan);
    for (auto& to : exports) to.add(scan, of_scan, baselines.of(id));
    baselines.keep(std::move(scan));
  }
  for (auto& to : exports) to.finish();
}

report::LastScan last_scan_of(const store::History& history) {
  report::LastScan last{.ended = history.last_end()};
  for (const history::ScanHeadline& scan : history.headlines({})) {  // oldest first
    if (scan.state == history::ScanState::running) continue;
    last.outcome = scan.state;
    if (!scan.forest.empty()) last.forest = scan.forest;
  }
  return last;
}

void export_forest(const std::vector<Sink>& sinks, const ExportChoice& choice, const store::History& history,
                   const Environment& environment, base::Instant now) {
  const history::ForestStatus forest = history.forest_status(now);
  for (const Sink& sink : sinks) {
    if (sink.format.of_forest == ForestFormat::plan) {
      if (!forest.scan) throw no_scan(history, "complete");
      report::write_remediation_plan(sink.out, forest, choice.table);
    }
    if (sink.format.of_forest == ForestFormat::prometheus)
      report::write_prometheus(sink.out, forest, last_scan_of(history), version());
  }
  if (!forest.scan) {
    note(environment, "no scan has been complete yet: the metrics may lack CAs. Run 'casweep scan'.");
  }
}

}  // namespace

void export_to(const std::vector<Sink>& sinks, const ExportChoice& choice, const store::History& history,
               const Environment& environment, base::Instant now) {
  const auto of_scans = [](const Sink& sink) { return sink.format.of_scans.has_value(); };
  if (std::ranges::any_of(sinks, of_scans)) export_scans(sinks, choice, history);
  if (!std::ranges::all_of(sinks, of_scans)) export_forest(sinks, choice, history, environment, now);
}

void export_to_files(std::span<const ExportOutput> outputs, Force force, const ExportChoice& choice,
                     const store::History& history, const Environment& environment, base::Instant now) {
  // No file gets its name before everything is written.
  std::vector<OutputFile> files;
  std::vector<Sink> sinks;
  for (const ExportOutput& output : outputs) {
    files.emplace_back(output.file, force);
    sinks.push_back({output.format, files.back().stream()});
  }
  export_to(sinks, choice, history, environment, now);
  for (OutputFile& file : files) file.publish();
}

}  // namespace casweep::cli
