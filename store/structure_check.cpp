// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/structure_check_internal.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/migration_internal.h"
#include "store/row_internal.h"
#include "store/schema_internal.h"

namespace casweep::store {

bool check_schema(SQLite::Database& database, DamageList& damages) {
  bool own_tables = true;
  for (auto& difference : schema_differences(database, newest_version())) {
    own_tables = own_tables && !difference.of_a_table;
    damages.add({.table = std::move(difference.table), .what = std::move(difference.what)});
  }
  if (!own_tables) {
    damages.add({.table = {}, .what = "nothing else was checked, because its tables are not casweep's"});
  }
  return own_tables;
}

void check_structure(SQLite::Database& database, DamageList& damages) {
  Row finding(database, "PRAGMA integrity_check");
  while (finding.executeStep()) {
    auto what = finding.getColumn(0).getString();
    if (what != "ok") damages.add({.table = {}, .what = "SQLite finds in it: " + std::move(what)});
  }
}

void check_references(SQLite::Database& database, DamageList& damages) {
  std::map<std::pair<std::string, std::string>, std::vector<std::optional<std::int64_t>>> orphans;
  Row finding(database, "PRAGMA foreign_key_check");
  while (finding.executeStep()) {
    const auto row = finding.getColumn(1);
    orphans[{finding.getColumn(0).getString(), finding.getColumn(2).getString()}].push_back(
        row.isNull() ? std::nullopt : std::optional{row.getInt64()});
  }
  // One line for all rows of a table that lack what they refer to: one deleted row can leave thousands of them, and is
  // named by what the ledger says of it.
  for (const auto& [tables, rows] : orphans) {
    const bool one = rows.size() == 1;
    damages.add({.table = tables.first,
                 .row = one ? rows.front() : std::nullopt,
                 .what = one ? fmt::format("refers to a missing row of the table {}", tables.second)
                             : fmt::format("has {} rows that refer to missing rows of the table {}", rows.size(),
                                           tables.second)});
  }
}

void check_last_numbers(SQLite::Database& database, DamageList& damages) {
  for (const std::string table : {"scan", "disposition"}) {
    const auto newest = database.execAndGet("SELECT ifnull(max(id), 0) FROM " + table).getInt64();
    const auto given =
        database.execAndGet(fmt::format("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = '{}'", table))
            .getInt64();
    if (newest == given) continue;
    damages.add(
        {.table = table, .what = fmt::format("the last number given was {}, but the newest row is {}", given, newest)});
  }
}

}  // namespace casweep::store
