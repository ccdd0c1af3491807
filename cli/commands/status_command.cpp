// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/table/status_report.h"
#include "store/history.h"

namespace casweep::cli {

int run_status(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"status", {}, {}, {}};
  line.configurable.add(history_options()).add(format_options());
  // Not from the config file: what makes a scan fail is not what makes a look at it fail.
  line.arguments_only.add(fail_on_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const FailOn fail_on = read_fail_on(values, FailOn::nothing());

  const auto history = store::History::open_existing(history_file(values, environment));
  const history::ForestStatus forest = history.forest_status(environment.now());
  if (format == OutputFormat::json) {
    report::write_status_json(environment.out, forest);
  } else {
    report::write_status_table(environment.out, forest, table_style(environment));
  }
  return static_cast<int>(exit_code_of(forest, fail_on));
}

}  // namespace casweep::cli
