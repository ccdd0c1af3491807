// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/status_report.h"

#include <fmt/format.h>

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
#include "report/words/change_text.h"
#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using nlohmann::ordered_json;

/// Their newest verdict says less than that of the others.
void write_flapping(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  std::string names;
  for (const history::CaSummary& ca : forest.cas) {
    if (!ca.flapping) continue;
    names += (names.empty() ? "" : ", ") + base::terminal_name(name_of(ca.identity), ca.object_guid, charset_of(style));
  }
  if (!names.empty()) write_wrapped(out, fmt::format("Flapping: {}.", names), 0, 2, style.columns);
}

void write_summary(std::ostream& out, const history::ForestStatus& forest, std::span<const CaLine> cas,
                   const TableStyle& style) {
  if (forest.scan) {
    write_wrapped(out,
                  fmt::format("Last complete scan: {}, {}, {}.", forest.scan->scan, short_time(forest.scan->at),
                              ago_text(forest.now - forest.scan->at)),
                  0, 0, style.columns);
  } else {
    write_wrapped(out, "No scan has completed yet: there may be more CAs.", 0, 0, style.columns);
  }
  const auto total = cas.size();
  std::string line = fmt::format("{}: {}.", plural(total, "CA"), verdict_counts(forest));
  // Rounded down: 100 % means all of them.
  if (total > 0) {
    line += fmt::format(" Compliant: {} %, with mitigated CAs {} %. {}", forest.compliant() * 100 / total,
                        forest.compliant_after_exceptions() * 100 / total, needs_sentence(cas, forest.now));
  }
  write_wrapped(out, line, 0, 0, style.columns);
}

}  // namespace

void write_status_table(std::ostream& out, const history::ForestStatus& forest, const CaSelection& selection,
                        const TableStyle& style) {
  std::vector<CaLine> cas;
  for (const history::CaSummary& ca : forest.cas) cas.push_back(line_of(ca));
  write_changes(out, forest.since, style);
  if (forest.since) out << '\n';
  if (!cas.empty()) {
    write_ca_table(out, cas, selection, forest.now, style);
    out << '\n';
  }
  write_flapping(out, forest, style);
  write_summary(out, forest, cas, style);
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
                   {"since", changes_json(forest.since)},
                   {"counts", std::move(counts)},
                   {"compliant", forest.compliant()},
                   {"compliant_after_exceptions", forest.compliant_after_exceptions()},
                   {"cas", std::move(cas)}});
}

}  // namespace casweep::report
