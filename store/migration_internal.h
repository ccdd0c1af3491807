// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

/// Takes every step that `database` has not taken, each in a transaction of its own. Any number of processes may do so
/// at once.
void migrate(SQLite::Database& database);

}  // namespace casweep::store
