// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>
#include <string>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/json/ca_summary_json.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/scan_table.h"
#include "report/words/ca_background.h"
#include "report/words/standing.h"
#include "report/words/verdict_since.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

int run_show(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto past = only_ca_named(history, values["CA"].as<std::string>());
  const base::Instant now = now_in(history, environment);
  const history::CaSummary ca = history.ca_summary(past.ca.service.object_guid, now);
  const history::ScanRecord scan = history.scan(past.scan);  // compared with the ledger
  if (format == OutputFormat::json) {
    const report::CaBackground background = report::background_of(
        scan, past.ca, history.ca_summary(past.ca.service.object_guid, history::began_at(scan.start)));
    auto document = report::scan_json_of_ca(scan, past.ca, &background);
    document["now"] = base::iso_time(now);
    document["summary"] = report::ca_summary_json(ca, now);
    report::write_json(environment.out, document);
  } else {
    const auto style = table_style(environment);
    auto standing = report::standing_of(ca, now, style);
    standing.insert(standing.begin(), report::verdict_since_text(ca, now));
    if (ca.decision() != nullptr) {
      standing.push_back("Decision: " + base::terminal_safe(report::justification_of({.decision = *ca.decision()}),
                                                            report::charset_of(style)));
    }
    report::write_ca_details(environment.out, past.scan, past.ca, standing, style);
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command show_command() {
  return {.line = {.command = "show",
                   .operands = {ca_operand()},
                   .options = {format_options({OutputFormat::table, OutputFormat::json}), history_options()},
                   .prints_document = true},
          .run = run_show,
          .summary = "show one CA: its last reading, all evidence, and the fix",
          .usage = {"CA [OPTION]..."},
          .description =
              {"Shows what the history knows of one CA: its last verdict, since when, and what it was before; the "
               "evidence, the decision on it, and what to do. The table also shows whether the directory still "
               "lists the CA, and its last known verdict."},
          .examples = {{"Show a CA by its name", "casweep show 'Contoso Issuing CA 03'"},
                       {"Show the CA on a host", "casweep show ca03"},
                       {"Show the CA of that name on one host",
                        "casweep show 'ca03.corp.example\\Contoso Issuing CA 03' --format json"}},
          .exit_codes = {{"0", "the CA was shown"},
                         {"64", "no CA has this name, or several have it"},
                         {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
