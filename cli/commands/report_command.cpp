// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/scan_choice.h"
#include "cli/terminal/output_file.h"
#include "cli/version.h"
#include "report/page/page.h"
#include "store/history.h"

namespace casweep::cli {

int run_report(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"report", {}, {}, {}};
  line.configurable.add(history_options());
  line.arguments_only.add(scan_option());
  line.arguments_only.add_options()("output,o", po::value<std::string>())("force", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  const bool to_file = values.count("output") > 0;
  if (to_file && values["output"].as<std::string>().empty()) {
    throw CommandError(ExitCode::usage, "-o needs the name of a file.");
  }
  if (!to_file && environment.out_is_terminal) {
    throw CommandError(ExitCode::usage, "A page of HTML is nothing for a terminal; name a file with -o FILE.html.");
  }

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto subject = report::page_subject(history, chosen_scan(values, history), version());
  if (to_file) {
    OutputFile file(values["output"].as<std::string>(),
                    values["force"].as<bool>() ? Existing::replace : Existing::keep_unless_forced);
    report::write_page(file.stream(), subject);
    file.publish();
  } else {
    report::write_page(environment.out, subject);
  }
  tell_of_choice(values, history, environment);
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
