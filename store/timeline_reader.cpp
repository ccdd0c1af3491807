// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "history/events.h"
#include "store/disposition_table_internal.h"
#include "store/presence_changes_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/row_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

base::ObjectGuid object_guid_in(Row& row) {
  const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
  if (!guid) throw Inconsistent("it holds an objectGUID that is none");
  return *guid;
}

history::ScanMoment moment_in(Row& row) {
  return {.scan = row.getColumn("scan_id").getInt64(),
          .at = instant_in(row, "scan_started_at").value_or(base::Instant{})};
}

std::optional<history::VerdictWithReason> verdict_with_reason_in(Row& row) {
  if (row.getColumn("outcome").isNull()) return std::nullopt;
  return history::VerdictWithReason{.verdict = key_in(row, "outcome", assess::verdict_of_word),
                                    .reason = key_in(row, "reason", assess::reason_of_word)};
}

/// When each scan was; and which were complete: what lacks a CA in one of those is gone.
class Scans {
 public:
  Scans(SQLite::Database& database, std::int64_t last_scan) {
    Row row(database, R"(
        SELECT id AS scan_id, started_at AS scan_started_at, finished_at AS scan_finished_at,
               state = 'complete' AS complete
        FROM scan WHERE id <= :last_scan ORDER BY id)");
    row.bind(":last_scan", last_scan);
    while (row.executeStep()) {
      all_.push_back(moment_in(row));
      all_.back().ended = instant_in(row, "scan_finished_at").value_or(base::Instant{});
      if (row.getColumn("complete").getInt() != 0) complete_.push_back(all_.back());
    }
  }

  [[nodiscard]] history::ScanMoment moment(std::int64_t scan) const {
    const auto found = std::ranges::lower_bound(all_, scan, {}, &history::ScanMoment::scan);
    return found == all_.end() || found->scan != scan ? history::ScanMoment{.scan = scan} : *found;
  }

  // Of the complete ones:

  [[nodiscard]] std::optional<history::ScanMoment> first_after(std::int64_t scan) const {
    const auto found = std::ranges::upper_bound(complete_, scan, {}, &history::ScanMoment::scan);
    if (found == complete_.end()) return std::nullopt;
    return *found;
  }

  [[nodiscard]] std::optional<history::ScanMoment> first_between(std::int64_t before, std::int64_t after) const {
    const auto found = first_after(before);
    return found && found->scan < after ? found : std::nullopt;
  }

  [[nodiscard]] std::optional<history::ScanMoment> last() const {
    if (complete_.empty()) return std::nullopt;
    return complete_.back();
  }

 private:
  std::vector<history::ScanMoment> all_;
  std::vector<history::ScanMoment> complete_;
};

/// Reads what readings found: few of them differ.
class ReadingVerdicts {
 public:
  explicit ReadingVerdicts(SQLite::Database& database)
      : select_(database, "SELECT outcome, reason FROM reading WHERE id = :id") {}

  [[nodiscard]] std::optional<history::VerdictWithReason> select(std::optional<std::int64_t> reading) {
    if (!reading) return std::nullopt;
    const auto [found, is_new] = found_.try_emplace(*reading);
    if (is_new) {
      select_.bind(":id", *reading);
      if (select_.executeStep()) found->second = verdict_with_reason_in(select_);
      select_.reset();
    }
    return found->second;
  }

 private:
  Row select_;
  std::unordered_map<std::int64_t, std::optional<history::VerdictWithReason>> found_;
};

/// Reads how CAs were described.
class Identities {
 public:
  explicit Identities(SQLite::Database& database)
      : select_(database, "SELECT common_name, display_name, dns_host_name FROM ca_identity WHERE id = :id"),
        select_certificates_(database,
                             "SELECT certificate_id FROM ca_identity_certificate WHERE ca_identity_id = :id") {}

  [[nodiscard]] const history::CaIdentity& select(std::int64_t id) {
    const auto [found, is_new] = found_.try_emplace(id);
    history::CaIdentity& identity = found->second;
    if (!is_new) return identity;
    select_.bind(":id", id);
    if (select_.executeStep()) {
      identity = {.common_name = text_in(select_, "common_name"),
                  .display_name = text_in(select_, "display_name"),
                  .dns_host_name = text_in(select_, "dns_host_name")};
    }
    select_.reset();
    select_certificates_.bind(":id", id);
    while (select_certificates_.executeStep()) {
      identity.certificates.push_back(select_certificates_.getColumn(0).getInt64());
    }
    select_certificates_.reset();
    return identity;
  }

 private:
  Row select_;
  Row select_certificates_;
  std::unordered_map<std::int64_t, history::CaIdentity> found_;
};

/// A CA's observations, the newest first, from the scan :last_scan down to the one that first listed it: what follows
/// FROM. There is no index of them by CA, so each scan on the way is looked into.
constexpr auto observations_downwards = R"(
    scan CROSS JOIN observation ON scan_id = scan.id AND ca_id = :ca_id LEFT JOIN reading ON reading.id = reading_id
    WHERE scan.id BETWEEN (SELECT min(scan_id) FROM ca_change WHERE ca_id = :ca_id) AND :last_scan )";

/// The scans that listed and read a CA last, from which to go downwards.
class LatestScans {
 public:
  explicit LatestScans(SQLite::Database& database)
      : select_(database,
                "SELECT scan_id, ifnull(read_scan_id, 0) AS read_scan_id FROM ca_latest WHERE ca_id = :ca_id") {}

  /// 0 if none did.
  [[nodiscard]] std::int64_t listed(std::int64_t ca) { return select(ca, "scan_id"); }
  [[nodiscard]] std::int64_t read(std::int64_t ca) { return select(ca, "read_scan_id"); }

 private:
  std::int64_t select(std::int64_t ca, const char* column) {
    select_.bind(":ca_id", ca);
    const auto scan = select_.executeStep() ? select_.getColumn(column).getInt64() : 0;
    select_.reset();
    return scan;
  }

  Row select_;
};

/// Reads timelines from ca_change; the statements are prepared once.
class TimelineReader {
 public:
  TimelineReader(SQLite::Database& database, const Horizon& horizon)
      : scans_(database, horizon.last_scan),
        identities_(database),
        verdicts_(database),
        changes_(database, R"(
            SELECT scan_id, previous_scan_id, ca_identity_id, reading_id
            FROM ca_change WHERE ca_id = :ca_id AND scan_id <= :last_scan
            ORDER BY scan_id)"),
        latest_(database),
        last_listed_(database,
                     fmt::format("SELECT scan.id FROM {} ORDER BY scan.id DESC LIMIT 1", observations_downwards)),
        last_scan_(horizon.last_scan) {
    changes_.bind(":last_scan", horizon.last_scan);
    last_listed_.bind(":last_scan", horizon.last_scan);
  }

  [[nodiscard]] history::CaTimeline timeline(std::int64_t ca, const base::ObjectGuid& object_guid) {
    history::CaTimeline timeline{.object_guid = object_guid, .missing = scans_.first_after(last_listed(ca))};
    changes_.bind(":ca_id", ca);
    while (changes_.executeStep()) {
      const auto scan = scans_.moment(changes_.getColumn(0).getInt64());
      timeline.sightings.push_back({.scan = scan,
                                    .missing = scans_.first_between(number_in(changes_, 1).value_or(0), scan.scan),
                                    .identity = identities_.select(changes_.getColumn(2).getInt64()),
                                    .judged = verdicts_.select(number_in(changes_, 3))});
    }
    changes_.reset();
    return timeline;
  }

  [[nodiscard]] const Scans& scans() const { return scans_; }

 private:
  /// The last scan that listed the CA, or 0.
  std::int64_t last_listed(std::int64_t ca) {
    const auto latest = latest_.listed(ca);
    if (latest <= last_scan_) return latest;
    last_listed_.bind(":ca_id", ca);
    const auto last = last_listed_.executeStep() ? last_listed_.getColumn(0).getInt64() : 0;
    last_listed_.reset();
    return last;
  }

  Scans scans_;
  Identities identities_;
  ReadingVerdicts verdicts_;
  Row changes_;
  LatestScans latest_;
  Row last_listed_;
  std::int64_t last_scan_;
};

/// Reads what a CA answered last.
class AnswerReader {
 public:
  AnswerReader(SQLite::Database& database, const Horizon& horizon)
      : last_scan_(horizon.last_scan),
        latest_(database),
        last_(database,
              fmt::format("SELECT scan.id AS scan_id, observation.finished_at, outcome, reason, detail FROM {} "
                          "AND reading_id IS NOT NULL ORDER BY scan.id DESC LIMIT 1",
                          observations_downwards)),
        oldest_known_(database, fmt::format("SELECT min(id) FROM (SELECT scan.id FROM {} AND outcome <> 'unknown' "
                                            "ORDER BY scan.id DESC LIMIT :newest)",
                                            observations_downwards)) {}

  [[nodiscard]] std::optional<history::Answer> last(std::int64_t ca) { return last_until(ca, last_scan_); }

  [[nodiscard]] std::optional<history::Answer> last_before(std::int64_t ca, std::int64_t scan) {
    return last_until(ca, scan - 1);
  }

  /// The oldest of the `newest` readings until the scan `newest_scan` that told the verdict; 0 if there is none.
  [[nodiscard]] std::int64_t oldest_known(std::int64_t ca, std::int64_t newest_scan, std::int64_t newest) {
    oldest_known_.bind(":ca_id", ca);
    oldest_known_.bind(":last_scan", newest_scan);
    oldest_known_.bind(":newest", newest);
    oldest_known_.executeStep();
    const auto scan = oldest_known_.getColumn(0).getInt64();
    oldest_known_.reset();
    return scan;
  }

 private:
  std::optional<history::Answer> last_until(std::int64_t ca, std::int64_t scan) {
    std::optional<history::Answer> reading;
    last_.bind(":ca_id", ca);
    last_.bind(":last_scan", std::min(scan, latest_.read(ca)));
    if (last_.executeStep()) {
      reading = history::Answer{.scan = last_.getColumn("scan_id").getInt64(),
                                .read_at = instant_in(last_, "finished_at").value_or(base::Instant{}),
                                .judged = verdict_with_reason_in(last_).value_or(history::VerdictWithReason{}),
                                .detail = text_in(last_, "detail")};
    }
    last_.reset();
    return reading;
  }

  std::int64_t last_scan_;
  LatestScans latest_;
  Row last_;
  Row oldest_known_;
};

bool is_flapping(const history::CaStory& story, std::int64_t ca, const std::optional<history::Answer>& known,
                 AnswerReader& answers) {
  constexpr std::size_t changes = 3;
  constexpr std::int64_t within = 10;
  if (!known || story.verdict_changes.size() < changes) return false;
  const auto third_last = story.verdict_changes[story.verdict_changes.size() - changes].scan;
  // The reading before the third last change is one of them as well.
  return third_last > answers.oldest_known(ca, known->scan, within);
}

history::CaSummary status_of(std::int64_t ca, const history::CaTimeline& timeline,
                             std::vector<history::Decision> decisions, AnswerReader& answers, base::Instant now) {
  history::CaSummary status{.object_guid = timeline.object_guid, .identity = {}, .removed = timeline.missing};
  if (!timeline.sightings.empty()) status.identity = timeline.sightings.back().identity;
  status.decisions = std::move(decisions);
  status.story = history::story_of(timeline, status.decisions, now);
  status.last = answers.last(ca);
  status.known = status.last;
  if (status.story.unknown_since) {
    status.known = status.story.known ? answers.last_before(ca, status.story.unknown_since->scan) : std::nullopt;
  }
  const auto known = status.known ? std::optional{status.known->judged.verdict} : std::nullopt;
  status.status = history::status_at(known, status.decision(), now);
  status.flapping = is_flapping(status.story, ca, status.known, answers);
  return status;
}

std::map<base::ObjectGuid, std::vector<history::Decision>> decisions_by_ca(SQLite::Database& database,
                                                                           const Horizon& horizon) {
  std::map<base::ObjectGuid, std::vector<history::Decision>> decisions;
  for (auto& decision : select_decisions(database)) {
    if (decision.set_at <= horizon.last_decision) decisions[decision.object_guid].push_back(std::move(decision));
  }
  return decisions;
}

std::span<const history::Decision> decisions_about(
    const std::map<base::ObjectGuid, std::vector<history::Decision>>& decisions, const base::ObjectGuid& ca) {
  const auto found = decisions.find(ca);
  return found == decisions.end() ? std::span<const history::Decision>{} : found->second;
}

/// Counts, into the scans of `headlines`, the CAs that were not enforced and protected by something else.
void count_mitigated(SQLite::Database& database, std::vector<history::ScanHeadline>& headlines,
                     const Horizon& horizon) {
  const auto decided = decisions_by_ca(database, horizon);
  if (headlines.empty() || decided.empty()) return;
  TimelineReader timelines(database, horizon);
  Row ca(database, "SELECT id FROM ca WHERE object_guid = :object_guid");
  Row row(database, R"(
      SELECT scan_id
      FROM scan CROSS JOIN observation ON scan_id = scan.id AND ca_id = :ca_id
           CROSS JOIN reading ON reading.id = reading_id
      WHERE scan.id BETWEEN :first AND :last
        AND scan.started_at >= :from AND scan.started_at < :until AND outcome = 'not-enforced')");
  for (const auto& [object_guid, decisions] : decided) {
    ca.bind(":object_guid", object_guid.to_string());
    ca.executeStep();
    const auto id = ca.getColumn(0).getInt64();
    ca.reset();
    const history::CaStory story = history::story_of(timelines.timeline(id, object_guid), {}, horizon.now);
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (!history::is_mitigated(decisions[i].status)) continue;
      row.bind(":ca_id", id);
      row.bind(":first", headlines.front().id);
      row.bind(":last", headlines.back().id);
      row.bind(":from", decisions[i].set_at.time_since_epoch().count());
      row.bind(":until", history::end_of(decisions, i, story).time_since_epoch().count());
      while (row.executeStep()) {
        const auto found =
            std::ranges::lower_bound(headlines, row.getColumn(0).getInt64(), {}, &history::ScanHeadline::id);
        if (found != headlines.end() && found->id == row.getColumn(0).getInt64()) ++found->mitigated;
      }
      row.reset();
    }
  }
}

/// Counts the verdicts of the scans in `headlines`, in the order in which the table has them.
void count_verdicts(SQLite::Database& database, std::vector<history::ScanHeadline>& headlines) {
  if (headlines.empty()) return;
  Row row(database, R"(
      SELECT scan_id, sum(outcome = 'enforced') AS enforced, sum(outcome = 'not-enforced') AS not_enforced,
             sum(outcome = 'not-exposed') AS not_exposed, sum(outcome = 'unknown') AS unknown
      FROM observation CROSS JOIN reading ON reading.id = reading_id
      WHERE scan_id BETWEEN :first AND :last
      GROUP BY scan_id ORDER BY scan_id)");
  row.bind(":first", headlines.front().id);
  row.bind(":last", headlines.back().id);
  auto headline = headlines.begin();
  while (row.executeStep()) {
    const auto scan = row.getColumn("scan_id").getInt64();
    while (headline != headlines.end() && headline->id < scan) ++headline;
    if (headline == headlines.end() || headline->id != scan) continue;
    headline->enforced = count_in(row, "enforced");
    headline->not_enforced = count_in(row, "not_enforced");
    headline->not_exposed = count_in(row, "not_exposed");
    headline->unknown = count_in(row, "unknown");
  }
}

std::vector<history::ScanHeadline> headlines_since(SQLite::Database& database, std::optional<base::Instant> since,
                                                   std::optional<std::size_t> newest, const Horizon& horizon) {
  Row row(database, R"(
      SELECT id, uuid, state, started_at, finished_at, forest, failure, discovered,
             listing.scan_id IS NOT NULL AS listed
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id
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
  }
  std::ranges::reverse(headlines);
  count_verdicts(database, headlines);
  count_mitigated(database, headlines, horizon);
  return headlines;
}

std::optional<std::int64_t> first_number(Row& row) {
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

/// Gives `visit` the id and the objectGUID of one CA after the other.
void visit_cas(SQLite::Database& database, const std::function<void(std::int64_t, const base::ObjectGuid&)>& visit) {
  Row ca(database, "SELECT id, object_guid FROM ca ORDER BY id");
  while (ca.executeStep()) visit(ca.getColumn("id").getInt64(), object_guid_in(ca));
}

}  // namespace

std::optional<Horizon> horizon_of_scan(SQLite::Database& database, std::int64_t scan) {
  Row row(database, "SELECT started_at FROM scan WHERE id = :scan");
  row.bind(":scan", scan);
  if (!row.executeStep()) return std::nullopt;
  const auto then = instant_in(row, "started_at").value_or(base::Instant{});
  return Horizon{.now = then, .last_scan = scan, .last_decision = then};
}

std::optional<history::CaSummary> select_ca_status(SQLite::Database& database, const base::ObjectGuid& object_guid,
                                                   base::Instant now) {
  const SQLite::Transaction one_moment(database);
  Row ca(database, "SELECT id FROM ca WHERE object_guid = :object_guid");
  ca.bind(":object_guid", object_guid.to_string());
  const auto id = first_number(ca);
  if (!id) return std::nullopt;
  const Horizon horizon{.now = now};
  AnswerReader answers(database, horizon);
  return status_of(*id, TimelineReader(database, horizon).timeline(*id, object_guid), select_decisions(database, id),
                   answers, now);
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
  const auto decisions = decisions_by_ca(database, horizon);
  AnswerReader answers(database, horizon);
  TimelineReader timelines(database, horizon);
  forest.scan = timelines.scans().last();
  visit_cas(database, [&](std::int64_t ca, const base::ObjectGuid& object_guid) {
    const auto timeline = timelines.timeline(ca, object_guid);
    if (timeline.sightings.empty()) return;  // not listed yet
    const bool removed_last = timeline.missing && forest.scan && timeline.missing->scan == forest.scan->scan;
    if (timeline.missing && !removed_last) return;  // not listed any more
    const auto about = decisions_about(decisions, object_guid);
    auto& cas = removed_last ? forest.removed : forest.cas;
    cas.push_back(status_of(ca, timeline, {about.begin(), about.end()}, answers, horizon.now));
  });
  for (auto* cas : {&forest.cas, &forest.removed}) {
    std::ranges::stable_sort(*cas, {}, [](const history::CaSummary& ca) { return name_of(ca.identity); });
  }
  if (forest.scan) forest.since = select_presence_changes(database, forest.scan->scan, horizon.last_scan);
  Row row(database, "SELECT forest FROM listing WHERE scan_id <= :last_scan ORDER BY scan_id DESC LIMIT 1");
  row.bind(":last_scan", horizon.last_scan);
  if (row.executeStep()) forest.forest = text_in(row, "forest");
  return forest;
}

std::vector<history::ScanHeadline> select_headlines(SQLite::Database& database, std::optional<base::Instant> since,
                                                    std::optional<std::size_t> newest) {
  const SQLite::Transaction one_moment(database);
  return headlines_since(database, since, newest, {});
}

history::Trend select_trend(SQLite::Database& database, std::optional<base::Instant> since, const Horizon& horizon) {
  const SQLite::Transaction one_moment(database);
  const base::Instant now = horizon.now;
  history::Trend trend{.since = since, .now = now, .scans = headlines_since(database, since, {}, horizon)};
  const auto decisions = decisions_by_ca(database, horizon);
  history::TrendCollector collector(since.value_or(base::Instant::min()), now);
  TimelineReader timelines(database, horizon);
  visit_cas(database, [&](std::int64_t ca, const base::ObjectGuid& object_guid) {
    const auto timeline = timelines.timeline(ca, object_guid);
    if (timeline.sightings.empty()) return;  // not listed yet
    collector.add(timeline, history::story_of(timeline, decisions_about(decisions, object_guid), now));
  });
  trend.events = collector.take_events();
  trend.time_to_remediate = collector.time_to_remediate();
  return trend;
}

std::vector<history::CaTimeline> select_difference(SQLite::Database& database, std::int64_t before,
                                                   std::int64_t after) {
  const SQLite::Transaction one_moment(database);
  Identities identities(database);
  std::map<std::int64_t, history::ScanMoment> complete;
  Row scans(database,
            "SELECT id AS scan_id, started_at AS scan_started_at FROM scan WHERE id IN (:before, :after) "
            "AND state = 'complete'");
  scans.bind(":before", before);
  scans.bind(":after", after);
  while (scans.executeStep()) complete.emplace(moment_in(scans).scan, moment_in(scans));
  const auto missing_from = [&](std::int64_t scan) {
    const auto found = complete.find(scan);
    return found == complete.end() ? std::nullopt : std::optional{found->second};
  };

  Row row(database, R"(
      SELECT object_guid, scan_id, scan.started_at AS scan_started_at, ca_identity_id, outcome, reason
      FROM observation CROSS JOIN scan ON scan.id = scan_id CROSS JOIN ca ON ca.id = observation.ca_id
           LEFT JOIN reading ON reading.id = reading_id
      WHERE scan_id IN (:before, :after)
      ORDER BY scan_id = :after)");
  row.bind(":before", before);
  row.bind(":after", after);
  std::map<base::ObjectGuid, history::CaTimeline> timelines;
  while (row.executeStep()) {
    const auto guid = object_guid_in(row);
    auto& timeline = timelines.try_emplace(guid, history::CaTimeline{.object_guid = guid}).first->second;
    const auto scan = moment_in(row);
    const bool only_after = scan.scan == after && timeline.sightings.empty();
    timeline.sightings.push_back({.scan = scan,
                                  .missing = only_after ? missing_from(before) : std::nullopt,
                                  .identity = identities.select(row.getColumn("ca_identity_id").getInt64()),
                                  .judged = verdict_with_reason_in(row)});
  }
  std::vector<history::CaTimeline> difference;
  for (auto& [guid, timeline] : timelines) {
    if (timeline.sightings.back().scan.scan != after) timeline.missing = missing_from(after);
    difference.push_back(std::move(timeline));
  }
  return difference;
}

std::optional<std::int64_t> select_complete_scan_before(SQLite::Database& database, std::int64_t scan) {
  Row row(database, "SELECT id FROM scan WHERE state = 'complete' AND id < :scan ORDER BY id DESC LIMIT 1");
  row.bind(":scan", scan);
  return first_number(row);
}

std::optional<std::int64_t> select_comparable_scan_before(SQLite::Database& database, std::int64_t scan) {
  Row row(database, R"(
      SELECT id
      FROM listing AS own JOIN listing AS earlier ON earlier.scan_id < own.scan_id JOIN scan ON id = earlier.scan_id
      WHERE own.scan_id = :scan AND state = 'complete'
        AND iif(own.root_domain_guid IS NULL OR earlier.root_domain_guid IS NULL,
                earlier.forest IS own.forest,
                earlier.root_domain_guid = own.root_domain_guid AND earlier.root_domain_sid = own.root_domain_sid)
      ORDER BY id DESC LIMIT 1)");
  row.bind(":scan", scan);
  return first_number(row);
}

std::optional<std::int64_t> select_complete_scan_at(SQLite::Database& database, base::Instant instant) {
  Row row(database, "SELECT id FROM scan WHERE state = 'complete' AND started_at <= :at ORDER BY id DESC LIMIT 1");
  row.bind(":at", instant.time_since_epoch().count());
  return first_number(row);
}

}  // namespace casweep::store
