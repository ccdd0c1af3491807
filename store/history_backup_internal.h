// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>

namespace casweep::store {

/// Makes `copy`, which must not be there yet: all that `source` holds, in one file (0600) that is on the disk when this
/// returns. Throws StoreError and leaves no file; `busy` once `*interrupted` is not 0. No statement of `source` may be
/// running.
void copy_database(SQLite::Database& source, const std::filesystem::path& copy,
                   const volatile std::sig_atomic_t* interrupted = nullptr);

}  // namespace casweep::store
