// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/table/ca_history_report.h"
#include "store/history.h"

namespace casweep::cli {

int run_history(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"history", {}, {}, {"CA"}};
  line.configurable.add(history_options()).add(format_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  if (values.count("CA") == 0) throw CommandError(ExitCode::usage, "Which CA? See 'casweep history --help'.");
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto object_guid = only_ca_named(history, values["CA"].as<std::string>()).ca.service.object_guid;
  const base::Instant now = environment.now();
  const history::CaSummary ca = history.ca_summary(object_guid, now);
  const auto observations = history.observations_at_changes(object_guid);
  if (format == OutputFormat::json) {
    report::write_ca_history_json(environment.out, ca, observations, now);
  } else {
    report::write_ca_history(environment.out, ca, observations, now, table_style(environment));
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
