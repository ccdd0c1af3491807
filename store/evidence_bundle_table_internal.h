// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/evidence_bundle.h"

namespace casweep::store {

/// The one made last; nullopt: none was.
[[nodiscard]] std::optional<history::EvidenceBundle> select_last_evidence_bundle(SQLite::Database& database);

void insert_evidence_bundle(SQLite::Database& database, const history::EvidenceBundle& bundle);

}  // namespace casweep::store
