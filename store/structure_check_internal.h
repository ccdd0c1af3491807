// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/damage_list_internal.h"

namespace casweep::store {

/// The schema is the one that casweep makes: rows can only be changed after the triggers and constraints that protect
/// them are removed. False if a table differs: what is read from the tables then means nothing.
[[nodiscard]] bool check_schema(SQLite::Database& database, DamageList& damages);

/// SQLite's own structures.
void check_structure(SQLite::Database& database, DamageList& damages);

/// Every row that another one refers to exists.
void check_references(SQLite::Database& database, DamageList& damages);

/// In some tables a number is given once: if the newest row was deleted with its ledger entries, it is still taken.
void check_last_numbers(SQLite::Database& database, DamageList& damages);

}  // namespace casweep::store
