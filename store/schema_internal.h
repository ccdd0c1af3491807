// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/migration_internal.h"

namespace casweep::store {

/// A table, index, view or trigger: what sqlite_schema holds of it.
struct SchemaObject {
  std::string type;
  std::string name;
  std::string table;
  std::string sql;  ///< empty for the index of a UNIQUE or PRIMARY KEY

  auto operator<=>(const SchemaObject&) const = default;
};

/// The schema that casweep makes at `version`, sorted.
[[nodiscard]] std::vector<SchemaObject> schema_of_version(int version, Migrations migrations = embedded_migrations());

/// Where the schema of a file differs from the one that casweep makes.
struct SchemaDifference {
  std::string table;  ///< or the object itself, if it belongs to none; foreign text
  std::string what;   ///< "has a trigger x that casweep did not make"
  bool of_a_table;    ///< a table is missing or differs: what is read from it means nothing
};

/// Compares what `database` holds with the schema of `version`, object by object: type, name, table and text. The
/// tables that ANALYZE makes are allowed. Executes nothing that it finds.
[[nodiscard]] std::vector<SchemaDifference> schema_differences(SQLite::Database& database, int version,
                                                               Migrations migrations = embedded_migrations());

/// Foreign text, shortened for use in a sentence.
[[nodiscard]] std::string shortened(const std::string& name);

/// Whether `database` has the layout of an unreleased version of casweep that called itself 1.
[[nodiscard]] bool has_unreleased_layout(SQLite::Database& database);

}  // namespace casweep::store
