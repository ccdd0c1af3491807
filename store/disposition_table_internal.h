// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/instant.h"
#include "base/object_guid.h"
#include "history/decision.h"

namespace casweep::store {

/// All decisions, or those about one CA (its number in the history), oldest first.
[[nodiscard]] std::vector<history::Decision> select_decisions(SQLite::Database& database,
                                                              std::optional<std::int64_t> ca = {});

using DecisionsByCa = std::map<base::ObjectGuid, std::vector<history::Decision>>;

/// All decisions that were made at `last` or before.
[[nodiscard]] DecisionsByCa select_decisions_by_ca(SQLite::Database& database, base::Instant last);

[[nodiscard]] std::span<const history::Decision> decisions_about(const DecisionsByCa& decisions,
                                                                 const base::ObjectGuid& ca);

/// Records a decision about a CA that the history knows.
void insert_decision(SQLite::Database& database, const history::Decision& decision);

}  // namespace casweep::store
