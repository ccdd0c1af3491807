// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/evidence_bundle.h"

namespace casweep::store {

/// The one made last; nullopt: none was.
[[nodiscard]] std::optional<EvidenceBundle> select_last_evidence_bundle(SQLite::Database& database);

void insert_evidence_bundle(SQLite::Database& database, const EvidenceBundle& bundle);

}  // namespace casweep::store
