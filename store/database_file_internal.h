// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/stop_signal.h"
#include "store/connection_internal.h"
#include "store/migration_internal.h"
#include "store/store_error.h"

namespace casweep::store {

/// Chooses the journal mode: write-ahead log (WAL), but none on a network. While another process uses the log of a
/// database on a network, the log stays.
void choose_journal(SQLite::Database& database, bool on_network);

/// Opens or creates `file` for writing: a history with exactly the schema that casweep makes, migrated to the newest
/// version. Before a migration the file is copied to FILE.backup-vVERSION-TIME. `stop`: see Connection.
[[nodiscard]] Connection open_for_writing(const std::filesystem::path& file,
                                          Migrations migrations = embedded_migrations(), base::StopSignal stop = {});

/// Throws StoreError if open_for_writing() would fail because of `file` or the rights of this user. Creates, changes
/// and migrates nothing. False: there is no file yet.
bool require_openable(const std::filesystem::path& file, Migrations migrations = embedded_migrations());

/// Opens `file` for reading: a history with exactly the newest schema. It does not change, except that an older one is
/// migrated if this user may write it.
[[nodiscard]] Connection open_for_reading(const std::filesystem::path& file,
                                          Migrations migrations = embedded_migrations(), base::StopSignal stop = {});

/// The same for a file whose schema may differ from that of its version; the caller has to compare them.
[[nodiscard]] Connection open_for_check(const std::filesystem::path& file, base::StopSignal stop = {});

/// Throws StoreError (altered) unless `database` has the schema that casweep makes at `version`.
void require_schema(SQLite::Database& database, const std::filesystem::path& file, int version = newest_version(),
                    Migrations migrations = embedded_migrations());

/// Makes the folder of `file` (0700) and those above it, as far as they are missing. Throws StoreError.
void make_folder_of(const std::filesystem::path& file);

/// Whether other machines may write there too (NFS, SMB and others), by the type that statfs(2) returns. SQLite's
/// write-ahead log is shared through memory and must not lie there.
[[nodiscard]] bool is_network_file_system(std::int64_t type);

/// What an SQLite error means for the history in `file`; `system_errno` is 0 if it is not known.
[[nodiscard]] StoreError store_error(const std::filesystem::path& file, const SQLite::Exception& error,
                                     int system_errno = 0);

/// The same for what `database` threw.
[[nodiscard]] StoreError store_error(const std::filesystem::path& file, const Connection& database,
                                     const SQLite::Exception& error);

[[nodiscard]] StoreError damaged(const std::filesystem::path& file, std::string_view what);

[[nodiscard]] StoreError altered(const std::filesystem::path& file, std::string_view what);

/// errno behind the last I/O error of `database`; 0 if it is not known.
[[nodiscard]] int system_errno_of(const SQLite::Database& database);

}  // namespace casweep::store
