// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/chain_check_internal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "store/ledger_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/schema_internal.h"

namespace casweep::store {
namespace {

using nlohmann::ordered_json;

class ChainCheck {
 public:
  ChainCheck(const std::string& noted_head, HistoryCheck& result, DamageList& damages)
      : noted_head_(noted_head), result_(result), damages_(damages) {}

  RecordedHistory run(SQLite::Database& database) {
    if (noted_head_ == history::LedgerHead::no_entry) result_.noted_entry = 0;
    visit_ledger(database, [this](const history::LedgerEntry& entry) { check_entry(entry); });
    check_noted_head();
    return std::move(recorded_);
  }

 private:
  struct BegunScan {
    std::string uuid;
    bool ended = false;
  };

  void check_entry(const history::LedgerEntry& entry) {
    const auto& last = result_.head;
    if (entry.seq != last.seq + 1) {
      damages_.add_entry(entry.seq, fmt::format("follows entry {}: the entries between them were removed", last.seq));
    } else if (entry.prev != last.hash) {
      damages_.add_entry(entry.seq, fmt::format("was not written after entry {} as it is now", last.seq));
    }
    if (history::ledger_hash(entry) != entry.hash) {
      damages_.add_entry(entry.seq, "was changed or moved: its hash is not that of its content");
    }
    const auto kind = ledger_kind_of_word(entry.kind);
    if (!kind) damages_.add_entry(entry.seq, "is of a kind that casweep does not write");
    if (result_.noted_entry) ++result_.entries_since[std::string(kind ? word_of(*kind) : "")];
    if (entry.hash == noted_head_) result_.noted_entry = entry.seq;
    try {
      take_facts(entry.seq, kind, ordered_json::parse(entry.body));
    } catch (const ordered_json::exception&) {
      damages_.add_entry(entry.seq, "has a body that casweep did not write");
    }
    ++result_.ledger_entries;
    result_.head = {.seq = entry.seq, .hash = entry.hash};
  }

  void take_facts(std::int64_t seq, std::optional<LedgerKind> kind, ordered_json body) {
    const auto all_rows = body.contains("rows") ? std::move(body["rows"]) : ordered_json::object();
    const bool of_a_scan = kind == LedgerKind::scan_started || kind == LedgerKind::scan_finished;
    if (kind && of_a_scan != body.contains("scan")) {
      damages_.add_entry(seq, of_a_scan ? "does not name its scan" : "is about a scan, which no entry of its kind is");
    }
    // Moved, never copied: copying a body that an attacker nested a million deep would overflow the stack.
    if (body.contains("scan")) {
      const auto scan = body.at("scan").get<std::int64_t>();
      if (kind) check_order(seq, *kind, scan, body.at("uuid").get<std::string>());
      recorded_.scan_of_entry[seq] = scan;
      recorded_.scans[scan].push_back({seq, std::move(body)});
    }
    take_rows(seq, kind, all_rows);
  }

  /// A scan begins and ends once each, and no other entry is about it.
  void check_order(std::int64_t seq, LedgerKind kind, std::int64_t scan, const std::string& uuid) {
    const auto found = begun_.find(scan);
    if (kind == LedgerKind::scan_started) {
      if (found != begun_.end()) damages_.add_entry(seq, fmt::format("begins scan {}, which had already begun", scan));
      begun_.try_emplace(scan, BegunScan{.uuid = uuid});
      return;
    }
    if (found == begun_.end() || found->second.uuid != uuid) {
      damages_.add_entry(seq, fmt::format("ends scan {}, which no entry before it begins", scan));
    } else if (found->second.ended) {
      damages_.add_entry(seq, fmt::format("ends scan {}, which had already ended", scan));
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
        damages_.add_entry(
            seq, fmt::format("records rows of the table {}, which no entry of its kind does", shortened(table)));
      }
      count += rows.size();
      for (const auto& row : rows) {
        const auto id = row.at(0).get<std::int64_t>();
        const auto [before, first] =
            recorded_.rows[table].try_emplace(id, RecordedHistory::RecordedRow{seq, row.at(1).get<std::string>()});
        if (!first) {
          damages_.add(
              {.table = table,
               .row = id,
               .what = fmt::format("was recorded twice, in ledger entries {} and {}: the first content is lost",
                                   before->second.seq, seq)});
        }
      }
    }
    const bool of_one_row = kind == LedgerKind::decision || kind == LedgerKind::evidence_bundle;
    if (of_one_row && count != 1) {
      damages_.add_entry(seq, fmt::format("records {} rows instead of one", count));
    }
  }

  void check_noted_head() {
    if (noted_head_.empty() || result_.noted_entry) return;
    damages_.add(
        {.table = "ledger",
         .what = fmt::format("has no entry with the noted head {}: it was truncated or rewritten", noted_head_)});
  }

  const std::string& noted_head_;
  HistoryCheck& result_;
  DamageList& damages_;
  RecordedHistory recorded_;
  std::map<std::int64_t, BegunScan> begun_;  // by scan
};

}  // namespace

const RecordedHistory::RowsById& RecordedHistory::rows_of(std::string_view table) const {
  static const RowsById none;
  const auto found = rows.find(table);
  return found == rows.end() ? none : found->second;
}

RecordedHistory check_chain(SQLite::Database& database, const std::string& noted_head, HistoryCheck& result,
                            DamageList& damages) {
  return ChainCheck(noted_head, result, damages).run(database);
}

}  // namespace casweep::store
