// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/chain_check_internal.h"
#include "store/damage_list_internal.h"

namespace casweep::store {

/// Every row of ledger_tables() is what the ledger recorded, and what the hash of its content says.
void check_rows(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages);

}  // namespace casweep::store
