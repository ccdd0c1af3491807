// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "store/database_file_internal.h"
#include "store/ledger_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/migration_internal.h"
#include "store/row_internal.h"
#include "store/row_writer_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/schema_internal.h"

namespace casweep::store {
namespace {

using nlohmann::ordered_json;

/// The digits of each observation's SHA-256, by ca.id, as facts_of_ended_scan() has them. Throws
/// nlohmann::json::exception for what it never made.
std::map<std::int64_t, std::string> digits_by_ca(const ordered_json& observations) {
  const auto& digits = observations.at("digits").get_ref<const std::string&>();
  std::map<std::int64_t, std::string> by_ca;
  std::size_t position = 0;
  for (const auto& range : observations.at("cas")) {
    const auto last = range.at(1).get<std::int64_t>();
    // Whatever a range claims, there are no more than there are digits.
    for (auto ca = range.at(0).get<std::int64_t>(); position < digits.size(); ++ca) {
      by_ca[ca] = digits.substr(position, observation_digits);
      position += observation_digits;
      if (ca >= last) break;
    }
  }
  return by_ca;
}

class Checker {
 public:
  Checker(Connection& database, const std::string& noted_head, const CheckProgress& progress)
      : database_(database), noted_head_(noted_head), progress_(progress) {}

  HistoryCheck run() {
    try {
      const SQLite::Transaction one_moment(database_);
      if (!check_schema()) return std::move(result_);
      check_structure();
      result_.scans = count_of("scan");
      result_.observations = count_of("observation");
      check_references();
      walk_ledger();
      check_noted_head();
      check_tables();
      check_scans();
      check_ledger_scan();
      check_changes();
      check_first_uses();
      check_last_numbers();
    } catch (const SQLite::Exception& error) {
      if (database_.is_interrupted()) throw;
      add({.table = {},
           .what = fmt::format("not all of it can be read ({}); this is as far as the check came", error.what())});
    }
    return std::move(result_);
  }

 private:
  /// What a ledger entry says of a row, or of a scan.
  struct RecordedRow {
    std::int64_t seq;
    std::string sha256;
  };
  struct RecordedScan {
    std::int64_t seq;
    ordered_json facts;
  };

  struct BegunScan {
    std::string uuid;
    bool ended = false;
  };

  void add(Damage damage) {
    if (++result_.damage_count <= described_damages) result_.damages.push_back(std::move(damage));
  }

  /// Not by count(*), which SQLite does not interrupt.
  std::size_t count_of(std::string_view table) {
    return static_cast<std::size_t>(
        database_.execAndGet(fmt::format("SELECT ifnull(sum(1), 0) FROM {}", table)).getInt64());
  }

  void check_structure() {
    Row finding(database_, "PRAGMA integrity_check");
    while (finding.executeStep()) {
      auto what = finding.getColumn(0).getString();
      if (what != "ok") add({.table = {}, .what = "SQLite finds in it: " + std::move(what)});
    }
  }

  /// One line for all rows of a table that lack what they refer to: a row that is gone can leave thousands of them, and
  /// is named by what the ledger says of it.
  void check_references() {
    std::map<std::pair<std::string, std::string>, std::vector<std::optional<std::int64_t>>> orphans;
    Row finding(database_, "PRAGMA foreign_key_check");
    while (finding.executeStep()) {
      const auto row = finding.getColumn(1);
      orphans[{finding.getColumn(0).getString(), finding.getColumn(2).getString()}].push_back(
          row.isNull() ? std::nullopt : std::optional{row.getInt64()});
    }
    for (const auto& [tables, rows] : orphans) {
      const bool one = rows.size() == 1;
      add({.table = tables.first,
           .row = one ? rows.front() : std::nullopt,
           .what = one ? fmt::format("refers to a row of the table {} that is not there", tables.second)
                       : fmt::format("has {} rows that refer to rows of the table {} that are not there", rows.size(),
                                     tables.second)});
    }
  }

  /// Whoever wants to change what triggers and constraints protect removes those first. Whether what is read from the
  /// tables means anything.
  bool check_schema() {
    bool own_tables = true;
    for (auto& difference : schema_differences(database_, newest_version())) {
      own_tables = own_tables && !difference.of_a_table;
      add({.table = std::move(difference.table), .what = std::move(difference.what)});
    }
    if (!own_tables) add({.table = {}, .what = "nothing else in it was checked, as its tables are not casweep's"});
    return own_tables;
  }

  void walk_ledger() {
    if (noted_head_ == history::LedgerHead::no_entry) result_.noted_entry = 0;
    visit_ledger(database_, [this](const history::LedgerEntry& entry) { walk_entry(entry); });
  }

  void walk_entry(const history::LedgerEntry& entry) {
    const auto& last = result_.head;
    if (entry.seq != last.seq + 1) {
      add_entry(entry.seq, fmt::format("follows entry {}: what was between them was removed", last.seq));
    } else if (entry.prev != last.hash) {
      add_entry(entry.seq, fmt::format("was not written after entry {} as that is now", last.seq));
    }
    if (history::ledger_hash(entry) != entry.hash) {
      add_entry(entry.seq, "was changed or moved: its hash is not that of its content");
    }
    const auto kind = ledger_kind_of_word(entry.kind);
    if (!kind) add_entry(entry.seq, "is of a kind that casweep does not write");
    if (result_.noted_entry) ++result_.entries_since[std::string(kind ? word_of(*kind) : "")];
    if (entry.hash == noted_head_) result_.noted_entry = entry.seq;
    try {
      take_facts(entry.seq, kind, ordered_json::parse(entry.body));
    } catch (const ordered_json::exception&) {
      add_entry(entry.seq, "has a body that casweep did not write");
    }
    ++result_.ledger_entries;
    result_.head = {.seq = entry.seq, .hash = entry.hash};
  }

  void add_entry(std::int64_t seq, std::string what) { add({.table = "ledger", .row = seq, .what = std::move(what)}); }

  void take_facts(std::int64_t seq, std::optional<LedgerKind> kind, ordered_json body) {
    const auto all_rows = body.contains("rows") ? std::move(body["rows"]) : ordered_json::object();
    const bool of_a_scan = kind == LedgerKind::scan_started || kind == LedgerKind::scan_finished;
    if (kind && of_a_scan != body.contains("scan")) {
      add_entry(seq, of_a_scan ? "does not say of which scan" : "speaks of a scan, which no entry of its kind does");
    }
    // Moved, never copied: the copy of a body that somebody nested a million deep would not fit on the stack.
    if (body.contains("scan")) {
      const auto scan = body.at("scan").get<std::int64_t>();
      if (kind) check_order(seq, *kind, scan, body.at("uuid").get<std::string>());
      scan_of_entry_[seq] = scan;
      scans_[scan].push_back({seq, std::move(body)});
    }
    take_rows(seq, kind, all_rows);
  }

  /// A scan begins and ends once each, and nothing else speaks of it.
  void check_order(std::int64_t seq, LedgerKind kind, std::int64_t scan, const std::string& uuid) {
    const auto found = begun_.find(scan);
    if (kind == LedgerKind::scan_started) {
      if (found != begun_.end()) add_entry(seq, fmt::format("begins scan {}, which had begun before", scan));
      begun_.try_emplace(scan, BegunScan{.uuid = uuid});
      return;
    }
    if (found == begun_.end() || found->second.uuid != uuid) {
      add_entry(seq, fmt::format("ends scan {}, which no entry before it begins", scan));
    } else if (found->second.ended) {
      add_entry(seq, fmt::format("ends scan {}, which had ended before", scan));
    } else {
      found->second.ended = true;
    }
  }

  void take_rows(std::int64_t seq, std::optional<LedgerKind> kind, const ordered_json& all_rows) {
    std::size_t count = 0;
    for (const auto& [table, rows] : all_rows.items()) {
      const auto tables = ledger_tables();
      const auto known = std::ranges::find(tables, table, &LedgerTable::name);
      if (kind && (known == tables.end() || known->recorded_by != *kind)) {
        add_entry(seq, fmt::format("records rows of the table {}, which no entry of its kind does", shortened(table)));
      }
      count += rows.size();
      for (const auto& row : rows) {
        const auto id = row.at(0).get<std::int64_t>();
        const auto [recorded, first] = rows_[table].try_emplace(id, RecordedRow{seq, row.at(1).get<std::string>()});
        if (!first) {
          add({.table = table,
               .row = id,
               .what = fmt::format("was made twice, in ledger entries {} and {}: what was there first is gone",
                                   recorded->second.seq, seq)});
        }
      }
    }
    const bool of_one_row = kind == LedgerKind::decision || kind == LedgerKind::evidence_bundle;
    if (of_one_row && count != 1) add_entry(seq, fmt::format("records {} rows, and its kind records one", count));
  }

  void check_noted_head() {
    if (noted_head_.empty() || result_.noted_entry) return;
    add({.table = "ledger",
         .what = fmt::format("has no entry with the noted head {}: its end was cut off, or it was written anew",
                             noted_head_)});
  }

  void check_tables() {
    for (const auto& table : ledger_tables()) check_table(table, rows_[std::string{table.name}]);
  }

  void check_table(const LedgerTable& table, std::map<std::int64_t, RecordedRow> recorded) {
    Row row(database_, fmt::format("{} ORDER BY id", table.select));
    while (row.executeStep()) {
      const auto id = row.getColumn(0).getInt64();
      check_content(table, id, row);
      const auto found = recorded.find(id);
      if (found == recorded.end()) {
        add_row(table, id, "is in no ledger entry: it was inserted");
        continue;
      }
      if (base::to_hex(row_sha256(row)) != found->second.sha256) {
        add_row(table, id, fmt::format("was changed: it is not what ledger entry {} recorded", found->second.seq));
      }
      recorded.erase(found);
    }
    for (const auto& [id, missing] : recorded) {
      add_row(table, id, fmt::format("was deleted: ledger entry {} recorded it", missing.seq));
    }
  }

  /// A row that is found again by the hash of its content has to have that hash.
  void check_content(const LedgerTable& table, std::int64_t id, Row& row) {
    const bool is_of_row = column_of(row, "content_sha256").has_value();
    const auto hash = is_of_row ? column_of(row, "content_sha256") : column_of(row, "sha256");
    const auto der = column_of(row, "der");
    if (!hash || !(is_of_row || der)) return;
    const auto expected = is_of_row ? content_sha256(row) : base::sha256(octets_in(row, *der));
    if (octets_in(row, *hash) != expected) add_row(table, id, "does not have the content that its hash says");
  }

  static std::optional<int> column_of(Row& row, std::string_view name) {
    for (int column = 0; column < row.getColumnCount(); ++column) {
      if (row.getColumnName(column) == name) return column;
    }
    return std::nullopt;
  }

  void add_row(const LedgerTable& table, std::int64_t id, std::string what) {
    Damage damage{.table = std::string{table.name}, .row = id, .what = std::move(what)};
    if (result_.damage_count < described_damages) {  // looking for the place may take a walk through all observations
      Row place(database_, fmt::format("{} LIMIT 1", table.place));
      place.bind(":row", id);
      if (place.executeStep()) {
        if (!place.getColumn(0).isNull()) damage.scan = place.getColumn(0).getInt64();
        if (!place.getColumn(1).isNull()) damage.ca = name_of_ca(place.getColumn(1).getInt64());
      }
    }
    add(std::move(damage));
  }

  std::string name_of_ca(std::int64_t ca) {
    Row name(database_, R"(
        SELECT coalesce(display_name, common_name, object_guid) FROM ca LEFT JOIN ca_identity ON ca_id = ca.id
        WHERE ca.id = :ca ORDER BY ca_identity.id DESC LIMIT 1)");
    name.bind(":ca", ca);
    return name.executeStep() ? name.getColumn(0).getString() : fmt::format("CA number {}", ca);
  }

  void check_scans() {
    std::size_t done = 0;
    for (const auto& [scan, entries] : scans_) {
      try {
        check_scan(scan, entries);
      } catch (const ordered_json::exception&) {
        add_entry(entries.front().seq, "has a body that casweep did not write");
      }
      if (progress_) progress_(++done, scans_.size());
    }
    Row row(database_, "SELECT id FROM scan ORDER BY id");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      if (scans_.contains(scan)) continue;
      add({.table = "scan", .row = scan, .scan = scan, .what = "is in no ledger entry: it was inserted"});
    }
  }

  void check_scan(std::int64_t scan, const std::vector<RecordedScan>& entries) {
    const auto now = facts_of_ended_scan(database_, scan);
    bool ended = false;
    for (const auto& [seq, facts] : entries) {
      if (!facts.contains("scan_sha256")) continue;
      ended = true;
      compare_row("scan", scan, seq, facts.at("scan_sha256"), now.at("scan_sha256"));
      compare_row("listing", scan, seq, facts.at("listing_sha256"), now.at("listing_sha256"));
      if (facts.at("observations") != now.at("observations")) {
        compare_observations(scan, seq, facts.at("observations"), now.at("observations"));
      }
    }
    if (ended) return;

    const auto& [seq, facts] = entries.front();
    compare_row("scan", scan, seq, facts.at("begun_sha256"), facts_of_begun_scan(database_, scan).at("begun_sha256"));
    compare_row("listing", scan, seq, nullptr, now.at("listing_sha256"));
    for (const auto& [ca, digits] : digits_by_ca(now.at("observations"))) add_observation(scan, ca, seq, "inserted");
    Row state(database_, "SELECT state FROM scan WHERE id = :scan AND state <> 'running'");
    state.bind(":scan", scan);
    if (state.executeStep()) {
      add({.table = "scan",
           .row = scan,
           .scan = scan,
           .what = fmt::format("is {}, and no ledger entry says that it ended", state.getColumn(0).getString())});
    }
  }

  void compare_row(const char* table, std::int64_t scan, std::int64_t seq, const ordered_json& recorded,
                   const ordered_json& now) {
    if (recorded == now) return;
    auto what = recorded.is_null() ? fmt::format("was inserted: ledger entry {} recorded none", seq)
                : now.is_null()    ? fmt::format("was deleted: ledger entry {} recorded it", seq)
                                   : fmt::format("was changed: it is not what ledger entry {} recorded", seq);
    add({.table = table, .row = scan, .scan = scan, .what = std::move(what)});
  }

  void compare_observations(std::int64_t scan, std::int64_t seq, const ordered_json& recorded,
                            const ordered_json& now) {
    const auto before = result_.damage_count;
    const auto were = digits_by_ca(recorded);
    const auto are = digits_by_ca(now);
    for (const auto& [ca, digits] : were) {
      const auto found = are.find(ca);
      if (found == are.end()) {
        add_observation(scan, ca, seq, "deleted");
      } else if (found->second != digits) {
        add_observation(scan, ca, seq, "changed");
      }
    }
    for (const auto& [ca, digits] : are) {
      if (!were.contains(ca)) add_observation(scan, ca, seq, "inserted");
    }
    if (result_.damage_count != before) return;
    add({.table = "observation",
         .scan = scan,
         .what = fmt::format("one or more were changed: together they are not what ledger entry {} recorded", seq)});
  }

  void add_observation(std::int64_t scan, std::int64_t ca, std::int64_t seq, std::string_view what) {
    add({.table = "observation",
         .scan = scan,
         .ca = name_of_ca(ca),
         .what = fmt::format("was {}: ledger entry {} recorded {}", what, seq,
                             what == "inserted"  ? "none"
                             : what == "deleted" ? "it"
                                                 : "another")});
  }

  void check_ledger_scan() {
    std::set<std::pair<std::int64_t, std::int64_t>> missing;
    for (const auto& [scan, entries] : scans_) {
      for (const auto& entry : entries) missing.emplace(scan, entry.seq);
    }
    Row row(database_, "SELECT scan_id, seq FROM ledger_scan");
    while (row.executeStep()) {
      const auto scan = row.getColumn(0).getInt64();
      const auto seq = row.getColumn(1).getInt64();
      if (missing.erase({scan, seq}) > 0) continue;
      add({.table = "ledger_scan", .row = seq, .scan = scan, .what = "names an entry that does not speak of the scan"});
    }
    for (const auto& [scan, seq] : missing) {
      add({.table = "ledger_scan",
           .row = seq,
           .scan = scan,
           .what = "does not name the entry that speaks of the scan"});
    }
  }

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

  /// ca_change holds what its trigger in schema/store/0001_history.sql writes, no more and no less: a change that it
  /// lacks, no timeline would show.
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

  /// The same of ca_latest.
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
    add({.table = "ca_latest", .row = ca, .ca = name_of_ca(ca), .what = std::move(what)});
  }

  void add_change(const std::pair<std::int64_t, std::int64_t>& place, std::string what) {
    add({.table = "ca_change", .scan = place.first, .ca = name_of_ca(place.second), .what = std::move(what)});
  }

  /// In one walk in the order in which observations lie in the file; by CA it would be a page read each. At its end,
  /// `last_of_ca` is what each CA's last observation says.
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

  /// A CA, an identity or a reading that a scan recorded as new is one that it was the first to use: in the entry of
  /// another scan it was put there for a later scan to find.
  void check_first_uses() {
    for (const auto& table : ledger_tables()) {
      const auto used = first_use_.find(table.name);
      if (used == first_use_.end()) continue;
      for (const auto& [id, recorded] : rows_[std::string{table.name}]) {
        const auto scan = scan_of_entry_.find(recorded.seq);
        const auto first = used->second.find(id);
        const bool is_own =
            scan != scan_of_entry_.end() && first != used->second.end() && first->second == scan->second;
        if (!is_own) add_row(table, id, fmt::format("is in ledger entry {}, whose scan did not need it", recorded.seq));
      }
    }
  }

  /// In these tables a number is given once: if the newest row went with its ledger entries, it is still taken.
  void check_last_numbers() {
    for (const std::string table : {"scan", "disposition"}) {
      const auto newest = database_.execAndGet("SELECT ifnull(max(id), 0) FROM " + table).getInt64();
      const auto given =
          database_.execAndGet(fmt::format("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = '{}'", table))
              .getInt64();
      if (newest == given) continue;
      add({.table = table, .what = fmt::format("{} was the last number given, and the newest is {}", given, newest)});
    }
  }

  Connection& database_;
  const std::string& noted_head_;
  const CheckProgress& progress_;
  HistoryCheck result_;
  std::map<std::string, std::map<std::int64_t, RecordedRow>> rows_;  // by table and id
  std::map<std::int64_t, std::vector<RecordedScan>> scans_;
  std::map<std::int64_t, BegunScan> begun_;
  std::map<std::int64_t, std::int64_t> scan_of_entry_;
  std::map<std::string_view, std::map<std::int64_t, std::int64_t>> first_use_;  // by table and id
};

}  // namespace

HistoryCheck check_history(const std::filesystem::path& file, const std::string& noted_head,
                           const CheckProgress& progress, const volatile std::sig_atomic_t* interrupted) {
  auto database = open_for_check(file, interrupted);
  try {
    database.exec("PRAGMA cache_size = -65536");  // all of ten years' indexes, which it goes through more than once
    return Checker(database, noted_head, progress).run();
  } catch (const SQLite::Exception& error) {
    throw store_error(file, database, error);
  }
}

}  // namespace casweep::store
