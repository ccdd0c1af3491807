// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "store/migration_internal.h"
#include "store/scan_ledger_internal.h"

namespace casweep::store {
namespace {

constexpr int first_version_with_ledger = 2;

int version_of(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

}  // namespace

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
    begin_ledger(database, std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }
  transaction.commit();
}

}  // namespace casweep::store
