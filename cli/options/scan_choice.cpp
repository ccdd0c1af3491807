// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/scan_choice.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/words/verdict_cell.h"

namespace casweep::cli {

namespace po = boost::program_options;

po::options_description scan_option() {
  po::options_description options;
  options.add_options()("scan", po::value<std::int64_t>());
  return options;
}

std::int64_t chosen_scan(const po::variables_map& values, const store::History& history) {
  if (values.count("scan") > 0) return values["scan"].as<std::int64_t>();
  if (const auto last = history.last_scan()) return *last;
  throw no_scan(history, "complete");
}

CommandError no_scan(const store::History& history, std::string_view which) {
  return {ExitCode::data,
          fmt::format("The history '{}' holds no {} scan; make one with 'casweep scan', or name another with --scan.",
                      history.file().string(), which)};
}

void tell_of_state(const history::ScanRecord& scan, const Environment& environment) {
  using history::ScanState;
  if (scan.state == ScanState::complete) return;
  std::string what = fmt::format("scan {} is {}", scan.id, history::word_of(scan.state));
  if (scan.state == ScanState::failed || scan.state == ScanState::interrupted) {
    what = fmt::format("scan {} {}", scan.id, scan.state == ScanState::failed ? "failed" : "was interrupted");
  }
  if (!scan.failure.empty()) what += ": " + base::terminal_safe(history::sentence_of_failure(scan.failure));
  if (!what.ends_with('.')) what += '.';
  const auto of_cas = scan.cas.empty() ? std::string("It says nothing about any CA.")
                                       : fmt::format("It asked {} of {}; of the others it says nothing.",
                                                     scan.cas.size(), report::plural(scan.discovered, "CA"));
  environment.err << fmt::format("casweep: {} {}\n", what, of_cas);
}

void tell_of_choice(const po::variables_map& values, const store::History& history, const Environment& environment) {
  if (values.count("scan") > 0) return tell_of_state(history.scan(chosen_scan(values, history)), environment);
  const auto last = history.last_scan();
  const auto newest = history.headlines(1);
  if (!last || newest.empty() || newest.front().id <= *last) return;
  environment.err << fmt::format("casweep: this is scan {}, the last complete one; the newest is scan {} of {}, {}.\n",
                                 *last, newest.front().id, base::iso_time(newest.front().started_at),
                                 history::word_of(newest.front().state));
}

}  // namespace casweep::cli
