// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/status_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/json/ca_summary_json.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/presence_text.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using nlohmann::ordered_json;

/// For a CA that is unknown now: its last known verdict and the age of that.
TextCell last_known_cell(const history::CaSummary& ca, base::Instant now, const TableStyle& style) {
  if (ca.verdict() != Verdict::unknown) return {""};
  if (!ca.known) return {"never known"};
  TextCell cell = verdict_cell(ca.known->judged.verdict, style);
  cell.text += ", " + ago_text(now - ca.known->read_at);
  return cell;
}

using Names = std::vector<std::string>;

void write_names(std::ostream& out, std::string_view what, const Names& all, const TableStyle& style) {
  constexpr std::size_t most_names = 20;
  if (all.empty()) return;
  const auto named = std::span(all).first(std::min(all.size(), most_names));
  std::string names = fmt::format("{}", fmt::join(named.begin(), named.end(), ", "));
  if (all.size() > most_names) names += fmt::format(" and {} more (--format json lists all)", all.size() - most_names);
  write_wrapped(out, fmt::format("{}: {}.", what, names), 0, 2, style.columns);
}

/// The CAs that need attention first, and the decisions: a narrow table has no room for all of it.
void write_named(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  Names hidden;
  Names regressed;
  Names flapping;
  std::map<std::string, Names> decided;
  for (const history::CaSummary& ca : forest.cas) {
    const std::string name = base::terminal_name(name_of(ca.identity), ca.object_guid, charset_of(style));
    if (ca.hidden()) hidden.push_back(name);
    if (ca.story.regressed) regressed.push_back(name);
    if (ca.flapping) flapping.push_back(name);
    const bool open = ca.status != history::Status::completed;
    if (open && history::state_of(ca.decision(), forest.now) != history::DecisionState::none)
      decided[status_text(ca, forest.now)].push_back(name);
  }
  write_names(out, "Hidden from the account", hidden, style);
  write_names(out, "Regressed", regressed, style);
  write_names(out, "Flapping", flapping, style);
  for (const auto& [text, names] : decided) write_names(out, text, names, style);
}

void write_summary(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  const auto total = forest.cas.size();
  std::string line = fmt::format("{}: {}.", plural(total, "CA"), verdict_counts(forest));
  // Rounded down: 100 % means all of them.
  if (total > 0) {
    line += fmt::format(" Compliant: {} %, after exceptions {} %.", forest.compliant() * 100 / total,
                        forest.compliant_after_exceptions() * 100 / total);
  }
  write_wrapped(out, line, 0, 0, style.columns);
  if (forest.scan) {
    write_wrapped(out,
                  fmt::format("Last complete scan: {}, {}, {}.", forest.scan->scan, short_time(forest.scan->at),
                              ago_text(forest.now - forest.scan->at)),
                  0, 0, style.columns);
  } else {
    write_wrapped(out, "No scan has completed yet: there may be more CAs.", 0, 0, style.columns);
  }
}

}  // namespace

void write_status_table(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  // A long table would push the changes off the first screen.
  const bool changes_first = forest.since && !forest.since->changes.empty();
  if (changes_first) {
    write_summary(out, forest, style);
    write_presence(out, forest.since, style);
    out << '\n';
  }
  std::vector<std::vector<TextCell>> rows;
  for (const history::CaSummary& ca : forest.cas) {
    rows.push_back({{base::terminal_name(name_of(ca.identity), ca.object_guid, charset_of(style))},
                    verdict_cell(ca.verdict(), style),
                    last_known_cell(ca, forest.now, style),
                    {ca.last ? ago_text(forest.now - ca.last->read_at) : "never"},
                    {status_text(ca, forest.now)}});
  }
  if (!rows.empty()) {
    write_columns(out, {{"CA", 12}, {"VERDICT"}, {"LAST KNOWN", 10}, {"READ"}, {"STATUS", 10}}, rows, style.columns,
                  charset_of(style));
    out << '\n';
  }
  write_summary(out, forest, style);
  if (!changes_first) write_presence(out, forest.since, style);
  write_named(out, forest, style);
}

void write_status_json(std::ostream& out, const history::ForestStatus& forest) {
  ordered_json counts;
  for (const Verdict verdict : assess::all_verdicts()) {
    counts[std::string(assess::word_of(verdict))] = forest.count(verdict);
  }
  ordered_json cas = ordered_json::array();
  for (const history::CaSummary& ca : forest.cas) cas.push_back(ca_summary_json(ca, forest.now));
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(forest.now))},
                   {"forest", text_or_null(forest.forest)},
                   {"last_complete_scan", moment_json(forest.scan)},
                   {"since", presence_json(forest.since)},
                   {"counts", std::move(counts)},
                   {"compliant", forest.compliant()},
                   {"compliant_after_exceptions", forest.compliant_after_exceptions()},
                   {"cas", std::move(cas)}});
}

}  // namespace casweep::report
