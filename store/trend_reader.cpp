// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/trend_reader_internal.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/disposition_table_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/row_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

/// Counts, into the scans of `headlines`, the CAs that were not compliant and covered by is_mitigated(). A hidden CA
/// does not count: whether the person who decided could know is not asked here.
void count_mitigated(SQLite::Database& database, std::vector<history::ScanHeadline>& headlines,
                     const Horizon& horizon) {
  const auto decided = select_decisions_by_ca(database, horizon.last_decision);
  if (headlines.empty() || decided.empty()) return;
  TimelineReader timelines(database, horizon);
  Row row(database, R"(
      SELECT scan_id, outcome = 'unknown' AS unknown
      FROM scan CROSS JOIN observation ON scan_id = scan.id AND ca_id = :ca_id
           CROSS JOIN reading ON reading.id = reading_id
      WHERE scan.id BETWEEN :first AND :last
        AND scan.id < :ended_by AND scan.started_at >= :from AND scan.started_at < :until
        AND outcome IN ('not-enforced', 'unknown') AND reason <> 'hidden-from-account')");
  for (const auto& [object_guid, decisions] : decided) {
    const auto id = select_ca(database, object_guid);
    if (!id) continue;
    const history::CaStory story = history::story_of(timelines.timeline(*id, object_guid), {}, horizon.now);
    std::vector<bool> counted(headlines.size());  // if the clock was set back, the times of decisions may overlap
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (!history::is_mitigated(decisions[i].status)) continue;
      row.bind(":ca_id", *id);
      row.bind(":first", headlines.front().id);
      row.bind(":last", headlines.back().id);
      const auto ended_by = history::ended_by(decisions[i], story);
      row.bind(":ended_by", ended_by ? ended_by->scan : INT64_MAX);
      row.bind(":from", decisions[i].set_at.time_since_epoch().count());
      row.bind(":until", history::end_of(decisions, i, story).time_since_epoch().count());
      while (row.executeStep()) {
        const auto found =
            std::ranges::lower_bound(headlines, row.getColumn(0).getInt64(), {}, &history::ScanHeadline::id);
        if (found == headlines.end() || found->id != row.getColumn(0).getInt64()) continue;
        const auto place = static_cast<std::size_t>(found - headlines.begin());
        if (counted[place]) continue;
        counted[place] = true;
        ++found->mitigated;
        if (row.getColumn("unknown").getInt() != 0) ++found->mitigated_unknown;
      }
      row.reset();
    }
  }
  for (const auto& headline : headlines) {
    if (headline.mitigated_unknown > headline.unknown ||
        headline.mitigated - headline.mitigated_unknown > headline.not_enforced) {
      throw other_totals(headline.id);
    }
  }
}

/// Fills in what scan_total says of a scan. Nothing that is impossible is shown, because shares are computed from it.
void count_verdicts(Row& row, history::ScanHeadline& headline) {
  const bool has_ended = headline.state != history::ScanState::running;
  if (has_ended == row.getColumn("observed").isNull()) throw other_totals(headline.id);
  if (!has_ended) return;
  headline.enforced = count_in(row, "enforced");
  headline.not_enforced = count_in(row, "not_enforced");
  headline.not_exposed = count_in(row, "not_exposed");
  headline.unknown = count_in(row, "unknown");
  const auto discovered = headline.discovered;
  for (const auto verdicts : {headline.enforced, headline.not_enforced, headline.not_exposed, headline.unknown}) {
    if (verdicts > discovered) throw other_totals(headline.id);
  }
  if (headline.assessed() + headline.unknown > discovered) throw other_totals(headline.id);
}

std::vector<history::ScanHeadline> headlines_since(SQLite::Database& database, std::optional<base::Instant> since,
                                                   std::optional<std::size_t> newest, const Horizon& horizon) {
  Row row(database, R"(
      SELECT id, uuid, state, started_at, finished_at, forest, failure, discovered,
             listing.scan_id IS NOT NULL AS listed, observed, enforced, not_enforced, not_exposed, unknown
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id LEFT JOIN scan_total ON scan_total.scan_id = scan.id
      WHERE started_at >= :since AND id <= :last_scan ORDER BY id DESC LIMIT :newest)");
  row.bind(":last_scan", horizon.last_scan);
  row.bind(":since", since ? since->time_since_epoch().count() : INT64_MIN);
  row.bind(":newest", newest ? static_cast<std::int64_t>(*newest) : std::int64_t{-1});
  std::vector<history::ScanHeadline> headlines;
  while (row.executeStep()) {
    headlines.push_back({.id = row.getColumn("id").getInt64(),
                         .uuid = text_in(row, "uuid"),
                         .state = key_in(row, "state", history::scan_state_of_word),
                         .started_at = instant_in(row, "started_at").value_or(base::Instant{}),
                         .finished_at = instant_in(row, "finished_at"),
                         .forest = text_in(row, "forest"),
                         .failure = text_in(row, "failure"),
                         .listed = row.getColumn("listed").getInt() != 0,
                         .discovered = count_in(row, "discovered")});
    count_verdicts(row, headlines.back());
  }
  std::ranges::reverse(headlines);
  count_mitigated(database, headlines, horizon);
  return headlines;
}

}  // namespace

std::vector<history::ScanHeadline> select_headlines(SQLite::Database& database, std::optional<base::Instant> since,
                                                    std::optional<std::size_t> newest) {
  const SQLite::Transaction one_moment(database);
  return headlines_since(database, since, newest, {});
}

history::Trend select_trend(SQLite::Database& database, std::optional<base::Instant> since, const Horizon& horizon,
                            RecordedScans& recorded) {
  const SQLite::Transaction one_moment(database);
  recorded.require_totals_until(horizon.last_scan);
  const base::Instant now = horizon.now;
  history::Trend trend{.since = since, .now = now, .scans = headlines_since(database, since, {}, horizon)};
  const auto decisions = select_decisions_by_ca(database, horizon.last_decision);
  history::TrendCollector collector(since.value_or(base::Instant::min()), now);
  TimelineReader timelines(database, horizon);
  timelines.visit([&](std::int64_t, const history::CaTimeline& timeline) {
    collector.add(timeline, history::story_of(timeline, decisions_about(decisions, timeline.object_guid), now));
  });
  trend.events = collector.take_events();
  trend.time_to_remediate = collector.time_to_remediate();
  return trend;
}

}  // namespace casweep::store
