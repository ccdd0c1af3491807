// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/chain_check_internal.h"
#include "store/damage_list_internal.h"

namespace casweep::store {

/// Every scan with its listing and its observations is what the ledger recorded.
void check_scans(SQLite::Database& database, const RecordedHistory& recorded, const CheckProgress& progress,
                 DamageList& damages);

}  // namespace casweep::store
