// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

namespace casweep::store {

/// One numbered step of the schema, as plain SQL.
struct Migration {
  int version;            ///< user_version after it
  std::string_view name;  ///< file name below schema/
  std::string_view sql;
};

/// All steps, lowest version first. The version of the last one is the newest.
using Migrations = std::span<const Migration>;

/// schema/store/NNNN_*.sql, embedded at build.
[[nodiscard]] Migrations embedded_migrations();

[[nodiscard]] int newest_version(Migrations migrations = embedded_migrations());

/// Migrates `database` to the newest version, in one transaction with all missing steps. `before` is called in that
/// transaction with the current version; if it throws, the database does not change. Several processes may do this at
/// the same time.
void migrate(
    SQLite::Database& database, const std::function<void(int version)>& before = [](int) {},
    Migrations migrations = embedded_migrations());

}  // namespace casweep::store
