// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/disposition.h"

namespace casweep::store {

/// All decisions, or those about one CA (its number in the history), oldest first.
[[nodiscard]] std::vector<history::Disposition> select_dispositions(SQLite::Database& database,
                                                                    std::optional<std::int64_t> ca = {});

/// Records a decision about a CA that the history knows.
void insert_disposition(SQLite::Database& database, const history::Disposition& disposition);

}  // namespace casweep::store
