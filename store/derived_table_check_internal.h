// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/chain_check_internal.h"
#include "store/damage_list_internal.h"

namespace casweep::store {

/// ledger_scan, ca_latest, ca_change and scan_total hold exactly what their triggers in schema/store/0001_history.sql
/// write, and every row that a scan recorded as new was first used by that scan.
void check_derived_tables(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages);

}  // namespace casweep::store
