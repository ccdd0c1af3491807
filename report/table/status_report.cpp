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
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/event_text.h"
#include "report/words/presence_text.h"
#include "report/words/verdict_cell.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using nlohmann::ordered_json;

/// For a CA that cannot be read now: what was known, and how old that is.
TextCell last_known_cell(const history::CaSummary& ca, base::Instant now, const TableStyle& style) {
  if (ca.verdict() != Verdict::unknown) return {""};
  if (!ca.known) return {"never known"};
  TextCell cell = verdict_cell(ca.known->judged.verdict, style);
  cell.text += ", " + ago_text(now - ca.known->read_at);
  return cell;
}

ordered_json moment_json(const std::optional<history::ScanMoment>& moment) {
  if (!moment) return nullptr;
  return {{"scan", moment->scan}, {"at", text_or_null(base::iso_time(moment->at))}};
}

ordered_json reading_json(const std::optional<history::Answer>& reading, base::Instant now) {
  if (!reading) return nullptr;
  return {{"scan", reading->scan},
          {"read_at", text_or_null(base::iso_time(reading->read_at))},
          {"age_seconds", std::chrono::floor<std::chrono::seconds>(now - reading->read_at).count()},
          {"verdict", assess::word_of(reading->judged.verdict)},
          {"reason", assess::word_of(reading->judged.reason)},
          {"detail", text_or_null(reading->detail)}};
}

std::size_t mitigated(const history::ForestStatus& forest) {
  return static_cast<std::size_t>(std::ranges::count_if(forest.cas, [](const history::CaSummary& ca) {
    return ca.verdict() == Verdict::not_enforced && history::is_mitigated(ca.status);
  }));
}

using Names = std::vector<std::string>;

void write_names(std::ostream& out, std::string_view what, const Names& all, const TableStyle& style) {
  constexpr std::size_t most_names = 20;
  if (all.empty()) return;
  const auto named = std::span(all).first(std::min(all.size(), most_names));
  std::string names = fmt::format("{}", fmt::join(named.begin(), named.end(), ", "));
  if (all.size() > most_names) names += fmt::format(" and {} more (--format json names all)", all.size() - most_names);
  write_wrapped(out, fmt::format("{}: {}.", what, names), 0, 2, style.columns);
}

/// Which CAs are to be looked at first, and what was decided about which: a narrow table has no room for all of it.
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
    const bool stands = history::stands(ca.decision()) && ca.status != history::Status::completed;
    if (stands) decided[status_text(ca, forest.now)].push_back(name);
  }
  write_names(out, "Hidden from the account", hidden, style);
  write_names(out, "Regressed", regressed, style);
  write_names(out, "Flapping", flapping, style);
  for (const auto& [text, names] : decided) write_names(out, text, names, style);
}

void write_summary(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  const auto compliant = forest.count(Verdict::enforced) + forest.count(Verdict::not_exposed);
  const auto total = forest.cas.size();
  std::string line = fmt::format("{}: {} enforced, {} not enforced, {} not exposed, {} unknown.", plural(total, "CA"),
                                 forest.count(Verdict::enforced), forest.count(Verdict::not_enforced),
                                 forest.count(Verdict::not_exposed), forest.count(Verdict::unknown));
  // Rounded down, so that 100 % means all of them.
  if (total > 0) {
    line += fmt::format(" Compliant: {} %, after exceptions {} %.", compliant * 100 / total,
                        (compliant + mitigated(forest)) * 100 / total);
  }
  write_wrapped(out, line, 0, 0, style.columns);
  if (forest.scan) {
    write_wrapped(out,
                  fmt::format("Last complete scan: {}, {}, {}.", forest.scan->scan, short_time(forest.scan->at),
                              ago_text(forest.now - forest.scan->at)),
                  0, 0, style.columns);
  } else {
    write_wrapped(out, "No scan was complete yet: there may be more CAs than these.", 0, 0, style.columns);
  }
}

}  // namespace

std::string status_text(const history::CaSummary& ca, base::Instant now) {
  const bool ended = ca.decision() == nullptr && ca.status == history::Status::to_address && !ca.decisions.empty() &&
                     history::stands(&ca.decisions.back());
  if (ended) return fmt::format("{} ({} ended with a fix)", title_of(ca.status), title_of(ca.decisions.back().status));
  return status_text(ca.status, ca.decision(), now);
}

std::string status_text(history::Status status, const history::Decision* decision, base::Instant now) {
  const auto title = title_of(status);
  if (decision == nullptr || status == history::Status::completed) return std::string(title);
  if (history::has_expired(*decision, now)) {
    return fmt::format("{} ({} expired {})", title, title_of(decision->status), short_date(*decision->until));
  }
  return decision->until ? fmt::format("{} until {}", title, short_date(*decision->until)) : std::string(title);
}

std::vector<std::string> standing_of(const history::CaSummary& ca, base::Instant now, const TableStyle& style) {
  std::vector<std::string> sentences;
  if (ca.removed) {
    sentences.push_back(fmt::format("Removed from the directory: not listed since scan {}, {}.", ca.removed->scan,
                                    short_time(ca.removed->at)));
  }
  if (ca.verdict() == Verdict::unknown) {
    sentences.push_back(ca.known ? fmt::format("Last known: {}, {}.", look_of(ca.known->judged.verdict).words,
                                               ago_text(now - ca.known->read_at))
                                 : "Its verdict was never known.");
  }
  sentences.push_back(fmt::format("Status: {}.", base::terminal_safe(status_text(ca, now), charset_of(style))));
  return sentences;
}

void write_status_table(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style) {
  // A long table would push what changed off the first screen.
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

ordered_json decision_json(const history::Decision* decision, base::Instant now) {
  if (decision == nullptr) return nullptr;
  return {{"status", history::word_of(decision->status)},
          {"reason", text_or_null(decision->reason)},
          {"approver", text_or_null(decision->approver)},
          {"until", decision->until ? text_or_null(base::iso_time(*decision->until)) : nullptr},
          {"expired", history::has_expired(*decision, now)},
          {"ticket", text_or_null(decision->ticket)},
          {"set_at", text_or_null(base::iso_time(decision->set_at))},
          {"os_user", text_or_null(decision->os_user)}};
}

ordered_json status_json(const history::CaSummary& ca, base::Instant now) {
  return {{"name", text_or_null(ca.identity.common_name)},
          {"display_name", text_or_null(ca.identity.display_name)},
          {"dns_host_name", text_or_null(ca.identity.dns_host_name)},
          {"object_guid", ca.object_guid.to_string()},
          {"verdict", assess::word_of(ca.verdict())},
          {"last_reading", reading_json(ca.last, now)},
          {"last_known", reading_json(ca.known, now)},
          {"removed", moment_json(ca.removed)},
          {"known_since", moment_json(ca.story.known_since)},
          {"unknown_since", moment_json(ca.story.unknown_since)},
          {"regressed", ca.story.regressed},
          {"flapping", ca.flapping},
          {"status", history::word_of(ca.status)},
          {"disposition", decision_json(ca.decision(), now)}};
}

void write_status_json(std::ostream& out, const history::ForestStatus& forest) {
  ordered_json counts;
  for (const Verdict verdict : {Verdict::enforced, Verdict::not_enforced, Verdict::not_exposed, Verdict::unknown}) {
    counts[std::string(assess::word_of(verdict))] = forest.count(verdict);
  }
  ordered_json cas = ordered_json::array();
  for (const history::CaSummary& ca : forest.cas) cas.push_back(status_json(ca, forest.now));
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(forest.now))},
                   {"forest", text_or_null(forest.forest)},
                   {"last_complete_scan", moment_json(forest.scan)},
                   {"since", presence_json(forest.since)},
                   {"counts", std::move(counts)},
                   {"compliant", forest.count(Verdict::enforced) + forest.count(Verdict::not_exposed)},
                   {"compliant_after_exceptions",
                    forest.count(Verdict::enforced) + forest.count(Verdict::not_exposed) + mitigated(forest)},
                   {"cas", std::move(cas)}});
}

}  // namespace casweep::report
