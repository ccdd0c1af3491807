// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <string>

#include "store/migration_internal.h"

namespace casweep::store {
namespace {

int version_of(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

}  // namespace

int newest_version() { return embedded_migrations().back().version; }

void migrate(SQLite::Database& database) {
  for (const auto& migration : embedded_migrations()) {
    if (version_of(database) >= migration.version) continue;
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    if (version_of(database) >= migration.version) continue;  // another process was first
    database.exec(std::string{migration.sql});
    database.exec(fmt::format("PRAGMA user_version = {}", migration.version));
    transaction.commit();
  }
}

}  // namespace casweep::store
