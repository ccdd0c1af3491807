// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ca_summary_reader_internal.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "history/flapping.h"
#include "store/answer_reader_internal.h"
#include "store/changes_since_internal.h"
#include "store/disposition_table_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

/// Whether a scan that had ended at `then` found the CA hidden from the account, and so did all later ones.
bool was_hidden_at(base::Instant then, std::int64_t ca, const history::CaSummary& summary, AnswerReader& answers,
                   const ScanMoments& scans) {
  auto answer = summary.last;
  while (answer && is_hidden(answer->judged) && end_of(scans.moment(answer->scan)) > then) {
    answer = answers.last_before(ca, answer->scan);
  }
  return answer && is_hidden(answer->judged);
}

history::CaSummary status_of(std::int64_t ca, const history::CaTimeline& timeline,
                             std::vector<history::Decision> decisions, AnswerReader& answers, const ScanMoments& scans,
                             base::Instant now) {
  history::CaSummary status{.object_guid = timeline.object_guid, .identity = {}, .removed = timeline.missing};
  if (!timeline.sightings.empty()) status.identity = timeline.sightings.back().identity;
  status.decisions = std::move(decisions);
  status.story = history::story_of(timeline, status.decisions, now);
  status.last = answers.last(ca);
  status.known = status.last;
  if (status.story.unknown_since) {
    status.known = status.story.known ? answers.last_before(ca, status.story.unknown_since->scan) : std::nullopt;
  }
  const history::Decision* decision = status.decision();
  status.hidden_when_decided = decision != nullptr && was_hidden_at(decision->set_at, ca, status, answers, scans);
  // Nothing was decided about a CA that is hidden since.
  const bool applies = !status.hidden() || status.hidden_when_decided;
  status.status = history::status_at(status.verdict(), applies ? decision : nullptr, now);
  status.flapping = status.known && history::is_flapping(status.story, [&](std::size_t newest) {
                      return answers.oldest_known(ca, status.known->scan, newest);
                    });
  return status;
}

}  // namespace

std::optional<history::CaSummary> select_ca_status(SQLite::Database& database, const base::ObjectGuid& object_guid,
                                                   base::Instant now) {
  const SQLite::Transaction one_moment(database);
  const auto id = select_ca(database, object_guid);
  if (!id) return std::nullopt;
  const Horizon horizon{.now = now};
  AnswerReader answers(database, horizon);
  TimelineReader timelines(database, horizon);
  return status_of(*id, timelines.timeline(*id, object_guid), select_decisions(database, id), answers,
                   timelines.scans(), now);
}

history::ForestStatus select_forest_status(SQLite::Database& database, const Horizon& horizon,
                                           RecordedScans& recorded) {
  const SQLite::Transaction one_moment(database);
  if (horizon.last_scan == INT64_MAX) {
    recorded.require_derived_since(recorded.require_newest());
  } else {
    recorded.require_until(horizon.last_scan);
  }
  history::ForestStatus forest{.now = horizon.now};
  const auto decisions = select_decisions_by_ca(database, horizon.last_decision);
  AnswerReader answers(database, horizon);
  TimelineReader timelines(database, horizon);
  forest.scan = timelines.scans().last();
  timelines.visit([&](std::int64_t ca, const history::CaTimeline& timeline) {
    const bool removed_last = timeline.missing && forest.scan && timeline.missing->scan == forest.scan->scan;
    if (timeline.missing && !removed_last) return;  // not listed any more
    const auto about = decisions_about(decisions, timeline.object_guid);
    auto& cas = removed_last ? forest.removed : forest.cas;
    cas.push_back(status_of(ca, timeline, {about.begin(), about.end()}, answers, timelines.scans(), horizon.now));
  });
  for (auto* cas : {&forest.cas, &forest.removed}) {
    std::ranges::stable_sort(*cas, {}, [](const history::CaSummary& ca) { return name_of(ca.identity); });
  }
  if (forest.scan) forest.since = select_changes_since(database, forest.scan->scan, horizon.last_scan);
  Row row(database, "SELECT forest FROM listing WHERE scan_id <= :last_scan ORDER BY scan_id DESC LIMIT 1");
  row.bind(":last_scan", horizon.last_scan);
  if (row.executeStep()) forest.forest = text_in(row, "forest");
  return forest;
}

}  // namespace casweep::store
