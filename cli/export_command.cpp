// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cstdint>
#include <sstream>
#include <string>

#include "cli/command_error.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/history_file.h"
#include "cli/output_file.h"
#include "cli/output_format.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

OutputFormat format_of(const po::variables_map& values) {
  if (values.count("FORMAT") == 0) throw CommandError(ExitCode::usage, "Export as json or as csv?");
  const auto& word = values["FORMAT"].as<std::string>();
  const auto format = output_format_of_word(word);
  if (format && *format != OutputFormat::table) return *format;
  throw CommandError(ExitCode::usage, fmt::format("There is no export as '{}'; there are json and csv.", word));
}

std::int64_t scan_of(const po::variables_map& values, const store::History& history) {
  if (values.count("scan") > 0) return values["scan"].as<std::int64_t>();
  if (const auto last = history.last_scan(false)) return *last;
  throw CommandError(
      ExitCode::data,
      fmt::format("The history '{}' holds no complete scan; make one with 'casweep scan', or name another "
                  "with --scan.",
                  history.file().string()));
}

}  // namespace

int run_export(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"export", {}, {}, {"FORMAT"}};
  line.configurable.add(history_options());
  line.arguments_only.add_options()("scan", po::value<std::int64_t>())("output,o", po::value<std::string>())(
      "force", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  const OutputFormat format = format_of(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  const store::ScanRecord scan = history.scan(scan_of(values, history));
  if (values.count("output") == 0) {
    write_scan(environment.out, scan, format, {});
  } else {
    std::ostringstream content;
    write_scan(content, scan, format, {});
    write_output_file(values["output"].as<std::string>(), content.str(),
                      values["force"].as<bool>() ? Existing::replace : Existing::keep);
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
