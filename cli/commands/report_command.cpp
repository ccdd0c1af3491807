// SPDX-License-Identifier: GPL-3.0-or-later
#include <boost/program_options/value_semantic.hpp>
#include <string>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/document_file.h"
#include "cli/options/history_file.h"
#include "cli/options/scan_choice.h"
#include "cli/terminal/output_file.h"
#include "cli/version.h"
#include "report/page/page.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

OptionGroup page_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "write to FILE, which appears complete or not at all (default: standard output, unless it is a terminal)");
  add("force", po::bool_switch(), "replace an existing file; its mode and group stay");
  return group;
}

int run_report(const po::variables_map& values, const Environment& environment) {
  const bool to_file = values.count("output") > 0;
  const std::string name = to_file ? output_file_name(values) : "";
  if (to_file) require_not_of_history(name, history_file(values, environment));
  if (!to_file && environment.out_is_terminal) {
    throw CommandError(ExitCode::usage, "Refusing to write HTML to a terminal; use -o FILE.html.");
  }

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto subject = report::page_subject(history, chosen_scan(values, history), version());
  if (to_file) {
    OutputFile file(name, values["force"].as<bool>() ? Force::given : Force::not_given);
    report::write_page(file.stream(), subject);
    file.publish();
  } else {
    report::write_page(environment.out, subject);
  }
  tell_of_choice(values, history, environment);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command report_command() {
  return {.line = {.command = "report", .options = {scan_option(), page_options(), history_options()}},
          .run = run_report,
          .summary = "write one scan as an HTML page",
          .usage = {"-o FILE [OPTION]..."},
          .description =
              {"Writes one scan as an HTML page: how many CAs need action, are planned or are covered by an "
               "exception, which CAs regressed, shares and changes, what to do, every CA with its evidence, the trend "
               "by day up to the scan, exceptions, and how the scan was made. The page is one file that loads nothing "
               "else. It can be printed, and needs JavaScript only for sorting and filtering.",
               "The same scan always gives the same page: it contains nothing that was decided or recorded after "
               "the scan began."},
          .examples = {{"Write the last complete scan", "casweep report -o esc11.html"},
                       {"Write an earlier scan", "casweep report --scan 12 -o esc11-scan-12.html"}},
          .exit_codes = {{"0", "the page was written"},
                         {"64", "no such scan"},
                         {"65", "no complete scan yet"},
                         {"74", "the history or a file cannot be used"}}};
}

}  // namespace casweep::cli
