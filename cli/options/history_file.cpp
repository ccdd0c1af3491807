// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/history_file.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <ostream>
#include <string>
#include <system_error>

#include "cli/command_error.h"
#include "cli/options/base_directories.h"
#include "cli/terminal/note.h"
#include "report/words/dates.h"
#include "store/history_backup.h"

namespace casweep::cli {

namespace po = boost::program_options;
namespace fs = std::filesystem;

OptionGroup history_options(const std::string& what) {
  OptionGroup group;
  group.options.add_options()(
      "db", po::value<std::string>()->value_name("FILE"),
      (what + " (default: $XDG_DATA_HOME/casweep/history.db, or ~/.local/share/casweep/history.db)").c_str());
  return group;
}

fs::path history_file(const po::variables_map& values, const Environment& environment) {
  if (values.count("db") > 0) {
    fs::path file = values["db"].as<std::string>();
    if (file.empty()) throw CommandError(ExitCode::usage, "--db needs the name of a file.");
    return file;
  }
  const fs::path data = user_data_directory(environment);
  if (!data.empty()) return data / "history.db";
  throw CommandError(
      ExitCode::data,
      "The history has no default place, because neither XDG_DATA_HOME nor HOME is set; name it with --db.");
}

base::Instant after_newest_scan(const store::History& history, const Environment& environment) {
  const base::Instant now = environment.now();
  const auto newest = history.newest_scan_moment();
  return !newest || *newest <= now ? now : *newest + std::chrono::milliseconds{1};
}

base::Instant now_in(const store::History& history, const Environment& environment) {
  const auto newest = history.newest_scan_moment();
  if (newest && *newest > environment.now()) warn_of_clock(*newest, environment);
  return after_newest_scan(history, environment);
}

bool is_same_file(const fs::path& left, const fs::path& right) {
  const auto comparable = [](const fs::path& name) {
    std::error_code ignored;
    return fs::weakly_canonical(fs::absolute(name), ignored);
  };
  return comparable(left) == comparable(right);
}

void require_not_of_history(const fs::path& file, const fs::path& history) {
  for (const fs::path& taken : store::files_of_history(history)) {
    if (!is_same_file(file, taken)) continue;
    throw CommandError(ExitCode::usage,
                       fmt::format("'{}' belongs to the history; choose another file.", file.string()));
  }
}

void note_waiting(int pid, const Environment& environment) {
  note(environment, fmt::format("waiting for another scan into the same history (process {}).", pid));
}

void warn_of_clock(base::Instant newest, const Environment& environment) {
  note(environment,
       fmt::format("the clock says {}, but the newest scan of the history is of {} ({} later). Exceptions end by the "
                   "later of the two; set the clock, or wait until it has passed that moment.",
                   report::short_time(environment.now()), report::short_time(newest),
                   report::duration_text(newest - environment.now())));
}

}  // namespace casweep::cli
