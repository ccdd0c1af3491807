// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/instant_option.h"
#include "cli/options/output_format.h"
#include "report/table/diff_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

CommandError no_such_scan(const store::History& history, std::string_view which) {
  return {ExitCode::usage, fmt::format("The history '{}' has no complete scan {}; 'casweep scans' shows what it has.",
                                       history.file().string(), which)};
}

std::int64_t last_scan(const store::History& history) {
  if (const auto last = history.last_scan()) return *last;
  throw no_such_scan(history, "yet");
}

/// The scan by its number, by a date, or by a word; `previous` is the complete one before `other`.
std::int64_t scan_named(const store::History& history, const std::string& name, std::optional<std::int64_t> other) {
  if (name == "last") return last_scan(history);
  if (name == "previous") {
    const std::int64_t from = other ? *other : last_scan(history);
    if (const auto previous = history.complete_scan_before(from)) return *previous;
    throw no_such_scan(history, fmt::format("before scan {}", from));
  }
  if (const auto number = number_of(name)) return *number;
  const auto instant = end_of(name);
  if (!instant) {
    throw CommandError(ExitCode::usage, fmt::format("'{}' names no scan; write its number, a date as 2026-11-23 or "
                                                    "2026-11-23T04:00Z, 'previous' or 'last'.",
                                                    name));
  }
  if (const auto scan = history.complete_scan_at(*instant)) return *scan;
  throw no_such_scan(history, "by " + name);
}

}  // namespace

int run_diff(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"diff", {}, {}, {"A", "B"}};
  line.configurable.add(history_options()).add(format_options());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const std::string name_a = values.count("A") > 0 ? values["A"].as<std::string>() : "previous";
  const std::string name_b = values.count("B") > 0 ? values["B"].as<std::string>() : "last";

  const auto history = store::History::open_existing(history_file(values, environment));
  // Either may be told relative to the other.
  const bool b_is_relative = name_b == "previous";
  std::int64_t a = b_is_relative ? scan_named(history, name_a, {}) : 0;
  std::int64_t b = scan_named(history, name_b, b_is_relative ? std::optional{a} : std::nullopt);
  if (!b_is_relative) a = scan_named(history, name_a, b);
  if (a == b) {
    throw CommandError(ExitCode::usage,
                       fmt::format("'{}' and '{}' are the same scan, {}; name two.", name_a, name_b, a));
  }
  if (a > b) std::swap(a, b);  // a difference goes from the older to the newer

  const auto difference = report::difference_of(history.scan(a), history.scan(b), history.difference(a, b));
  if (format == OutputFormat::json) {
    report::write_diff_json(environment.out, difference);
  } else {
    report::write_diff_table(environment.out, difference, table_style(environment));
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
