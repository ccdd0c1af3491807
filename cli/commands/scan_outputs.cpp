// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/scan_outputs.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <iterator>
#include <optional>
#include <ostream>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/host_name.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/export_files.h"
#include "cli/exit_code.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/terminal/note.h"
#include "cli/terminal/output_file.h"
#include "cli/version.h"
#include "report/page/page.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// Runs each of the steps, also after one has failed, and then throws what the first of them threw.
class Steps {
 public:
  explicit Steps(const Environment& environment) : environment_(environment) {}

  void run(const std::function<void()>& step) {
    try {
      step();
    } catch (const std::exception& error) {
      if (first_) return note(environment_, base::terminal_safe(error.what()));
      first_ = std::current_exception();
    }
  }

  [[nodiscard]] bool failed() const { return first_ != nullptr; }

  /// Throws ErrorAfterDocument.
  void finish() const {
    try {
      if (first_) std::rethrow_exception(first_);
    } catch (const CommandError& error) {
      throw ErrorAfterDocument(error.code(), error.text());
    } catch (const store::StoreError& error) {
      throw ErrorAfterDocument(exit_code_of(error), error.what());
    }
  }

 private:
  const Environment& environment_;
  std::exception_ptr first_{};
};

bool is_of_forest(const ExportOutput& output) { return output.format.of_forest.has_value(); }

void write_page(const std::string& name, const store::History& history, std::int64_t scan) {
  OutputFile file(name, Force::given);
  report::write_page(file.stream(), report::page_subject(history, scan, version()));
  file.publish();
}

void write_head(const std::string& name, const store::History& history) {
  OutputFile file(name, Force::given);
  file.stream() << history.ledger_head().hash << '\n';
  file.publish();
}

/// The same with all names dated.
ScanOutputs dated(ScanOutputs outputs, base::Instant began, const store::History& history) {
  const std::string forest = outputs.forest.empty() ? history.forest().name : outputs.forest;
  const auto date = [&](const std::string& name) { return dated_name(name, began, forest); };
  outputs.report = date(outputs.report);
  for (ExportOutput& output : outputs.exports) output.file = date(output.file.string());
  outputs.head_file = date(outputs.head_file);
  return outputs;
}

/// Refuses a name that two of the files have, that belongs to the history, or that no file can have.
void require_files_of_their_own(const ScanOutputs& outputs) {
  std::vector<std::filesystem::path> taken;
  if (!outputs.document.empty()) taken.push_back(outputs.document);
  const auto take = [&](const std::filesystem::path& file) {
    if (file == "-") {
      throw CommandError(ExitCode::usage, "A scan writes its report, exports and head to files, not to '-'.");
    }
    require_not_of_history(file, outputs.history);
    if (std::ranges::any_of(taken, [&](const auto& other) { return is_same_file(file, other); })) {
      throw CommandError(ExitCode::usage,
                         fmt::format("'{}' would be written twice; choose another name.", file.string()));
    }
    taken.push_back(file);
  };
  if (!outputs.report.empty()) take(outputs.report);
  for (const ExportOutput& output : outputs.exports) take(output.file);
  if (!outputs.head_file.empty()) take(outputs.head_file);
}

}  // namespace

OptionGroup scan_output_options() {
  OptionGroup group{.heading = "Files"};
  auto add = group.options.add_options();
  add("report", po::value<std::string>()->value_name("FILE"),
      "write the scan as an HTML page, as 'casweep report' does. In the names of these files, %Y, %m, %d, %H, %M and "
      "%S stand for the time at which the scan began (UTC), and %f for the forest: the NAME of --forest, or its DNS "
      "name; "
      "existing files are replaced");
  add("export", po::value<std::vector<std::string>>()->value_name("FORMAT=FILE"),
      "write the scan, or metrics or a plan, as 'casweep export' does; may be repeated");
  add("head-file", po::value<std::string>()->value_name("FILE"),
      "write the hash of the ledger's head, for 'casweep db check --head'");
  return group;
}

ScanOutputs read_scan_outputs(const po::variables_map& values, const std::filesystem::path& history) {
  for (const char* option : {"report", "head-file"}) {
    if (values.count(option) == 0 || !text_of(values, option).empty()) continue;
    throw CommandError(ExitCode::usage, fmt::format("--{} needs the name of a file.", option));
  }
  ScanOutputs outputs{.report = text_of(values, "report"),
                      .head_file = text_of(values, "head-file"),
                      .document = text_of(values, "output"),
                      .history = history,
                      .forest = text_of(values, "forest")};
  if (values.count("export") > 0)
    outputs.exports = export_outputs(values["export"].as<std::vector<std::string>>(), {}, "--export");
  // An error is one before the scan.
  for (const std::string& name : {outputs.report, outputs.head_file}) (void)dated_name(name, {}, {});
  for (const ExportOutput& output : outputs.exports) (void)dated_name(output.file.string(), {}, {});
  require_files_of_their_own(outputs);
  return outputs;
}

std::string dated_name(const std::string& name, base::Instant at, const std::string& forest) {
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const auto part = [&](char letter) -> std::string {
    switch (letter) {
      case 'Y':
        return fmt::format("{:%Y}", second);
      case 'm':
        return fmt::format("{:%m}", second);
      case 'd':
        return fmt::format("{:%d}", second);
      case 'H':
        return fmt::format("{:%H}", second);
      case 'M':
        return fmt::format("{:%M}", second);
      case 'S':
        return fmt::format("{:%S}", second);
      case 'f':
        // The directory said it: it must not lead into another folder.
        return base::is_host_name(forest) ? base::comparable_host_name(forest) : "unknown";
      case '%':
        return "%";
      default:
        throw CommandError(ExitCode::usage,
                           fmt::format("'{}' has a % that stands for nothing; a file name may have %Y, "
                                       "%m, %d, %H, %M, %S, %f, and %% for %.",
                                       name));
    }
  };
  std::string dated;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      dated += name[i];
    } else {
      ++i;
      dated += part(i < name.size() ? name[i] : '\0');
    }
  }
  return dated;
}

void write_scan_outputs(const ScanOutputs& outputs, std::int64_t scan, base::Instant began,
                        const Environment& environment) {
  if (!outputs.any()) return;
  const auto history = store::History::open_existing(outputs.history);
  const ScanOutputs files = dated(outputs, began, history);
  Steps steps(environment);
  steps.run([&] { require_files_of_their_own(files); });
  if (steps.failed()) return steps.finish();
  if (!files.report.empty()) steps.run([&] { write_page(files.report, history, scan); });
  for (const ExportOutput& output : files.exports) {
    steps.run([&] {
      export_to_files({&output, 1}, Force::given, {.scans = {scan}}, history, environment,
                      after_newest_scan(history, environment));
    });
  }
  if (!files.head_file.empty()) steps.run([&] { write_head(files.head_file, history); });
  steps.finish();
}

void write_outputs_of_failed_scan(const ScanOutputs& outputs, const Environment& environment) {
  if (std::ranges::none_of(outputs.exports, is_of_forest)) return;
  const auto noting = [&](const std::function<void()>& step) {
    try {
      step();
    } catch (const std::exception& error) {
      note(environment, base::terminal_safe(error.what()));
    }
  };
  noting([&] {
    const auto history = store::History::open_existing(outputs.history);
    const auto newest = history.headlines(1);
    const ScanOutputs files = dated(outputs, newest.empty() ? environment.now() : newest.front().started_at, history);
    require_files_of_their_own(files);
    for (const ExportOutput& output : files.exports) {
      if (!is_of_forest(output)) continue;
      noting([&] {
        export_to_files({&output, 1}, Force::given, {}, history, environment, after_newest_scan(history, environment));
      });
    }
  });
}

}  // namespace casweep::cli
