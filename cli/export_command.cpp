// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/export_format.h"
#include "cli/history_file.h"
#include "cli/output_file.h"
#include "report/ca_background.h"
#include "report/iso_time.h"
#include "report/prometheus.h"
#include "report/remediation_plan.h"
#include "report/scan_export.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// Where a format goes.
struct Sink {
  ExportFormat format;
  std::ostream& out;
};

CommandError no_scan(const store::History& history, std::string_view which) {
  return {ExitCode::data,
          fmt::format("The history '{}' holds no {} scan; make one with 'casweep scan', or name another with --scan.",
                      history.file().string(), which)};
}

/// The scans that were asked for, oldest first.
std::vector<std::int64_t> chosen_scans(const po::variables_map& values, const store::History& history) {
  if (values.count("scan") > 0) return {values["scan"].as<std::int64_t>()};
  if (!values["all"].as<bool>()) {
    if (const auto last = history.last_scan(false)) return {*last};
    throw no_scan(history, "complete");
  }
  std::vector<std::int64_t> scans;
  for (const store::ScanSummary& scan : history.scans()) {
    if (scan.state == store::ScanState::complete || scan.state == store::ScanState::partial) scans.push_back(scan.id);
  }
  if (scans.empty()) throw no_scan(history, "complete or partial");
  std::ranges::reverse(scans);
  return scans;
}

/// What the history knows of CAs; it is asked once for each.
class KnownCas {
 public:
  KnownCas(const store::History& history, store::Instant now) : history_(history), now_(now) {}

  std::vector<report::CaBackground> backgrounds(const store::ScanRecord& scan) {
    std::vector<report::CaBackground> all;
    for (const store::CaRecord& ca : scan.cas) {
      const auto& guid = ca.service.object_guid;
      auto found = known_.find(guid);
      if (found == known_.end()) found = known_.emplace(guid, history_.ca_status(guid, now_)).first;
      all.push_back(report::background_of(scan, ca, found->second));
    }
    return all;
  }

 private:
  const store::History& history_;
  store::Instant now_;
  std::map<discovery::ObjectGuid, store::CaStatus> known_;
};

std::vector<report::ScanExport> begin_exports(const std::vector<Sink>& sinks, report::ScanCount count) {
  std::vector<report::ScanExport> exports;
  for (const Sink& sink : sinks) {
    if (sink.format.of_scans) exports.emplace_back(sink.out, *sink.format.of_scans, count);
  }
  return exports;
}

void export_scans(const std::vector<Sink>& sinks, const po::variables_map& values, const store::History& history,
                  store::Instant now) {
  std::vector<report::ScanExport> exports;
  KnownCas known(history, now);
  for (const std::int64_t id : chosen_scans(values, history)) {
    const store::ScanRecord scan = history.scan(id);
    // Not before: of a scan that is not there nothing is written.
    if (exports.empty()) {
      exports = begin_exports(sinks, values["all"].as<bool>() ? report::ScanCount::many : report::ScanCount::one);
    }
    const auto backgrounds = known.backgrounds(scan);
    for (auto& to : exports) to.add(scan, backgrounds);
  }
  for (auto& to : exports) to.finish();
}

void export_forest(const std::vector<Sink>& sinks, const store::History& history, store::Instant now) {
  const store::ForestStatus forest = history.forest_status(now);
  for (const Sink& sink : sinks) {
    if (sink.format.of_forest == ForestFormat::plan) report::write_remediation_plan(sink.out, forest);
    if (sink.format.of_forest == ForestFormat::prometheus) report::write_prometheus(sink.out, forest, history.scans());
  }
}

void export_to(const std::vector<Sink>& sinks, const po::variables_map& values, const store::History& history,
               store::Instant now) {
  const auto of_scans = [](const Sink& sink) { return sink.format.of_scans.has_value(); };
  if (std::ranges::any_of(sinks, of_scans)) export_scans(sinks, values, history, now);
  if (!std::ranges::all_of(sinks, of_scans)) export_forest(sinks, history, now);
}

/// The last complete scan is not always the last: a failed one tells nothing, a partial one of a few CAs only. Whoever
/// takes the export for the forest of today must hear of that.
void tell_of_newer_scans(const po::variables_map& values, std::span<const ExportFormat> formats,
                         const store::History& history, const Environment& environment) {
  const bool of_one = std::ranges::any_of(formats, [](const ExportFormat& format) { return format.of_scans.has_value(); });
  if (!of_one || values.count("scan") > 0 || values["all"].as<bool>()) return;
  const auto last = history.last_scan(false);
  const auto scans = history.scans();
  if (!last || scans.empty() || scans.front().id <= *last) return;
  environment.err << fmt::format("casweep: this is scan {}, the last complete one; the newest is scan {} of {}, {}.\n",
                                 *last, scans.front().id, report::iso_time(scans.front().started_at),
                                 store::word_of(scans.front().state));
}

void check_choice(const po::variables_map& values, std::span<const ExportFormat> formats) {
  const bool one = values.count("scan") > 0;
  const bool all = values["all"].as<bool>();
  if (one && all) throw CommandError(ExitCode::usage, "--scan is one scan and --all is every one; leave one away.");
  if (!one && !all) return;
  if (std::ranges::any_of(formats, [](const ExportFormat& format) { return format.of_forest.has_value(); })) {
    throw CommandError(ExitCode::usage,
                       "plan and prometheus speak of the forest as it is now; leave --scan and --all "
                       "away.");
  }
}

}  // namespace

int run_export(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"export", {}, {}, {"FORMAT"}};
  line.configurable.add(history_options());
  line.arguments_only.add_options()("scan", po::value<std::int64_t>())("all", po::bool_switch())(
      "output,o", po::value<std::vector<std::string>>())("force", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  std::optional<ExportFormat> format;
  if (values.count("FORMAT") > 0) format = export_format_of_word(values["FORMAT"].as<std::string>());
  std::vector<ExportOutput> outputs;
  if (values.count("output") > 0) outputs = export_outputs(values["output"].as<std::vector<std::string>>(), format);
  if (outputs.empty() && !format) throw CommandError(ExitCode::usage, "Export as what? See 'casweep export --help'.");

  std::vector<ExportFormat> formats;
  for (const ExportOutput& output : outputs) formats.push_back(output.format);
  if (outputs.empty()) formats.push_back(*format);
  check_choice(values, formats);

  const auto history = store::History::open_existing(history_file(values, environment));
  const store::Instant now = environment.now();
  if (outputs.empty()) {
    export_to({Sink{*format, environment.out}}, values, history, now);
    tell_of_newer_scans(values, formats, history, environment);
    return static_cast<int>(ExitCode::compliant);
  }
  // All of them are refused, or none: nothing gets its name before everything is written.
  std::vector<OutputFile> files;
  std::vector<Sink> sinks;
  for (const ExportOutput& output : outputs) {
    files.emplace_back(output.file, values["force"].as<bool>() ? Existing::replace : Existing::keep);
    sinks.push_back({output.format, files.back().stream()});
  }
  export_to(sinks, values, history, now);
  for (OutputFile& file : files) file.publish();
  tell_of_newer_scans(values, formats, history, environment);
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
