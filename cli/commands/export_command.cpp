// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/export_files.h"
#include "cli/options/command_line.h"
#include "cli/options/export_format.h"
#include "cli/options/history_file.h"
#include "cli/options/scan_choice.h"
#include "cli/terminal/output_file.h"
#include "report/format/scan_export.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// The requested scans, oldest first.
std::vector<std::int64_t> chosen_scans(const po::variables_map& values, const store::History& history) {
  if (!values["all"].as<bool>()) return {chosen_scan(values, history)};
  std::vector<std::int64_t> scans;
  for (const history::ScanHeadline& scan : history.headlines({})) {
    if (scan.state == history::ScanState::complete || scan.state == history::ScanState::partial)
      scans.push_back(scan.id);
  }
  if (scans.empty()) throw no_scan(history, "complete or partial");
  return scans;
}

report::TableOptions table_options(const po::variables_map& values) {
  return {.guard = values["csv-raw"].as<bool>() ? report::FormulaGuard::off : report::FormulaGuard::on,
          .file = values["excel"].as<bool>() ? report::TableFile::workbook : report::TableFile::csv};
}

bool are_of_one_scan(const po::variables_map& values, std::span<const ExportFormat> formats) {
  return !values["all"].as<bool>() &&
         std::ranges::any_of(formats, [](const ExportFormat& format) { return format.of_scans.has_value(); });
}

OptionGroup choice_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("all", po::bool_switch(), "every complete or partial scan, oldest first");
  add("output,o", po::value<std::vector<std::string>>()->value_name("[FORMAT=]FILE"),
      "write to FILE instead of standard output, in the format FORMAT; may be repeated. Either all files appear "
      "complete, or none. For a file name that contains '=', write ./A=B");
  add("force", po::bool_switch(), "replace existing files; their mode and group stay");
  add("csv-raw", po::bool_switch(),
      "write csv and plan without the apostrophe before what a spreadsheet takes for a formula");
  add("excel", po::bool_switch(),
      "write csv and plan as a workbook (.xlsx), which Excel and other spreadsheets open the same way in every "
      "language");
  return group;
}

bool is_csv(const ExportFormat& format) {
  return format.of_scans == report::ScanFormat::csv || format.of_forest == ForestFormat::plan;
}

void check_choice(const po::variables_map& values, std::span<const ExportFormat> formats) {
  for (const char* option : {"csv-raw", "excel"}) {
    if (values[option].as<bool>() && std::ranges::none_of(formats, is_csv)) {
      throw CommandError(ExitCode::usage, fmt::format("--{} is for csv and plan only.", option));
    }
  }
  if (values["csv-raw"].as<bool>() && values["excel"].as<bool>()) {
    throw CommandError(ExitCode::usage, "--csv-raw and --excel exclude each other; use one of them.");
  }
  if (values["excel"].as<bool>() && values["all"].as<bool>()) {
    throw CommandError(ExitCode::usage, "--excel writes one scan; use csv without --excel for --all.");
  }
  const bool one = values.count("scan") > 0;
  const bool all = values["all"].as<bool>();
  if (one && all) throw CommandError(ExitCode::usage, "--scan and --all exclude each other; use one of them.");
  if (!one && !all) return;
  if (std::ranges::any_of(formats, [](const ExportFormat& format) { return format.of_forest.has_value(); })) {
    throw CommandError(ExitCode::usage,
                       "plan and prometheus describe the forest now; they take neither --scan nor --all.");
  }
}

int run_export(const po::variables_map& values, const Environment& environment) {
  std::optional<ExportFormat> format;
  if (values.count("FORMAT") > 0) format = export_format_of_word(values["FORMAT"].as<std::string>());
  std::vector<ExportOutput> outputs;
  if (values.count("output") > 0) outputs = export_outputs(values["output"].as<std::vector<std::string>>(), format);
  if (outputs.empty() && !format)
    throw CommandError(ExitCode::usage,
                       "'export' needs the argument FORMAT, or -o FORMAT=FILE. See 'casweep export --help'.");

  for (const ExportOutput& output : outputs) require_not_of_history(output.file, history_file(values, environment));

  std::vector<ExportFormat> formats;
  formats.reserve(outputs.size() + 1);
  for (const ExportOutput& output : outputs) formats.push_back(output.format);
  if (outputs.empty()) formats.push_back(*format);
  check_choice(values, formats);

  if (outputs.empty() && values["excel"].as<bool>() && environment.out_is_terminal) {
    throw CommandError(ExitCode::usage, "Refusing to write a workbook to a terminal; use -o FILE.xlsx.");
  }

  const auto history = store::History::open_existing(history_file(values, environment));
  const base::Instant now = now_in(history, environment);
  const bool of_scans = std::ranges::any_of(formats, [](const ExportFormat& of) { return of.of_scans.has_value(); });
  const ExportChoice choice{.scans = of_scans ? chosen_scans(values, history) : std::vector<std::int64_t>(),
                            .count = values["all"].as<bool>() ? report::ScanCount::many : report::ScanCount::one,
                            .table = table_options(values)};
  if (outputs.empty()) {
    export_to({Sink{*format, environment.out}}, choice, history, environment, now);
  } else {
    const Force force = values["force"].as<bool>() ? Force::given : Force::not_given;
    export_to_files(outputs, force, choice, history, environment, now);
  }
  if (are_of_one_scan(values, formats)) tell_of_choice(values, history, environment);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command export_command() {
  auto sections = export_formats();
  sections.push_back(
      {.heading = "Notes",
       .paragraphs = {"The same scan always gives the same bytes; they contain the decisions made before it "
                      "began. A CA that the directory listed and the scan did not read is included as unknown "
                      "(not-read)."}});
  return {.line = {.command = "export",
                   .operands = {{.name = "FORMAT",
                                 .text = "one of the formats below; may be left out if each -o names one",
                                 .count = OperandCount::optional,
                                 .words = export_format_words()}},
                   .options = {scan_option(), choice_options(), history_options()}},
          .run = run_export,
          .summary = "export scans, metrics or a remediation plan",
          .usage = {"FORMAT [OPTION]...", "-o FORMAT=FILE... [OPTION]..."},
          .description = {"Exports recorded scans, or the forest as it is now, for other programs."},
          .sections = sections,
          .examples = {{"Count the verdicts of the last scan", "casweep export json | jq '.scan.counts'"},
                       {"Export one scan to a file", "casweep export csv --scan 12 -o esc11.csv"},
                       {"Export for a spreadsheet", "casweep export csv --excel -o esc11.xlsx"},
                       {"Write several formats at once",
                        "casweep export -o csv=esc11.csv -o ocsf=esc11.jsonl -o sarif=esc11.sarif"},
                       {"Update the metrics of node_exporter",
                        "casweep export prometheus --force \\\n-o /var/lib/prometheus/node-exporter/casweep.prom"},
                       {"Export every scan", "casweep export jsonl --all | gzip > esc11-history.jsonl.gz"}},
          .exit_codes = {{"0", "the export was written"},
                         {"64", "no such scan or format"},
                         {"65", "no complete scan yet, or the scan listed no CA"},
                         {"74", "the history or a file cannot be used"}}};
}

}  // namespace casweep::cli
