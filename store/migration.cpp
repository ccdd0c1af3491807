// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "store/migration_internal.h"

namespace casweep::store {
namespace {

constexpr auto files = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "schema.inc"
});

/// "0001_history.sql" makes version 1.
Migration migration_of(const std::pair<std::string_view, std::string_view>& file) {
  Migration migration{.version = 0, .name = file.first, .sql = file.second};
  std::from_chars(file.first.data(), file.first.data() + file.first.size(), migration.version);
  return migration;
}

int version_of(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

}  // namespace

Migrations embedded_migrations() {
  static const auto migrations = [] {
    std::array<Migration, files.size()> all{};
    std::ranges::transform(files, all.begin(), migration_of);
    return all;
  }();
  return migrations;
}

int newest_version(Migrations migrations) { return migrations.back().version; }

void migrate(SQLite::Database& database, const std::function<void(int version)>& before, Migrations migrations) {
  const int newest = newest_version(migrations);
  if (version_of(database) >= newest) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = version_of(database);
  if (version >= newest) return;  // another process did it
  before(version);
  for (const auto& migration : migrations) {
    if (migration.version > version) database.exec(std::string{migration.sql});
  }
  database.exec(fmt::format("PRAGMA user_version = {}", newest));
  transaction.commit();
}

}  // namespace casweep::store
