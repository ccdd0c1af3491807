// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/scan_choice.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "cli/terminal/note.h"
#include "report/words/counts.h"
#include "report/words/scan_state.h"

namespace casweep::cli {

namespace po = boost::program_options;

OptionGroup scan_option(const std::string& heading) {
  OptionGroup group{.heading = heading, .source = Source::arguments_only};
  group.options.add_options()("scan", po::value<std::int64_t>()->value_name("ID"),
                              "number of the scan (default: the last complete scan)");
  return group;
}

std::int64_t chosen_scan(const po::variables_map& values, const store::History& history) {
  if (values.count("scan") > 0) return values["scan"].as<std::int64_t>();
  if (const auto last = history.last_scan()) return *last;
  throw no_scan(history, "complete");
}

CommandError no_scan(const store::History& history, std::string_view which) {
  return {ExitCode::data,
          fmt::format(
              "The history '{}' has no {} scan yet; run 'casweep scan' to make one, or 'casweep scans' to list others.",
              history.file().string(), which)};
}

void tell_of_state(const history::ScanRecord& scan, const Environment& environment) {
  if (scan.state == history::ScanState::complete) return;
  std::string what = fmt::format("scan {} {}", scan.id, report::predicate_of(scan.state));
  if (!scan.failure.empty()) what += ": " + base::terminal_safe(history::sentence_of_failure(scan.failure));
  if (!what.ends_with('.')) what += '.';
  const auto of_cas = scan.cas.empty()
                          ? std::string("It contains no CA.")
                          : fmt::format("It covers {} of {}.", scan.cas.size(), report::plural(scan.discovered, "CA"));
  note(environment, fmt::format("{} {}", what, of_cas));
}

void tell_of_choice(const po::variables_map& values, const store::History& history, const Environment& environment) {
  if (values.count("scan") > 0) return tell_of_state(history.scan(chosen_scan(values, history)), environment);
  const auto last = history.last_scan();
  const auto newest = history.headlines(1);
  if (!last || newest.empty() || newest.front().id <= *last) return;
  note(environment, fmt::format("this is scan {}, the last complete scan; the newest is scan {} of {}, which {}.",
                                *last, newest.front().id, base::iso_time(newest.front().started_at),
                                report::predicate_of(newest.front().state)));
}

}  // namespace casweep::cli
