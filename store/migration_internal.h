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

/// schema/NNNN_*.sql, embedded at build, lowest first.
[[nodiscard]] std::span<const Migration> embedded_migrations();

[[nodiscard]] int newest_version();

/// Brings `database` to the newest version, in one transaction: all steps it has not taken, and the ledger's first
/// entries if it had none. `before` is called in that transaction with the version it has, and by what it throws keeps
/// it. Any number of processes may do so at once.
void migrate(
    SQLite::Database& database, const std::function<void(int version)>& before = [](int) {});

}  // namespace casweep::store
