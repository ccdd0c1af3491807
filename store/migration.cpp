// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "store/migration_internal.h"
#include "store/scan_ledger_internal.h"

namespace casweep::store {
namespace {

constexpr int first_version_with_ledger = 2;

constexpr auto files = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "schema.inc"
});

/// "0003_disposition.sql" makes version 3.
Migration migration_of(const std::pair<std::string_view, std::string_view>& file) {
  Migration migration{.version = 0, .name = file.first, .sql = file.second};
  std::from_chars(file.first.data(), file.first.data() + file.first.size(), migration.version);
  return migration;
}

int version_of(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

}  // namespace

std::span<const Migration> embedded_migrations() {
  static const auto migrations = [] {
    std::array<Migration, files.size()> all{};
    std::ranges::transform(files, all.begin(), migration_of);
    return all;
  }();
  return migrations;
}

int newest_version() { return embedded_migrations().back().version; }

void migrate(SQLite::Database& database, const std::function<void(int version)>& before) {
  if (version_of(database) >= newest_version()) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = version_of(database);
  if (version >= newest_version()) return;  // another process was first
  before(version);
  for (const auto& migration : embedded_migrations()) {
    if (migration.version > version) database.exec(std::string{migration.sql});
  }
  database.exec(fmt::format("PRAGMA user_version = {}", newest_version()));
  if (version < first_version_with_ledger) {
    begin_ledger(database, assess::now());
  }
  transaction.commit();
}

}  // namespace casweep::store
