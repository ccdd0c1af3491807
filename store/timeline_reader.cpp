// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "store/disposition_table_internal.h"
#include "store/row_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

using assess::Outcome;

discovery::ObjectGuid object_guid_in(Row& row) {
  const auto guid = discovery::ObjectGuid::from_string(text_in(row, "object_guid"));
  if (!guid) throw Inconsistent("it holds an objectGUID that is none");
  return *guid;
}

ScanMoment moment_in(Row& row) {
  return {.scan = row.getColumn("scan_id").getInt64(), .at = instant_in(row, "scan_started_at").value_or(Instant{})};
}

std::optional<Finding> finding_in(Row& row) {
  if (row.getColumn("outcome").isNull()) return std::nullopt;
  return Finding{.outcome = key_in(row, "outcome", assess::outcome_of_word),
                 .reason = key_in(row, "reason", assess::reason_of_word)};
}

/// Every complete scan: what lacks a CA in one of them is gone.
class CompleteScans {
 public:
  explicit CompleteScans(SQLite::Database& database) {
    Row row(database,
            "SELECT id AS scan_id, started_at AS scan_started_at FROM scan WHERE state = 'complete' ORDER BY id");
    while (row.executeStep()) scans_.push_back(moment_in(row));
  }

  [[nodiscard]] std::optional<ScanMoment> first_after(std::int64_t scan) const {
    const auto found = std::ranges::upper_bound(scans_, scan, {}, &ScanMoment::scan);
    if (found == scans_.end()) return std::nullopt;
    return *found;
  }

  [[nodiscard]] std::optional<ScanMoment> first_between(std::int64_t before, std::int64_t after) const {
    const auto found = first_after(before);
    return found && found->scan < after ? found : std::nullopt;
  }

  [[nodiscard]] std::optional<ScanMoment> last() const {
    if (scans_.empty()) return std::nullopt;
    return scans_.back();
  }

 private:
  std::vector<ScanMoment> scans_;
};

class CertificatesOfIdentity {
 public:
  explicit CertificatesOfIdentity(SQLite::Database& database)
      : select_(database, "SELECT certificate_id FROM ca_identity_certificate WHERE ca_identity_id = :id") {}

  [[nodiscard]] const std::vector<std::int64_t>& select(std::int64_t identity) {
    if (identity == identity_) return certificates_;  // a CA's identities mostly stay
    identity_ = identity;
    certificates_.clear();
    select_.bind(":id", identity);
    while (select_.executeStep()) certificates_.push_back(select_.getColumn(0).getInt64());
    select_.reset();
    return certificates_;
  }

 private:
  Row select_;
  std::int64_t identity_ = 0;
  std::vector<std::int64_t> certificates_;
};

CaIdentity identity_in(Row& row, CertificatesOfIdentity& certificates) {
  return {.common_name = text_in(row, "common_name"),
          .display_name = text_in(row, "display_name"),
          .dns_host_name = text_in(row, "dns_host_name"),
          .certificates = certificates.select(row.getColumn("ca_identity_id").getInt64())};
}

/// Reads timelines from ca_change; the statements are prepared once.
class TimelineReader {
 public:
  explicit TimelineReader(SQLite::Database& database)
      : complete_(database),
        certificates_(database),
        changes_(database, R"(
            SELECT ca_change.scan_id, previous_scan_id, scan.started_at AS scan_started_at, common_name, display_name,
                   dns_host_name, ca_identity_id, outcome, reason
            FROM ca_change CROSS JOIN scan ON scan.id = ca_change.scan_id
                 CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id
                 LEFT JOIN reading ON reading.id = reading_id
            WHERE ca_change.ca_id = :ca_id
            ORDER BY ca_change.scan_id)"),
        last_listed_(database, "SELECT max(scan_id) FROM observation WHERE ca_id = :ca_id") {}

  [[nodiscard]] CaTimeline timeline(std::int64_t ca, const discovery::ObjectGuid& object_guid) {
    CaTimeline timeline{.object_guid = object_guid, .missing = missing(ca)};
    changes_.bind(":ca_id", ca);
    while (changes_.executeStep()) {
      const auto scan = moment_in(changes_);
      timeline.sightings.push_back(
          {.scan = scan,
           .missing = complete_.first_between(number_in(changes_, "previous_scan_id").value_or(0), scan.scan),
           .identity = identity_in(changes_, certificates_),
           .finding = finding_in(changes_)});
    }
    changes_.reset();
    return timeline;
  }

  /// The first complete scan after the last that listed the CA.
  [[nodiscard]] std::optional<ScanMoment> missing(std::int64_t ca) {
    last_listed_.bind(":ca_id", ca);
    last_listed_.executeStep();
    const auto last = last_listed_.getColumn(0).getInt64();
    last_listed_.reset();
    return complete_.first_after(last);
  }

  [[nodiscard]] const CompleteScans& complete() const { return complete_; }

 private:
  CompleteScans complete_;
  CertificatesOfIdentity certificates_;
  Row changes_;
  Row last_listed_;
};

/// Reads what a CA answered last.
class ReadingReader {
 public:
  explicit ReadingReader(SQLite::Database& database)
      : last_(database, R"(
            SELECT scan_id, finished_at, outcome, reason, detail
            FROM observation CROSS JOIN reading ON reading.id = reading_id
            WHERE ca_id = :ca_id AND scan_id < :before
            ORDER BY scan_id DESC LIMIT 1)"),
        oldest_known_(database, R"(
            SELECT min(scan_id) FROM (SELECT scan_id FROM observation CROSS JOIN reading ON reading.id = reading_id
                                      WHERE ca_id = :ca_id AND outcome <> 'unknown'
                                      ORDER BY scan_id DESC LIMIT :newest))") {}

  [[nodiscard]] std::optional<Reading> last_before(std::int64_t ca, std::int64_t scan) {
    std::optional<Reading> reading;
    last_.bind(":ca_id", ca);
    last_.bind(":before", scan);
    if (last_.executeStep()) {
      reading = Reading{.scan = last_.getColumn("scan_id").getInt64(),
                        .read_at = instant_in(last_, "finished_at").value_or(Instant{}),
                        .finding = finding_in(last_).value_or(Finding{}),
                        .detail = text_in(last_, "detail")};
    }
    last_.reset();
    return reading;
  }

  /// The oldest of the `newest` readings that told the verdict; 0 if there is none.
  [[nodiscard]] std::int64_t oldest_known(std::int64_t ca, std::int64_t newest) {
    oldest_known_.bind(":ca_id", ca);
    oldest_known_.bind(":newest", newest);
    oldest_known_.executeStep();
    const auto scan = oldest_known_.getColumn(0).getInt64();
    oldest_known_.reset();
    return scan;
  }

 private:
  Row last_;
  Row oldest_known_;
};

constexpr std::int64_t no_scan_after = INT64_MAX;

bool is_flapping(const CaStory& story, std::int64_t ca, ReadingReader& readings) {
  constexpr std::size_t changes = 3;
  constexpr std::int64_t within = 10;
  if (story.verdict_changes.size() < changes) return false;
  const auto third_last = story.verdict_changes[story.verdict_changes.size() - changes].scan;
  // The reading before the third last change is one of them as well.
  return third_last > readings.oldest_known(ca, within);
}

CaStatus status_of(std::int64_t ca, const CaTimeline& timeline, std::vector<Disposition> decisions,
                   ReadingReader& readings, Instant now) {
  CaStatus status{.object_guid = timeline.object_guid};
  if (!timeline.sightings.empty()) status.identity = timeline.sightings.back().identity;
  status.decisions = std::move(decisions);
  status.story = story_of(timeline, status.decisions, now);
  status.last = readings.last_before(ca, no_scan_after);
  status.known = status.last;
  if (status.story.unknown_since) status.known = readings.last_before(ca, status.story.unknown_since->scan);
  const auto known = status.known ? std::optional{status.known->finding.outcome} : std::nullopt;
  status.status = status_at(known, status.decision(), now);
  status.flapping = is_flapping(status.story, ca, readings);
  return status;
}

std::map<discovery::ObjectGuid, std::vector<Disposition>> decisions_by_ca(SQLite::Database& database) {
  std::map<discovery::ObjectGuid, std::vector<Disposition>> decisions;
  for (auto& decision : select_dispositions(database)) decisions[decision.object_guid].push_back(std::move(decision));
  return decisions;
}

std::span<const Disposition> decisions_about(const std::map<discovery::ObjectGuid, std::vector<Disposition>>& decisions,
                                             const discovery::ObjectGuid& ca) {
  const auto found = decisions.find(ca);
  return found == decisions.end() ? std::span<const Disposition>{} : found->second;
}

std::string name_of(const CaIdentity& identity) {
  return identity.display_name.empty() ? identity.common_name : identity.display_name;
}

/// Counts, into the scans of `headlines`, the CAs that were not enforced and protected by something else.
void count_mitigated(SQLite::Database& database, std::vector<ScanHeadline>& headlines) {
  if (headlines.empty()) return;
  Row row(database, R"(
      SELECT scan_id
      FROM observation CROSS JOIN scan ON scan.id = scan_id CROSS JOIN reading ON reading.id = reading_id
      WHERE ca_id = (SELECT id FROM ca WHERE object_guid = :object_guid) AND scan_id BETWEEN :first AND :last
        AND scan.started_at >= :from AND scan.started_at < :until AND outcome = 'not-enforced')");
  for (const auto& [object_guid, decisions] : decisions_by_ca(database)) {
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (!is_mitigated(decisions[i].status)) continue;
      Instant until = decisions[i].until.value_or(Instant::max());
      if (i + 1 < decisions.size()) until = std::min(until, decisions[i + 1].set_at);
      row.bind(":object_guid", object_guid.to_string());
      row.bind(":first", headlines.front().id);
      row.bind(":last", headlines.back().id);
      row.bind(":from", decisions[i].set_at.time_since_epoch().count());
      row.bind(":until", until.time_since_epoch().count());
      while (row.executeStep()) {
        const auto found = std::ranges::lower_bound(headlines, row.getColumn(0).getInt64(), {}, &ScanHeadline::id);
        if (found != headlines.end() && found->id == row.getColumn(0).getInt64()) ++found->mitigated;
      }
      row.reset();
    }
  }
}

/// Counts the verdicts of the scans in `headlines`, in the order in which the table has them.
void count_outcomes(SQLite::Database& database, std::vector<ScanHeadline>& headlines) {
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

std::vector<ScanHeadline> headlines_since(SQLite::Database& database, std::optional<Instant> since,
                                          std::optional<std::size_t> newest) {
  Row row(database, R"(
      SELECT id, uuid, state, started_at, finished_at, forest, failure, discovered
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id
      WHERE started_at >= :since ORDER BY id DESC LIMIT :newest)");
  row.bind(":since", since ? since->time_since_epoch().count() : INT64_MIN);
  row.bind(":newest", newest ? static_cast<std::int64_t>(*newest) : std::int64_t{-1});
  std::vector<ScanHeadline> headlines;
  while (row.executeStep()) {
    headlines.push_back({.id = row.getColumn("id").getInt64(),
                         .uuid = text_in(row, "uuid"),
                         .state = key_in(row, "state", scan_state_of_word),
                         .started_at = instant_in(row, "started_at").value_or(Instant{}),
                         .finished_at = instant_in(row, "finished_at"),
                         .forest = text_in(row, "forest"),
                         .failure = text_in(row, "failure"),
                         .discovered = count_in(row, "discovered")});
  }
  std::ranges::reverse(headlines);
  count_outcomes(database, headlines);
  count_mitigated(database, headlines);
  return headlines;
}

std::optional<std::int64_t> first_number(Row& row) {
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

/// Gives `visit` the id and the objectGUID of one CA after the other.
void visit_cas(SQLite::Database& database,
               const std::function<void(std::int64_t, const discovery::ObjectGuid&)>& visit) {
  Row ca(database, "SELECT id, object_guid FROM ca ORDER BY id");
  while (ca.executeStep()) visit(ca.getColumn("id").getInt64(), object_guid_in(ca));
}

}  // namespace

std::optional<CaStatus> select_ca_status(SQLite::Database& database, const discovery::ObjectGuid& object_guid,
                                         Instant now) {
  const SQLite::Transaction one_moment(database);
  Row ca(database, "SELECT id FROM ca WHERE object_guid = :object_guid");
  ca.bind(":object_guid", object_guid.to_string());
  const auto id = first_number(ca);
  if (!id) return std::nullopt;
  ReadingReader readings(database);
  return status_of(*id, TimelineReader(database).timeline(*id, object_guid), select_dispositions(database, id),
                   readings, now);
}

ForestStatus select_forest_status(SQLite::Database& database, Instant now) {
  const SQLite::Transaction one_moment(database);
  ForestStatus forest{.now = now};
  const auto decisions = decisions_by_ca(database);
  ReadingReader readings(database);
  TimelineReader timelines(database);
  forest.scan = timelines.complete().last();
  visit_cas(database, [&](std::int64_t ca, const discovery::ObjectGuid& object_guid) {
    if (timelines.missing(ca)) return;
    const auto about = decisions_about(decisions, object_guid);
    forest.cas.push_back(
        status_of(ca, timelines.timeline(ca, object_guid), {about.begin(), about.end()}, readings, now));
  });
  std::ranges::stable_sort(forest.cas, {}, [](const CaStatus& ca) { return name_of(ca.identity); });
  Row row(database, "SELECT forest FROM listing ORDER BY scan_id DESC LIMIT 1");
  if (row.executeStep()) forest.forest = text_in(row, "forest");
  return forest;
}

std::vector<ScanHeadline> select_headlines(SQLite::Database& database, std::optional<Instant> since,
                                           std::optional<std::size_t> newest) {
  const SQLite::Transaction one_moment(database);
  return headlines_since(database, since, newest);
}

Trend select_trend(SQLite::Database& database, std::optional<Instant> since, Instant now) {
  const SQLite::Transaction one_moment(database);
  Trend trend{.since = since, .now = now, .scans = headlines_since(database, since, {})};
  const auto decisions = decisions_by_ca(database);
  TrendCollector collector(since.value_or(Instant::min()), now);
  TimelineReader timelines(database);
  visit_cas(database, [&](std::int64_t ca, const discovery::ObjectGuid& object_guid) {
    const auto timeline = timelines.timeline(ca, object_guid);
    collector.add(timeline, story_of(timeline, decisions_about(decisions, object_guid), now));
  });
  trend.events = collector.take_events();
  trend.time_to_remediate = collector.time_to_remediate();
  return trend;
}

std::vector<CaTimeline> select_difference(SQLite::Database& database, std::int64_t before, std::int64_t after) {
  const SQLite::Transaction one_moment(database);
  CertificatesOfIdentity certificates(database);
  std::map<std::int64_t, ScanMoment> complete;
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
      SELECT object_guid, scan_id, scan.started_at AS scan_started_at, common_name, display_name, dns_host_name,
             ca_identity_id, outcome, reason
      FROM observation CROSS JOIN scan ON scan.id = scan_id CROSS JOIN ca ON ca.id = observation.ca_id
           CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id LEFT JOIN reading ON reading.id = reading_id
      WHERE scan_id IN (:before, :after)
      ORDER BY scan_id = :after)");
  row.bind(":before", before);
  row.bind(":after", after);
  std::map<discovery::ObjectGuid, CaTimeline> timelines;
  while (row.executeStep()) {
    const auto guid = object_guid_in(row);
    auto& timeline = timelines.try_emplace(guid, CaTimeline{.object_guid = guid}).first->second;
    const auto scan = moment_in(row);
    const bool only_after = scan.scan == after && timeline.sightings.empty();
    timeline.sightings.push_back({.scan = scan,
                                  .missing = only_after ? missing_from(before) : std::nullopt,
                                  .identity = identity_in(row, certificates),
                                  .finding = finding_in(row)});
  }
  std::vector<CaTimeline> difference;
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

std::optional<std::int64_t> select_complete_scan_at(SQLite::Database& database, Instant instant) {
  Row row(database, "SELECT id FROM scan WHERE state = 'complete' AND started_at <= :at ORDER BY id DESC LIMIT 1");
  row.bind(":at", instant.time_since_epoch().count());
  return first_number(row);
}

}  // namespace casweep::store
