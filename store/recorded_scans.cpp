// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "store/ledger_rows_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

using nlohmann::ordered_json;
using Statement = SQLite::Statement;

/// The rows to which the scans :first to :last refer.
struct ReferredTable {
  std::string_view name;
  std::string_view ids;
};
constexpr std::array<ReferredTable, 4> referred_tables{{
    {.name = "ca", .ids = "SELECT ca_id FROM observation WHERE scan_id BETWEEN :first AND :last"},
    {.name = "ca_identity", .ids = "SELECT ca_identity_id FROM observation WHERE scan_id BETWEEN :first AND :last"},
    {.name = "reading", .ids = "SELECT reading_id FROM observation WHERE scan_id BETWEEN :first AND :last"},
    {.name = "certificate", .ids = R"(
        SELECT certificate_id FROM ca_identity_certificate WHERE ca_identity_id IN
          (SELECT ca_identity_id FROM observation WHERE scan_id BETWEEN :first AND :last)
        UNION ALL
        SELECT certificate_id FROM listing_nt_auth_certificate WHERE scan_id BETWEEN :first AND :last)"},
}};

/// Rows that have to be in the ledger, each with the SHA-256 of its current content.
class WantedRows {
 public:
  void add(std::string_view table, std::int64_t id, std::string sha256) {
    if (rows_[table].try_emplace(id, std::move(sha256)).second) ++count_;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }

  [[nodiscard]] std::map<std::string_view, std::set<std::int64_t>> ids() const {
    std::map<std::string_view, std::set<std::int64_t>> ids;
    for (const auto& [table, wanted] : rows_) {
      for (const auto& [id, sha256] : wanted) ids[table].insert(id);
    }
    return ids;
  }

  /// Removes those that the entry recorded. Returns whether it recorded any.
  bool find_in(std::int64_t seq, std::string_view body) {
    // An entry names its new rows last, after thousands of digits.
    constexpr std::string_view last_key = R"("rows":)";
    const auto place = body.rfind(last_key);
    if (place == std::string_view::npos) return false;
    const auto rows = body.substr(place + last_key.size(), body.size() - 1 - place - last_key.size());
    if (rows == "{}") return false;
    const auto before = count_;
    const auto all_rows = ordered_json::parse(rows);
    for (auto& [table, wanted] : rows_) {
      const auto recorded = all_rows.find(table);
      if (recorded == all_rows.end()) continue;
      for (const auto& row : *recorded) {
        const auto found = wanted.find(row.at(0).get<std::int64_t>());
        if (found == wanted.end()) continue;
        if (found->second != row.at(1).get_ref<const std::string&>()) {
          throw Altered(fmt::format("{} {} is not what ledger entry {} recorded", table, found->first, seq));
        }
        wanted.erase(found);
        --count_;
      }
    }
    return count_ != before;
  }

  void require_all_found() const {
    for (const auto& [table, wanted] : rows_) {
      if (wanted.empty()) continue;
      throw Altered(fmt::format("{} {} is in no ledger entry", table, wanted.begin()->first));
    }
  }

 private:
  std::map<std::string_view, std::map<std::int64_t, std::string>> rows_;
  std::size_t count_ = 0;
};

void require_ended(SQLite::Database& database, std::int64_t scan, const history::LedgerEntry& entry,
                   const ordered_json& body) {
  const auto now = facts_of_ended_scan(database, scan);
  for (const auto& [fact, what] : {std::pair{"scan_sha256", "row"}, std::pair{"listing_sha256", "listing"},
                                   std::pair{"observations", "observations"}}) {
    if (body.at(fact) == now.at(fact)) continue;
    throw Altered(fmt::format("scan {} is not what ledger entry {} recorded: its {} differ{}", scan, entry.seq, what,
                              fact == std::string_view("observations") ? "" : "s"));
  }
}

/// A scan that runs or was killed: only its start is known.
void require_begun(SQLite::Database& database, std::int64_t scan, const history::LedgerEntry& entry,
                   const ordered_json& body) {
  if (facts_of_begun_scan(database, scan).at("begun_sha256") != body.at("begun_sha256")) {
    throw Altered(fmt::format("scan {} is not what ledger entry {} recorded", scan, entry.seq));
  }
  Statement more(database, R"(
      SELECT 1 FROM scan WHERE id = :scan AND state <> 'running'
      UNION ALL SELECT 1 FROM listing WHERE scan_id = :scan
      UNION ALL SELECT 1 FROM observation WHERE scan_id = :scan)");
  more.bind(":scan", scan);
  if (more.executeStep()) throw Altered(fmt::format("scan {} has ended, but no ledger entry says so", scan));
}

/// What the ledger says of the scans since the newest complete one.
struct NewestScans {
  std::int64_t complete = 0;
  std::set<std::int64_t> all{};
};

/// From the end of the ledger back to the start of the newest complete scan. Another may have ended while that one ran.
NewestScans compare_newest(SQLite::Database& database) {
  NewestScans newest;
  std::optional<std::int64_t> expected_seq;
  Statement row(database, checked_entries("ORDER BY seq DESC"));
  while (row.executeStep()) {
    const auto entry = checked_entry_in(row);
    if (expected_seq && entry.seq != *expected_seq) {
      throw Altered(fmt::format("ledger entry {} is missing", *expected_seq));
    }
    expected_seq = entry.seq - 1;
    const auto kind = ledger_kind_of_word(entry.kind);
    if (kind != LedgerKind::scan_started && kind != LedgerKind::scan_finished) continue;
    const auto body = ordered_json::parse(entry.body);
    const auto scan = body.at("scan").get<std::int64_t>();
    if (kind == LedgerKind::scan_started) {
      if (newest.all.insert(scan).second) require_begun(database, scan, entry, body);
      if (scan == newest.complete) return newest;
      continue;
    }
    if (!newest.all.insert(scan).second)
      throw Altered(fmt::format("ledger entry {} ends scan {} again", entry.seq, scan));
    require_ended(database, scan, entry, body);
    if (body.at("state") == word_of(history::ScanState::complete)) newest.complete = std::max(newest.complete, scan);
  }
  if (expected_seq.value_or(0) != 0) throw Altered(fmt::format("ledger entry {} is missing", *expected_seq));
  return newest;
}

/// The newest complete scan until `scan`; that scan itself if there is none.
std::int64_t complete_scan_until(SQLite::Database& database, std::int64_t scan) {
  Statement newest(database, "SELECT max(id) FROM scan WHERE state = 'complete' AND id <= :scan");
  newest.bind(":scan", scan);
  newest.executeStep();
  return newest.getColumn(0).isNull() ? scan : newest.getColumn(0).getInt64();
}

/// Finds `wanted` in the entries of `entry`, a select of seq and body. Only entries that recorded one of them have to
/// be unchanged.
void find_rows(SQLite::Database& database, WantedRows& wanted, Statement& entry) {
  Statement checked(database, checked_entries("WHERE seq = :seq"));
  while (!wanted.empty() && entry.executeStep()) {
    const auto seq = entry.getColumn(0).getInt64();
    if (!wanted.find_in(seq, entry.getColumn(1).getString())) continue;
    checked.bind(":seq", seq);
    if (checked.executeStep()) (void)checked_entry_in(checked);
    checked.reset();
  }
}

/// Throws Altered unless all of `wanted` are in the ledger's entries until `last`. Searches backwards, because the new
/// rows of a scan are in its own entry.
void require_in_ledger(SQLite::Database& database, WantedRows& wanted, std::int64_t last) {
  if (wanted.empty()) return;
  Statement entry(database,
                  "SELECT seq, body FROM ledger WHERE seq <= :last AND kind = 'scan_finished' ORDER BY seq DESC");
  entry.bind(":last", last);
  find_rows(database, wanted, entry);
  wanted.require_all_found();
}

}  // namespace

bool RecordedScans::require(std::int64_t scan) {
  Statement row(database_, checked_entries("WHERE seq IN (SELECT seq FROM ledger_scan WHERE scan_id = :scan)"));
  row.bind(":scan", scan);
  std::optional<history::LedgerEntry> started;
  std::optional<history::LedgerEntry> finished;
  while (row.executeStep()) {
    auto entry = checked_entry_in(row);
    const auto kind = ledger_kind_of_word(entry.kind);
    auto& place = kind == LedgerKind::scan_started ? started : finished;
    const bool speaks_of_it = kind == LedgerKind::scan_started || kind == LedgerKind::scan_finished;
    if (!speaks_of_it || place || ordered_json::parse(entry.body).at("scan") != scan) {
      throw Altered(fmt::format("ledger entry {} is not the one about scan {}", entry.seq, scan));
    }
    place = std::move(entry);
  }
  if (!started) {
    Statement unrecorded(database_, "SELECT 1 FROM scan WHERE id = :scan");
    unrecorded.bind(":scan", scan);
    if (unrecorded.executeStep()) throw Altered(fmt::format("scan {} is in no ledger entry", scan));
    return false;
  }
  if (!finished) {
    require_begun(database_, scan, *started, ordered_json::parse(started->body));
    return true;
  }
  require_ended(database_, scan, *finished, ordered_json::parse(finished->body));
  require_rows(scan, scan, finished->seq);
  return true;
}

void RecordedScans::require_until(std::int64_t scan) {
  Statement row(database_, "SELECT id FROM scan WHERE id BETWEEN :first AND :scan");
  row.bind(":first", complete_scan_until(database_, scan));
  row.bind(":scan", scan);
  while (row.executeStep()) require(row.getColumn(0).getInt64());
}

std::int64_t RecordedScans::require_newest() {
  const auto newest = compare_newest(database_);
  // In ascending order, so that the first scan that is not recorded is named.
  Statement row(database_, R"(
      SELECT id FROM scan WHERE id >= :complete
      UNION SELECT scan_id FROM listing WHERE scan_id >= :complete
      UNION SELECT scan_id FROM observation WHERE scan_id >= :complete
      ORDER BY 1)");
  row.bind(":complete", newest.complete);
  while (row.executeStep()) {
    const auto scan = row.getColumn(0).getInt64();
    if (!newest.all.contains(scan)) throw Altered(fmt::format("scan {} is in no ledger entry", scan));
  }
  const auto last = newest.all.empty() ? std::int64_t{0} : *newest.all.rbegin();
  Statement given(database_, "SELECT seq FROM sqlite_sequence WHERE name = 'scan'");
  if (const auto number = given.executeStep() ? given.getColumn(0).getInt64() : std::int64_t{0}; number != last) {
    throw Altered(fmt::format("scan {} was the last that began, but the newest is {}", number, last));
  }
  require_rows(newest.complete, last, ledger_head(database_).seq);
  return newest.complete;
}

void RecordedScans::require_rows(std::int64_t first, std::int64_t last, std::int64_t newest_entry) {
  const auto bind_scans = [&](Statement& statement) {
    statement.bind(":first", first);
    statement.bind(":last", last);
  };
  WantedRows wanted;
  for (const auto& table : referred_tables) {
    std::set<std::int64_t> ids;
    Statement id(database_, std::string(table.ids));
    bind_scans(id);
    while (id.executeStep()) {
      if (!id.getColumn(0).isNull()) ids.insert(id.getColumn(0).getInt64());
    }
    const auto& compared = compared_[table.name];
    Statement row(database_, fmt::format("{} WHERE id = :id", ledger_table(table.name).select));
    for (const auto number : ids) {
      if (compared.contains(number)) continue;
      row.bind(":id", number);
      if (!row.executeStep()) {
        throw Altered(fmt::format("{} {}, to which scan {} refers, was deleted", table.name, number, last));
      }
      wanted.add(table.name, number, base::to_hex(row_sha256(row)));
      row.reset();
    }
  }
  const auto found = wanted.ids();
  require_in_ledger(database_, wanted, newest_entry);
  for (const auto& [table, ids] : found) compared_[table].insert(ids.begin(), ids.end());
}

void require_cas_of_decisions(SQLite::Database& database) {
  Statement missing(database, "SELECT ca_id FROM disposition WHERE ca_id NOT IN (SELECT id FROM ca)");
  if (missing.executeStep()) throw Altered(fmt::format("ca {} was deleted", missing.getColumn(0).getInt64()));
  WantedRows wanted;
  Statement row(database, fmt::format("{} WHERE id IN (SELECT ca_id FROM disposition)", ledger_table("ca").select));
  while (row.executeStep()) wanted.add("ca", row.getColumn(0).getInt64(), base::to_hex(row_sha256(row)));
  if (wanted.empty()) return;
  // The first scan of a CA is one of its changes.
  Statement first_scans(database, R"(
      SELECT seq, body FROM ledger WHERE kind = 'scan_finished' AND seq IN (
        SELECT seq FROM ledger_scan WHERE scan_id IN (
          SELECT min(scan_id) FROM ca_change WHERE ca_id IN (SELECT ca_id FROM disposition) GROUP BY ca_id)))");
  find_rows(database, wanted, first_scans);
  require_in_ledger(database, wanted, ledger_head(database).seq);
}

void RecordedScans::require_derived_since(std::int64_t first) {
  // MATERIALIZED: the rest of the query accesses these rows by CA.
  Statement row(database_, R"(
      WITH listed AS MATERIALIZED (
             SELECT ca_id, max(scan_id) AS scan_id, ca_identity_id FROM observation WHERE scan_id >= :first
             GROUP BY ca_id),
           read AS MATERIALIZED (
             SELECT ca_id, max(scan_id) AS scan_id, reading_id FROM observation
             WHERE scan_id >= :first AND reading_id IS NOT NULL GROUP BY ca_id)
      SELECT ca.id
      FROM ca LEFT JOIN listed ON listed.ca_id = ca.id LEFT JOIN read ON read.ca_id = ca.id
           LEFT JOIN ca_latest AS latest ON latest.ca_id = ca.id
      WHERE latest.ca_id IS NULL
         OR iif(listed.ca_id IS NULL, latest.scan_id >= :first,
                latest.scan_id <> listed.scan_id OR latest.ca_identity_id <> listed.ca_identity_id
                  OR (SELECT ca_identity_id FROM ca_change WHERE ca_change.ca_id = ca.id
                      ORDER BY scan_id DESC LIMIT 1) IS NOT listed.ca_identity_id)
         OR iif(read.ca_id IS NULL, ifnull(latest.read_scan_id >= :first, FALSE),
                latest.read_scan_id IS NOT read.scan_id OR latest.reading_id IS NOT read.reading_id
                  OR (SELECT outcome FROM ca_change JOIN reading ON reading.id = reading_id
                      WHERE ca_change.ca_id = ca.id ORDER BY scan_id DESC LIMIT 1)
                     IS NOT (SELECT outcome FROM reading WHERE id = read.reading_id))
      LIMIT 1)");
  row.bind(":first", first);
  if (row.executeStep()) {
    throw Altered(
        fmt::format("what it says of the last observation of CA number {} is not what scan {} and later ones "
                    "observed",
                    row.getColumn(0).getInt64(), first));
  }
  require_totals(first, INT64_MAX);
}

void RecordedScans::require_totals_until(std::int64_t last) {
  if (last == INT64_MAX) {
    require_totals(require_newest(), last);
    return;
  }
  require_until(last);
  require_totals(complete_scan_until(database_, last), last);
}

void RecordedScans::require_totals(std::int64_t first, std::int64_t last) {
  Statement row(database_, R"(
      SELECT scan.id
      FROM scan LEFT JOIN scan_total AS total ON total.scan_id = scan.id
      WHERE scan.id BETWEEN :first AND :last
        AND iif(state = 'running', total.scan_id IS NOT NULL,
                (observed, enforced, not_enforced, not_exposed, unknown) IS NOT
                (SELECT count(*), count(*) FILTER (WHERE outcome = 'enforced'),
                        count(*) FILTER (WHERE outcome = 'not-enforced'),
                        count(*) FILTER (WHERE outcome = 'not-exposed'), count(*) FILTER (WHERE outcome = 'unknown')
                 FROM observation LEFT JOIN reading ON reading.id = reading_id WHERE scan_id = scan.id))
      LIMIT 1)");
  row.bind(":first", first);
  row.bind(":last", last);
  if (row.executeStep()) throw other_totals(row.getColumn(0).getInt64());
}

Altered other_totals(std::int64_t scan) {
  return Altered(fmt::format("the totals of scan {} are not those of its observations", scan));
}

}  // namespace casweep::store
