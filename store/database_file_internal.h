// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/connection_internal.h"
#include "store/migration_internal.h"
#include "store/store_error.h"

namespace casweep::store {

/// Makes sure that a database is written in the way its place needs: without a log on a network. Where somebody reads
/// it through a log just now, that stays for this time.
void choose_journal(SQLite::Database& database, bool on_network);

/// Opens, or makes, `file` for writing: known to be ours, with the schema that casweep makes and no other, brought to
/// the newest one. Before an older one is, it is copied to FILE.backup-vVERSION-TIME. `interrupted`: see Connection.
[[nodiscard]] Connection open_for_writing(const std::filesystem::path& file,
                                          Migrations migrations = embedded_migrations(),
                                          const volatile std::sig_atomic_t* interrupted = nullptr);

/// Opens `file` for reading: known to be ours, with the newest schema and no other. Nothing in it changes, but that an
/// older one is brought up to date if this user may write it.
[[nodiscard]] Connection open_for_reading(const std::filesystem::path& file,
                                          Migrations migrations = embedded_migrations(),
                                          const volatile std::sig_atomic_t* interrupted = nullptr);

/// The same for a file whose schema may be another than that of its version, which the caller has to compare.
[[nodiscard]] Connection open_for_check(const std::filesystem::path& file,
                                        const volatile std::sig_atomic_t* interrupted = nullptr);

/// Throws StoreError (altered) unless `database` has the schema that casweep makes at `version`.
void require_schema(SQLite::Database& database, const std::filesystem::path& file, int version = newest_version(),
                    Migrations migrations = embedded_migrations());

/// Whether other machines may write there, too: NFS, SMB and their like, by the type that statfs(2) tells. A log of
/// SQLite's (WAL) is shared through memory and must not lie there.
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
