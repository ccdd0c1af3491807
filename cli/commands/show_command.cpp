// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>
#include <string>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/scan_table.h"
#include "report/words/standing.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

int run_show(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto past = only_ca_named(history, values["CA"].as<std::string>());
  if (format == OutputFormat::json) {
    report::write_json(environment.out, report::scan_json_of_ca(history.scan(past.scan), past.ca));
  } else {
    const auto now = environment.now();
    const auto style = table_style(environment);
    const auto standing = report::standing_of(history.ca_summary(past.ca.service.object_guid, now), now, style);
    report::write_ca_details(environment.out, past.scan, past.ca, standing, style);
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command show_command() {
  return {
      .line = {.command = "show",
               .operands = {ca_operand()},
               .options = {format_options({OutputFormat::table, OutputFormat::json}), history_options()}},
      .run = run_show,
      .summary = "show one CA: its last reading, all evidence, and the fix",
      .usage = {"CA [OPTION]..."},
      .description = {"Shows what the history knows of one CA: its last verdict, the evidence for it, and what to do. "
                      "The table also shows whether the directory still lists the CA, its last known verdict, and the "
                      "decisions on it."},
      .examples = {{"Show a CA by its name", "casweep show 'Contoso Issuing CA 03'"},
                   {"Show the CA of that name on one host",
                    "casweep show 'ca03.corp.example\\Contoso Issuing CA 03' --format json"}},
      .exit_codes = {{"0", "the CA was shown"},
                     {"64", "no CA has this name, or several have it"},
                     {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
