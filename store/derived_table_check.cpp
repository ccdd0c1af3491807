// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/derived_table_check_internal.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "store/ledger_rows_internal.h"
#include "store/row_internal.h"

namespace casweep::store {
namespace {

class DerivedTableCheck {
 public:
  DerivedTableCheck(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages)
      : database_(database), recorded_(recorded), damages_(damages) {}

  void run() {
    check_ledger_scan();
    check_changes();
    check_first_uses();
  }

 private:
  /// A row of ca_change: its previous_scan_id, ca_identity_id and reading_id. Numbers, or NULL as text.
  using Change = std::array<std::string, 3>;
  using ChangesByScanAndCa = std::map<std::pair<std::int64_t, std::int64_t>, Change>;

  /// A row of ca_latest, in the same way.
  struct Latest {
    std::int64_t scan;
    std::string identity;
    std::string read_scan{};
    std::string reading{};

    bool operator==(const Latest&) const = default;
  };
  using LatestByCa = std::map<std::int64_t, Latest>;

  void check_ledger_scan() {
    std::set<std::pair<std::int64_t, std::int64_t>> missing;
    for (const auto& [scan, entries] : recorded_.scans) {
      for (const auto& entry : entries) missing.emplace(scan, entry.seq);
    }
    Row row(database_, "SELECT scan_id, seq FROM ledger_scan");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      const auto seq = row.getColumn(1).getInt64();
      if (missing.erase({scan, seq}) > 0) continue;
      damages_.add(
          {.table = "ledger_scan", .row = seq, .scan = scan, .what = "names an entry that is not about the scan"});
    }
    for (const auto& [scan, seq] : missing) {
      damages_.add(
          {.table = "ledger_scan", .row = seq, .scan = scan, .what = "does not name the entry about the scan"});
    }
  }

  /// No timeline would show a change that ca_change lacks.
  void check_changes() {
    LatestByCa latest_of_ca;
    const auto expected = expected_changes(latest_of_ca);
    check_latest(latest_of_ca);
    ChangesByScanAndCa changes;
    Row row(database_, "SELECT scan_id, ca_id, previous_scan_id, ca_identity_id, reading_id FROM ca_change");
    while (row.executeStep()) {
      changes[{row.getColumn(0).getInt64(), row.getColumn(1).getInt64()}] = {
          row.getColumn(2).getString(), row.getColumn(3).getString(), row.getColumn(4).getString()};
    }
    for (const auto& [place, change] : expected) {
      const auto found = changes.find(place);
      if (found == changes.end()) {
        add_change(place, "lacks a change that the observations show");
      } else if (found->second != change) {
        add_change(place, "misstates a change that the observations show");
      }
    }
    for (const auto& [place, change] : changes) {
      if (!expected.contains(place)) add_change(place, "states a change that the observations do not show");
    }
  }

  void check_latest(const LatestByCa& expected) {
    LatestByCa latest;
    Row row(database_, "SELECT ca_id, scan_id, ca_identity_id, read_scan_id, reading_id FROM ca_latest");
    while (row.executeStep()) {
      latest[row.getColumn(0).getInt64()] = {.scan = row.getColumn(1).getInt64(),
                                             .identity = row.getColumn(2).getString(),
                                             .read_scan = row.getColumn(3).getString(),
                                             .reading = row.getColumn(4).getString()};
    }
    for (const auto& [ca, last] : expected) {
      if (!latest.contains(ca) || latest[ca] != last) add_latest(ca, "is not the last observation");
    }
    for (const auto& [ca, last] : latest) {
      if (!expected.contains(ca)) add_latest(ca, "is of a CA that was never observed");
    }
  }

  void add_latest(std::int64_t ca, std::string what) {
    damages_.add({.table = "ca_latest", .row = ca, .ca = name_of_ca(database_, ca), .what = std::move(what)});
  }

  void add_change(const std::pair<std::int64_t, std::int64_t>& place, std::string what) {
    damages_.add({.table = "ca_change",
                  .scan = place.first,
                  .ca = name_of_ca(database_, place.second),
                  .what = std::move(what)});
  }

  /// Walks through the observations once, in their order in the file: reading them by CA would take a page for each.
  /// Fills `last_of_ca` with what the last observation of each CA says.
  ChangesByScanAndCa expected_changes(LatestByCa& last_of_ca) {
    std::set<std::int64_t> complete_scans;
    Row complete(database_, "SELECT id FROM scan WHERE state = 'complete'");
    while (complete.executeStep()) complete_scans.insert(complete.getColumn(0).getInt64());
    std::map<std::string, std::string> verdicts{{"", ""}};
    Row reading(database_, "SELECT id, outcome FROM reading");
    while (reading.executeStep()) verdicts[reading.getColumn(0).getString()] = reading.getColumn(1).getString();

    ChangesByScanAndCa changes;
    Row row(database_, "SELECT scan_id, ca_id, ca_identity_id, reading_id FROM observation ORDER BY scan_id, ca_id");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      const auto ca = row.getColumn(1).getInt64();
      const auto identity = row.getColumn(2).getString();
      const auto reading_id = row.getColumn(3).getString();
      const auto& verdict = verdicts[reading_id];
      note_use("ca", ca, scan);
      note_use("ca_identity", row.getColumn(2).getInt64(), scan);
      if (!reading_id.empty()) note_use("reading", row.getColumn(3).getInt64(), scan);
      const auto [found, first] = last_of_ca.try_emplace(ca, Latest{.scan = scan, .identity = identity});
      auto& last = found->second;
      const auto complete_since = complete_scans.upper_bound(last.scan);
      const bool was_missing = complete_since != complete_scans.end() && *complete_since < scan;
      if (first || last.identity != identity || was_missing ||
          (!verdict.empty() && verdicts[last.reading] != verdict)) {
        changes[{scan, ca}] = {first ? "" : std::to_string(last.scan), identity, reading_id};
      }
      last.scan = scan;
      last.identity = identity;
      if (reading_id.empty()) continue;
      last.read_scan = std::to_string(scan);
      last.reading = reading_id;
    }
    return changes;
  }

  void note_use(std::string_view table, std::int64_t row, std::int64_t scan) {
    first_use_[table].try_emplace(row, scan);
  }

  /// A CA, an identity or a reading in the entry of a scan that was not the first to use it was put there for a later
  /// scan to find.
  void check_first_uses() {
    for (const auto& table : ledger_tables()) {
      const auto used = first_use_.find(table.name);
      if (used == first_use_.end()) continue;
      for (const auto& [id, row] : recorded_.rows_of(table.name)) {
        const auto scan = recorded_.scan_of_entry.find(row.seq);
        const auto first = used->second.find(id);
        const bool is_own =
            scan != recorded_.scan_of_entry.end() && first != used->second.end() && first->second == scan->second;
        if (!is_own) {
          damages_.add_row(table.name, id, fmt::format("is in ledger entry {}, whose scan did not need it", row.seq));
        }
      }
    }
  }

  SQLite::Database& database_;
  const RecordedHistory& recorded_;
  DamageList& damages_;
  std::map<std::string_view, std::map<std::int64_t, std::int64_t>> first_use_;  // scan by table and id
};

}  // namespace

void check_derived_tables(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages) {
  DerivedTableCheck(database, recorded, damages).run();
}

}  // namespace casweep::store
