// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/status_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
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

/// What the verdicts above do not show: scans that read only some CAs, or none.
void write_newer_scans(std::ostream& out, const history::ForestStatus& forest,
                       std::span<const history::ScanHeadline> newer, const TableStyle& style) {
  if (newer.empty()) return;
  constexpr std::size_t most = 5;
  std::vector<std::string> scans;
  for (const history::ScanHeadline& scan : newer.last(std::min(newer.size(), most))) {
    scans.push_back(fmt::format("scan {} ({})", scan.id, history::word_of(scan.state)));
  }
  const std::string older = newer.size() > most ? fmt::format("{} others, ", newer.size() - most) : "";
  write_wrapped(out,
                fmt::format("{}: {}{}.", forest.scan ? "Newer scans" : "Scans so far", older, fmt::join(scans, ", ")),
                0, 2, style.columns);
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

void write_status_table(std::ostream& out, const history::ForestStatus& forest,
                        std::span<const history::ScanHeadline> newer, const CaSelection& selection,
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
  write_newer_scans(out, forest, newer, style);
  write_summary(out, forest, cas, style);
}

void write_status_json(std::ostream& out, const history::ForestStatus& forest,
                       std::span<const history::ScanHeadline> newer) {
  ordered_json counts;
  for (const Verdict verdict : assess::all_verdicts()) {
    counts[std::string(assess::word_of(verdict))] = forest.count(verdict);
  }
  ordered_json cas = ordered_json::array();
  for (const history::CaSummary& ca : forest.cas) cas.push_back(ca_summary_json(ca, forest.now));
  ordered_json newer_scans = ordered_json::array();
  for (const history::ScanHeadline& scan : newer) {
    newer_scans.push_back({{"scan", scan.id},
                           {"at", text_or_null(base::iso_time(scan.started_at))},
                           {"state", history::word_of(scan.state)}});
  }
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(forest.now))},
                   {"forest", text_or_null(forest.forest)},
                   {"last_complete_scan", moment_json(forest.scan)},
                   {"newer_scans", std::move(newer_scans)},
                   {"since", changes_json(forest.since)},
                   {"counts", std::move(counts)},
                   {"compliant", forest.compliant()},
                   {"compliant_after_exceptions", forest.compliant_after_exceptions()},
                   {"cas", std::move(cas)}});
}

}  // namespace casweep::report
