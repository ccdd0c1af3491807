// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/decision.h"

namespace casweep::store {

/// All decisions, or those about one CA (its number in the history), oldest first.
[[nodiscard]] std::vector<history::Decision> select_decisions(SQLite::Database& database,
                                                              std::optional<std::int64_t> ca = {});

/// Records a decision about a CA that the history knows.
void insert_decision(SQLite::Database& database, const history::Decision& decision);

}  // namespace casweep::store
