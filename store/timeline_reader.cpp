// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/timeline_reader_internal.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "store/ledger_internal.h"

namespace casweep::store {

base::ObjectGuid object_guid_in(Row& row) {
  const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
  if (!guid) throw Inconsistent("it holds an invalid objectGUID");
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

std::optional<std::int64_t> select_ca(SQLite::Database& database, const base::ObjectGuid& object_guid) {
  Row ca(database, "SELECT id FROM ca WHERE object_guid = :object_guid");
  ca.bind(":object_guid", object_guid.to_string());
  if (!ca.executeStep()) return std::nullopt;
  return ca.getColumn(0).getInt64();
}

namespace {

std::vector<history::DecisionInLedger> select_decisions_in_ledger(SQLite::Database& database) {
  // An entry records one decision, and decisions are numbered in the order of the ledger.
  Row row(database, R"(
      SELECT seq, set_at
      FROM (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM ledger WHERE kind = :kind)
           JOIN (SELECT set_at, row_number() OVER (ORDER BY id) AS n FROM disposition) USING (n)
      ORDER BY seq)");
  row.bind(":kind", std::string(word_of(LedgerKind::decision)));
  std::vector<history::DecisionInLedger> decisions;
  while (row.executeStep()) {
    decisions.push_back({row.getColumn("seq").getInt64(), instant_in(row, "set_at").value_or(base::Instant{})});
  }
  return decisions;
}

}  // namespace

history::ScanMoments select_scan_moments(SQLite::Database& database, std::int64_t last_scan) {
  const auto decisions = select_decisions_in_ledger(database);
  const auto* seq = decisions.empty() ? "id" : "(SELECT max(seq) FROM ledger_scan WHERE scan_id = scan.id)";
  Row row(database, fmt::format(R"(
      SELECT id AS scan_id, started_at AS scan_started_at, finished_at AS scan_finished_at,
             state = 'complete' AS complete, {} AS seq
      FROM scan WHERE id <= :last_scan ORDER BY id)",
                                seq));
  row.bind(":last_scan", last_scan);
  std::vector<history::ScanInLedger> scans;
  while (row.executeStep()) {
    history::ScanInLedger scan{.moment = moment_in(row),
                               .complete = row.getColumn("complete").getInt() != 0,
                               .seq = number_in(row, "seq").value_or(0)};
    scan.moment.ended = instant_in(row, "scan_finished_at").value_or(base::Instant{});
    scans.push_back(scan);
  }
  return {scans, decisions};
}

VerdictReader::VerdictReader(SQLite::Database& database)
    : select_(database, "SELECT outcome, reason FROM reading WHERE id = :id") {}

std::optional<history::VerdictWithReason> VerdictReader::select(std::optional<std::int64_t> reading) {
  if (!reading) return std::nullopt;
  const auto [found, is_new] = found_.try_emplace(*reading);
  if (is_new) {
    select_.bind(":id", *reading);
    if (select_.executeStep()) found->second = verdict_with_reason_in(select_);
    select_.reset();
  }
  return found->second;
}

IdentityReader::IdentityReader(SQLite::Database& database)
    : select_(database, "SELECT common_name, display_name, dns_host_name FROM ca_identity WHERE id = :id"),
      select_certificates_(database, "SELECT certificate_id FROM ca_identity_certificate WHERE ca_identity_id = :id") {}

const history::CaIdentity& IdentityReader::select(std::int64_t id) {
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

LatestScans::LatestScans(SQLite::Database& database)
    : select_(database, "SELECT scan_id, ifnull(read_scan_id, 0) AS read_scan_id FROM ca_latest WHERE ca_id = :ca_id") {
}

std::int64_t LatestScans::select(std::int64_t ca, const char* column) {
  select_.bind(":ca_id", ca);
  const auto scan = select_.executeStep() ? select_.getColumn(column).getInt64() : 0;
  select_.reset();
  return scan;
}

TimelineReader::TimelineReader(SQLite::Database& database, const Horizon& horizon)
    : database_(database),
      scans_(select_scan_moments(database, horizon.last_scan)),
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

history::CaTimeline TimelineReader::timeline(std::int64_t ca, const base::ObjectGuid& object_guid) {
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

void TimelineReader::visit(const std::function<void(std::int64_t ca, const history::CaTimeline&)>& take) {
  Row ca(database_, "SELECT id, object_guid FROM ca ORDER BY id");
  while (ca.executeStep()) {
    const auto id = ca.getColumn("id").getInt64();
    const auto timeline = this->timeline(id, object_guid_in(ca));
    if (!timeline.sightings.empty()) take(id, timeline);
  }
}

std::int64_t TimelineReader::last_listed(std::int64_t ca) {
  const auto latest = latest_.listed(ca);
  if (latest <= last_scan_) return latest;
  last_listed_.bind(":ca_id", ca);
  const auto last = last_listed_.executeStep() ? last_listed_.getColumn(0).getInt64() : 0;
  last_listed_.reset();
  return last;
}

}  // namespace casweep::store
