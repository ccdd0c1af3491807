// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ca_summary_reader_internal.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "store/answer_reader_internal.h"
#include "store/changes_since_internal.h"
#include "store/disposition_table_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

class AnswersOfCa : public history::Answers {
 public:
  AnswersOfCa(AnswerReader& answers, std::int64_t ca) : answers_(answers), ca_(ca) {}

  std::optional<history::Answer> last() override { return answers_.last(ca_); }
  std::optional<history::Answer> last_before(std::int64_t scan) override { return answers_.last_before(ca_, scan); }
  std::int64_t oldest_known(std::int64_t last_scan, std::size_t newest) override {
    return answers_.oldest_known(ca_, last_scan, newest);
  }

 private:
  AnswerReader& answers_;
  std::int64_t ca_;
};

}  // namespace

std::optional<history::CaSummary> select_ca_status(SQLite::Database& database, const base::ObjectGuid& object_guid,
                                                   base::Instant now) {
  const SQLite::Transaction one_moment(database);
  const auto id = select_ca(database, object_guid);
  if (!id) return std::nullopt;
  const Horizon horizon{.now = now};
  AnswerReader reader(database, horizon);
  AnswersOfCa answers(reader, *id);
  TimelineReader timelines(database, horizon);
  return history::summary_of(timelines.timeline(*id, object_guid), select_decisions(database, id), answers,
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
  AnswerReader reader(database, horizon);
  TimelineReader timelines(database, horizon);
  forest.scan = timelines.scans().last();
  timelines.visit([&](std::int64_t ca, const history::CaTimeline& timeline) {
    const auto about = decisions_about(decisions, timeline.object_guid);
    AnswersOfCa answers(reader, ca);
    add_ca(forest, summary_of(timeline, {about.begin(), about.end()}, answers, timelines.scans(), horizon.now));
  });
  sort_by_name(forest);
  if (forest.scan) forest.since = select_changes_since(database, forest.scan->scan, horizon.last_scan);
  Row row(database, "SELECT forest FROM listing WHERE scan_id <= :last_scan ORDER BY scan_id DESC LIMIT 1");
  row.bind(":last_scan", horizon.last_scan);
  if (row.executeStep()) forest.forest = text_in(row, "forest");
  return forest;
}

}  // namespace casweep::store
