// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/derived_table_check_internal.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "assess/reason.h"
#include "store/row_internal.h"

namespace casweep::store {
namespace {

class DerivedTableCheck {
 public:
  DerivedTableCheck(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages)
      : database_(database), recorded_(recorded), damages_(damages) {}

  void run() {
    check_ledger_scan();
    const auto expected = read_observations();
    check_latest(expected.latest);
    check_changes(expected.changes);
    check_totals(expected.totals);
    check_first_uses();
  }

 private:
  /// A row of ca_change.
  struct Change {
    std::optional<std::int64_t> previous_scan{};
    std::int64_t identity = 0;
    std::optional<std::int64_t> reading{};

    bool operator==(const Change&) const = default;
  };
  using ChangesByScanAndCa = std::map<std::pair<std::int64_t, std::int64_t>, Change>;

  /// A row of ca_latest.
  struct Latest {
    std::int64_t scan = 0;
    std::int64_t identity = 0;
    std::optional<std::int64_t> read_scan{};
    std::optional<std::int64_t> reading{};

    bool operator==(const Latest&) const = default;
  };
  using LatestByCa = std::map<std::int64_t, Latest>;

  /// A row of scan_total.
  struct Totals {
    std::int64_t observed = 0;
    std::int64_t enforced = 0;
    std::int64_t not_enforced = 0;
    std::int64_t not_exposed = 0;
    std::int64_t unknown = 0;

    bool operator==(const Totals&) const = default;
  };
  using TotalsByScan = std::map<std::int64_t, Totals>;

  /// What the tables have to hold.
  struct Expected {
    ChangesByScanAndCa changes{};
    LatestByCa latest{};
    TotalsByScan totals{};
  };

  using ScanOfRow = std::unordered_map<std::int64_t, std::int64_t>;  // by id
  using Verdict = std::optional<assess::Verdict>;                    // nullopt: no reading, or none that exists

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
  void check_changes(const ChangesByScanAndCa& expected) {
    ChangesByScanAndCa changes;
    Row row(database_, "SELECT scan_id, ca_id, previous_scan_id, ca_identity_id, reading_id FROM ca_change");
    while (row.executeStep()) {
      changes[{row.getColumn(0).getInt64(), row.getColumn(1).getInt64()}] = {
          .previous_scan = number_in(row, 2), .identity = row.getColumn(3).getInt64(), .reading = number_in(row, 4)};
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

  void check_totals(const TotalsByScan& expected) {
    std::set<std::int64_t> missing;
    Row ended(database_, "SELECT id FROM scan WHERE state <> 'running'");
    while (ended.executeStep()) missing.insert(ended.getColumn(0).getInt64());
    Row row(database_, "SELECT scan_id, observed, enforced, not_enforced, not_exposed, unknown FROM scan_total");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      if (missing.erase(scan) == 0) {
        add_total(scan, "is of a scan that did not end");
        continue;
      }
      const Totals totals{.observed = row.getColumn(1).getInt64(),
                          .enforced = row.getColumn(2).getInt64(),
                          .not_enforced = row.getColumn(3).getInt64(),
                          .not_exposed = row.getColumn(4).getInt64(),
                          .unknown = row.getColumn(5).getInt64()};
      const auto found = expected.find(scan);
      if (totals != (found == expected.end() ? Totals{} : found->second)) {
        add_total(scan, "does not count what the observations show");
      }
    }
    for (const auto scan : missing) add_total(scan, "is missing");
  }

  void check_latest(const LatestByCa& expected) {
    LatestByCa latest;
    Row row(database_, "SELECT ca_id, scan_id, ca_identity_id, read_scan_id, reading_id FROM ca_latest");
    while (row.executeStep()) {
      latest[row.getColumn(0).getInt64()] = {.scan = row.getColumn(1).getInt64(),
                                             .identity = row.getColumn(2).getInt64(),
                                             .read_scan = number_in(row, 3),
                                             .reading = number_in(row, 4)};
    }
    for (const auto& [ca, last] : expected) {
      if (!latest.contains(ca) || latest[ca] != last) add_latest(ca, "is not the last observation");
    }
    for (const auto& [ca, last] : latest) {
      if (!expected.contains(ca)) add_latest(ca, "is of a CA that was never observed");
    }
  }

  void add_total(std::int64_t scan, std::string what) {
    damages_.add({.table = "scan_total", .row = scan, .scan = scan, .what = std::move(what)});
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

  std::unordered_map<std::int64_t, Verdict> select_verdicts() {
    std::unordered_map<std::int64_t, Verdict> verdicts;
    Row reading(database_, "SELECT id, outcome FROM reading");
    while (reading.executeStep()) {
      verdicts[reading.getColumn(0).getInt64()] = assess::verdict_of_word(reading.getColumn(1).getString());
    }
    return verdicts;
  }

  /// Walks through the observations once, in their order in the file: reading them by CA would take a page for each.
  Expected read_observations() {
    std::set<std::int64_t> complete_scans;
    Row complete(database_, "SELECT id FROM scan WHERE state = 'complete'");
    while (complete.executeStep()) complete_scans.insert(complete.getColumn(0).getInt64());
    const auto verdicts = select_verdicts();
    const auto verdict_of = [&](std::optional<std::int64_t> reading) {
      const auto found = reading ? verdicts.find(*reading) : verdicts.end();
      return found == verdicts.end() ? Verdict{} : found->second;
    };

    Expected expected;
    std::int64_t complete_before = 0;  // the newest complete scan before the observed one
    auto next_complete = complete_scans.begin();
    Row row(database_, "SELECT scan_id, ca_id, ca_identity_id, reading_id FROM observation ORDER BY scan_id, ca_id");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      const auto ca = row.getColumn(1).getInt64();
      const auto identity = row.getColumn(2).getInt64();
      const auto reading = number_in(row, 3);
      for (; next_complete != complete_scans.end() && *next_complete < scan; ++next_complete) {
        complete_before = *next_complete;
      }
      first_use_of_ca_.try_emplace(ca, scan);
      first_use_of_identity_.try_emplace(identity, scan);
      if (reading) first_use_of_reading_.try_emplace(*reading, scan);

      const auto verdict = verdict_of(reading);
      count(expected.totals[scan], verdict);
      const auto [found, first] = expected.latest.try_emplace(ca, Latest{.scan = scan, .identity = identity});
      auto& last = found->second;
      const bool was_missing = complete_before > last.scan;
      if (first || last.identity != identity || was_missing || (verdict && verdict_of(last.reading) != verdict)) {
        expected.changes[{scan, ca}] = {
            .previous_scan = first ? std::nullopt : std::optional{last.scan}, .identity = identity, .reading = reading};
      }
      last.scan = scan;
      last.identity = identity;
      if (!reading) continue;
      last.read_scan = scan;
      last.reading = reading;
    }
    return expected;
  }

  static void count(Totals& totals, Verdict verdict) {
    ++totals.observed;
    if (!verdict) return;
    switch (*verdict) {
      case assess::Verdict::unknown:
        ++totals.unknown;
        break;
      case assess::Verdict::enforced:
        ++totals.enforced;
        break;
      case assess::Verdict::not_enforced:
        ++totals.not_enforced;
        break;
      case assess::Verdict::not_exposed:
        ++totals.not_exposed;
        break;
    }
  }

  /// A CA, an identity or a reading in the entry of a scan that was not the first to use it was put there for a later
  /// scan to find.
  void check_first_uses() {
    check_first_uses_of("ca", first_use_of_ca_);
    check_first_uses_of("ca_identity", first_use_of_identity_);
    check_first_uses_of("reading", first_use_of_reading_);
  }

  void check_first_uses_of(std::string_view table, const ScanOfRow& used) {
    for (const auto& [id, row] : recorded_.rows_of(table)) {
      const auto scan = recorded_.scan_of_entry.find(row.seq);
      const auto first = used.find(id);
      const bool is_own = scan != recorded_.scan_of_entry.end() && first != used.end() && first->second == scan->second;
      if (!is_own) {
        damages_.add_row(table, id, fmt::format("is in ledger entry {}, whose scan did not need it", row.seq));
      }
    }
  }

  SQLite::Database& database_;
  const RecordedHistory& recorded_;
  DamageList& damages_;
  ScanOfRow first_use_of_ca_;
  ScanOfRow first_use_of_identity_;
  ScanOfRow first_use_of_reading_;
};

}  // namespace

void check_derived_tables(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages) {
  DerivedTableCheck(database, recorded, damages).run();
}

}  // namespace casweep::store
