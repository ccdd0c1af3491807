// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/scan_table.h"
#include "report/table/status_report.h"
#include "store/history.h"

namespace casweep::cli {

int run_show(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"show", {}, {}, {"CA"}};
  line.configurable.add(history_options()).add(format_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  if (values.count("CA") == 0) {
    throw CommandError(ExitCode::usage, "Which CA? See 'casweep show --help'.");
  }
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto reading = only_ca_named(history, values["CA"].as<std::string>());
  if (format == OutputFormat::json) {
    report::write_json(environment.out, report::scan_json_of_ca(history.scan(reading.scan), reading.ca));
  } else {
    const auto now = environment.now();
    const auto style = table_style(environment);
    const auto standing = report::standing_of(history.ca_summary(reading.ca.service.object_guid, now), now, style);
    report::write_ca_details(environment.out, reading.scan, reading.ca, standing, style);
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
