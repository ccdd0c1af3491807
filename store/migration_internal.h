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

/// Every step there is, lowest version first. The last one's version is the newest.
using Migrations = std::span<const Migration>;

/// schema/store/NNNN_*.sql, embedded at build.
[[nodiscard]] Migrations embedded_migrations();

[[nodiscard]] int newest_version(Migrations migrations = embedded_migrations());

/// Brings `database` to the newest version, in one transaction that takes all the steps it lacks. `before` is called in
/// that transaction with the version it has; if it throws, the database stays as it is. Any number of processes may do
/// so at once.
void migrate(
    SQLite::Database& database, const std::function<void(int version)>& before = [](int) {},
    Migrations migrations = embedded_migrations());

}  // namespace casweep::store
