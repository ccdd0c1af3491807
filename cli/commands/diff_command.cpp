// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/instant_option.h"
#include "cli/options/output_format.h"
#include "cli/options/scan_choice.h"
#include "cli/options/word_value.h"
#include "report/table/diff_report.h"
#include "report/words/dates.h"
#include "report/words/scan_state.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// The words that name a scan.
std::vector<std::string> scan_words() {
  std::vector<std::string> words{"previous", "last"};
  for (std::string& word : day_words()) words.push_back(std::move(word));
  return words;
}

/// The error of a missing complete scan `which`, or of a history without any.
CommandError no_such_scan(const store::History& history, std::string_view which) {
  if (!history.last_scan()) return no_scan(history, "complete");
  return {ExitCode::data,
          fmt::format("The history '{}' has no complete scan {}; 'casweep scans' lists the scans it has.",
                      history.file().string(), which)};
}

std::int64_t last_scan(const store::History& history) {
  if (const auto last = history.last_scan()) return *last;
  throw no_scan(history, "complete");
}

/// The end of the time that `name` names; nullopt: it is no time.
std::optional<base::Instant> moment_named(const std::string& name, base::Instant now) {
  if (const auto instant = end_of(name)) return instant;
  return end_of_day_of(name, now);
}

/// The scan by its number, by a date, or by a word; `previous` is the complete one before `other`.
std::int64_t scan_named(const store::History& history, const std::string& name, std::optional<std::int64_t> other,
                        base::Instant now) {
  if (name == "last") return last_scan(history);
  if (name == "previous") {
    const std::int64_t from = other ? *other : last_scan(history);
    if (const auto previous = history.complete_scan_before(from)) return *previous;
    throw no_such_scan(history, fmt::format("before scan {}", from));
  }
  if (const auto number = base::parse_decimal<std::int64_t>(name)) return *number;
  const auto instant = moment_named(name, now);
  if (!instant) {
    throw CommandError(ExitCode::usage,
                       fmt::format("'{}' is not a scan.{} Write a number, a date like 2026-11-23 or 2026-11-23T04:00Z, "
                                   "an age like 7d or 3m, or one of {}.",
                                   name, base::did_you_mean(name, scan_words()), alternatives(scan_words())));
  }
  if (const auto scan = history.complete_scan_at(*instant)) return *scan;
  throw no_such_scan(history, fmt::format("from {} or earlier", words_of_day(name)));
}

/// Without operands, the newest scan may be another one than the person has in mind: a scan of one CA after its fix.
std::optional<std::string> note_on_newer_scan(const store::History& history, std::int64_t compared) {
  const auto newest = history.headlines(1);
  if (newest.empty() || newest.front().id <= compared || !newest.front().listed) return std::nullopt;
  const auto& scan = newest.front();
  return fmt::format("Scan {} of {} is newer, but it {}, so it is not compared; 'casweep diff {} {}' compares it.",
                     scan.id, report::short_time(scan.started_at), report::predicate_of(scan.state), compared, scan.id);
}

int run_diff(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const std::string name_a = values.count("A") > 0 ? values["A"].as<std::string>() : "previous";
  const std::string name_b = values.count("B") > 0 ? values["B"].as<std::string>() : "last";

  const auto history = store::History::open_existing(history_file(values, environment));
  // Either may be given relative to the other.
  const bool b_is_relative = name_b == "previous";
  const base::Instant now = environment.now();
  std::int64_t a = b_is_relative ? scan_named(history, name_a, {}, now) : 0;
  std::int64_t b = scan_named(history, name_b, b_is_relative ? std::optional{a} : std::nullopt, now);
  if (!b_is_relative) a = scan_named(history, name_a, b, now);
  if (a == b) {
    const auto moment_a = moment_named(name_a, now);
    const auto moment_b = moment_named(name_b, now);
    if (name_b == "last" && moment_a && *moment_a < now) {
      throw no_such_scan(history, fmt::format("since {}, the last is scan {}", words_of_day(name_a), a));
    }
    if (moment_a && moment_b && moment_a != moment_b) {
      throw no_such_scan(
          history, fmt::format("between {} and {}, both are scan {}", words_of_day(name_a), words_of_day(name_b), a));
    }
    if (values.count("B") == 0) {
      throw CommandError(ExitCode::usage,
                         fmt::format("'{}' is the last complete scan, {}, and is compared with the last complete scan "
                                     "unless B is given; name another scan.",
                                     name_a, a));
    }
    throw CommandError(ExitCode::usage, fmt::format("'{}' and '{}' are the same scan, {}; name two different scans.",
                                                    name_a, name_b, a));
  }
  if (a > b) std::swap(a, b);  // from the older to the newer

  auto difference = report::difference_of(history.scan(a), history.scan(b), history.difference(a, b));
  if (values.count("B") == 0) {
    if (auto note = note_on_newer_scan(history, b)) difference.warnings.push_back(*std::move(note));
  }
  switch (format) {
    case OutputFormat::table:
      report::write_diff_table(environment.out, difference, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_diff_json(environment.out, difference);
      break;
    case OutputFormat::csv:
      report::write_diff_csv(environment.out, difference);
      break;
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command diff_command() {
  return {.line = {.command = "diff",
                   .operands = {{"A", "a scan (default: previous)", OperandCount::optional, scan_words()},
                                {"B", "another scan (default: last)", OperandCount::optional, scan_words()}},
                   .options = {format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                               history_options()},
                   .prints_document = true},
          .run = run_diff,
          .summary = "show what changed between two scans",
          .usage = {"[A [B]] [OPTION]..."},
          .description =
              {"Shows the differences between two scans, from the older to the newer; what needs a person comes first.",
               "A scan is given by its number; by a date or time in UTC, for the last complete scan up to then; by an "
               "age (7d, 4w, 3m, 1y) or by 'today', 'yesterday', 'last-week', 'last-month' or 'last-year', for the "
               "last complete scan up to the end of that day in UTC; by 'last', for the last complete scan; or by "
               "'previous', for the complete scan before the other."},
          .examples = {{"Compare the last two complete scans", "casweep diff"},
                       {"Show what changed since yesterday", "casweep diff yesterday"},
                       {"Compare two scans by number", "casweep diff 12 17"},
                       {"List the CAs that regressed since a date",
                        "casweep diff 2026-10-01 last --format json | \\\njq '.differences[] | select(.kind == "
                        "\"regressed\")'"}},
          .exit_codes = {{"0", "the differences were shown"},
                         {"64", "no such scan number"},
                         {"65", "no complete scan yet, or none at that time"},
                         {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
