// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/stop_signal.h"

namespace casweep::store {

/// Makes `copy`, which must not exist yet: all that `source` holds, in one file (0600) that is on the disk when this
/// returns. Throws StoreError and leaves no file; `busy` once `stop` is raised. No statement of `source` may be
/// running.
void copy_database(SQLite::Database& source, const std::filesystem::path& copy, base::StopSignal stop = {});

}  // namespace casweep::store
