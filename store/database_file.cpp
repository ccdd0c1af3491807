// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <thread>

#include "store/database_file_internal.h"
#include "store/history_backup_internal.h"
#include "store/migration_internal.h"
#include "store/scan_lock_internal.h"
#include "store/schema_internal.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

constexpr int application_id = 0x43535750;  // "CSWP"
constexpr int busy_timeout_ms = 5000;
constexpr int network_timeout_ms = 60'000;

std::string text_of(int error_number) { return std::generic_category().message(error_number); }

StoreError disk_full(const fs::path& file) {
  return {Kind::disk_full,
          fmt::format("No space left for the history {}: free some space on its file system and scan again; "
                      "everything recorded before is kept.",
                      file.string())};
}

StoreError read_only(const fs::path& file) {
  return {Kind::read_only, fmt::format("The history {} cannot be written: make the file and its folder writable for "
                                       "this user, or choose another file.",
                                       file.string())};
}

/// What the errno of creating a file or a folder means for the operator.
StoreError cannot_make(const fs::path& file, const fs::path& made, int error_number) {
  if (error_number == ENOSPC || error_number == EDQUOT) return disk_full(file);
  const auto kind = error_number == EROFS ? Kind::read_only : Kind::cannot_open;
  return {kind,
          fmt::format("{} cannot be created for the history ({}): choose another file, or a folder that this user may "
                      "write.",
                      made.string(), text_of(error_number))};
}

/// Whether there is a history is not known.
StoreError cannot_enter(const fs::path& file, const std::error_code& error) {
  return {Kind::cannot_open, fmt::format("The history {} cannot be opened ({}): let this user enter its folder, or "
                                         "choose another file.",
                                         file.string(), error.message())};
}

void make_folder(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  if (folder.empty() || fs::is_directory(folder, error)) return;
  make_folder(file, folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw cannot_make(file, folder, errno);
}

bool has_content(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return !error && size > 0;
}

/// Creates an empty database. SQLite gives its -wal and -shm files the same mode.
void make_file(const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error)) return;
  for (const auto* ending : {"-wal", "-journal"}) {
    if (!has_content(file.string() + ending)) continue;
    if (fs::exists(file, error)) return;  // another process has made both in between
    throw StoreError(Kind::cannot_open,
                     fmt::format("There is no history {0}, but {0}{1}, which may hold recorded scans: move "
                                 "that file to where the history was moved, or choose another file.",
                                 file.string(), ending));
  }
  make_folder(file, file.parent_path());
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
  } else if (errno != EEXIST) {
    throw cannot_make(file, file, errno);
  }
}

/// SQLite needs the folder too, for its log. Without these rights it would open the file read-only, or give a less
/// helpful error.
bool is_writable(const fs::path& file) {
  const auto folder = fs::absolute(file).parent_path();
  return ::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0 &&
         ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0;
}

/// A pipe or a device would block or do worse.
void require_plain_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw StoreError(Kind::cannot_open, fmt::format("The history {} cannot be opened ({}): choose another file.",
                                                    file.string(), error ? error.message() : "it is not a plain file"));
  }
  // SQLite opens these as well.
  for (const auto* ending : {"-wal", "-shm", "-journal"}) {
    const fs::path beside = file.string() + ending;
    const auto status = fs::status(beside, error);
    if (!fs::exists(status) || fs::is_regular_file(status)) continue;
    throw StoreError(Kind::cannot_open,
                     fmt::format("The history {} cannot be opened: {} beside it is not a plain file; remove that.",
                                 file.string(), beside.filename().string()));
  }
}

std::int64_t pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt64();
}

/// Development builds before 0.1.0 numbered their schema 1 to 5. The step after schema 1 is therefore number 6.
constexpr int last_unreleased_version = 5;

StoreError unreleased(const fs::path& file, std::int64_t version) {
  return {Kind::newer,
          fmt::format("The history {} was written by an unreleased version of casweep (its schema {}), and "
                      "this version cannot read it: move the file away and start a new history, or read "
                      "it with the version that wrote it.",
                      file.string(), version)};
}

/// The schema version of a history; 0 for an empty database.
int schema_version(SQLite::Database& database, const fs::path& file, int newest) {
  const SQLite::Transaction one_moment(database);  // another process may be creating it
  const auto id = pragma(database, "application_id");
  const auto version = pragma(database, "user_version");
  const bool empty = database.execAndGet("SELECT NOT EXISTS (SELECT 1 FROM main.sqlite_schema)").getInt() != 0;
  if (id != application_id && !(id == 0 && version == 0 && empty)) {
    throw StoreError(Kind::not_ours, fmt::format("{} is the SQLite database of another program (not changed): choose "
                                                 "another file.",
                                                 file.string()));
  }
  if (version > newest) {
    if (version <= last_unreleased_version) throw unreleased(file, version);
    throw StoreError(Kind::newer,
                     fmt::format("The history {} was written by a later version of casweep (schema {}, this "
                                 "one knows {}): use that version, or choose another file.",
                                 file.string(), version, newest));
  }
  if (has_unreleased_layout(database)) throw unreleased(file, version);
  if (version < 0 || (version == 0 && !empty))
    throw altered(file, "it has tables, but its version says that it has none");
  return static_cast<int>(version);
}

/// SQLite gives some names (":memory:", "file:…") another meaning; an absolute path is always a path.
std::string plain_path(const fs::path& file) { return fs::absolute(file).string(); }

std::string immutable_uri(const fs::path& file) {
  std::string uri = "file:";
  for (const char c : plain_path(file)) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

StoreError error_of(const std::optional<Connection>& database, const fs::path& file, const SQLite::Exception& error) {
  return database ? store_error(file, *database, error) : store_error(file, error);
}

enum class SchemaOfFile { own, any };

/// nullopt: it does not have the tables of this version yet.
std::optional<Connection> open_and_check(const fs::path& file, const std::string& name, int flags,
                                         Migrations migrations, SchemaOfFile schema, QueryEnding ending) {
  std::optional<Connection> database;
  try {
    database.emplace(file, name, flags, ending);
    database->configure();
    const int version = schema_version(*database, file, newest_version(migrations));
    if (version == 0) {
      throw StoreError(Kind::cannot_open,
                       fmt::format("The history {} is empty: run 'casweep scan' with this file first.", file.string()));
    }
    if (version < newest_version(migrations)) return std::nullopt;
    if (schema == SchemaOfFile::own) require_schema(*database, file, version, migrations);
    return database;
  } catch (const SQLite::Exception& error) {
    throw error_of(database, file, error);
  }
}

bool lies_on_network(const fs::path& file) {
  struct statfs status {};
  return ::statfs(file.c_str(), &status) == 0 && is_network_file_system(status.f_type);
}

StoreError not_taken_back(const fs::path& file, std::string_view log) {
  return {Kind::read_only,
          fmt::format("The history {0} is in a read-only place and has a log that was not merged: copy "
                      "{0} and {0}{1} into a folder of your own.",
                      file.string(), log)};
}

std::optional<Connection> open_where_it_is(const fs::path& file, Migrations migrations, SchemaOfFile schema,
                                           QueryEnding ending) {
  const auto open = [&](const std::string& name, int flags) {
    return open_and_check(file, name, flags | SQLite::OPEN_NOMUTEX, migrations, schema, ending);
  };
  try {
    return open(plain_path(file), SQLite::OPEN_READONLY);
  } catch (const StoreError& first) {
    // Without a write-ahead log, an interrupted transaction has to be rolled back first, which only a writer can do.
    if (has_content(file.string() + "-journal")) {
      if (!is_writable(file)) throw not_taken_back(file, "-journal");
      (void)open(plain_path(file), SQLite::OPEN_READWRITE);
      return open(plain_path(file), SQLite::OPEN_READONLY);
    }
    // SQLite needs a -shm file beside a database in WAL mode, which a read-only or full file system cannot hold.
    // Without a log there is nothing to share: the file is complete, and no process writes it there.
    const bool no_place = first.kind() == Kind::cannot_open || first.kind() == Kind::read_only;
    if (!no_place && first.kind() != Kind::disk_full) throw;
    if (::access(file.c_str(), R_OK) != 0) throw;
    if (has_content(file.string() + "-wal")) throw not_taken_back(file, "-wal");
    return open(immutable_uri(file), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  }
}

/// A running scan of an earlier version would write rows that the new tables do not accept. A migration cannot be
/// undone, so the earlier file is kept as a copy.
void prepare_migration(const fs::path& file, int version, QueryEnding ending) {
  if (version == 0) return;
  if (scan_lock_state(file) == LockState::held) {
    throw StoreError(Kind::busy, fmt::format("The history {} has to be migrated, and a scan of an earlier version of "
                                             "casweep is writing it: try again when that scan is done.",
                                             file.string()));
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  Connection source(file, plain_path(file), SQLite::OPEN_READONLY, ending);
  copy_database(source, fmt::format("{}.backup-v{}-{:%Y%m%dT%H%M%SZ}", file.string(), version, now), ending.stop);
}

/// A history of this or an earlier version, with exactly the schema of that version, or an empty database.
void require_known_schema(Connection& database, const fs::path& file, Migrations migrations) {
  const int version = schema_version(database, file, newest_version(migrations));
  if (version > 0) require_schema(database, file, version, migrations);
}

Connection open_existing_file(const fs::path& file, Migrations migrations, SchemaOfFile schema, QueryEnding ending) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    if (error) throw cannot_enter(file, error);
    throw StoreError(Kind::cannot_open, fmt::format("No history at {}: 'casweep scan' creates one.", file.string()));
  }
  require_plain_file(file);
  if (auto database = open_where_it_is(file, migrations, schema, ending)) return *std::move(database);

  // A user who only reads must not lose the history because the program was upgraded.
  if (!is_writable(file)) {
    throw StoreError(Kind::read_only, fmt::format("The history {} was written by an earlier version of casweep and "
                                                  "cannot be migrated here: copy it, and its -wal file if there is "
                                                  "one, into a folder of your own and read the copy.",
                                                  file.string()));
  }
  (void)open_for_writing(file, migrations, ending.stop);
  if (auto database = open_where_it_is(file, migrations, schema, ending)) return *std::move(database);
  throw StoreError(Kind::busy,
                   fmt::format("The history {} was replaced while it was opened: try again.", file.string()));
}

}  // namespace

void make_folder_of(const fs::path& file) { make_folder(file, file.parent_path()); }

bool is_network_file_system(std::int64_t type) {
  // Of linux/magic.h and the kernel's own file systems: NFS, SMB, CIFS, SMB2, 9p, AFS, Ceph, Coda, FUSE (sshfs).
  constexpr std::array<std::int64_t, 9> types{0x6969,     0x517B,     0xFF534D42, 0xFE534D42, 0x01021997,
                                              0x5346414F, 0x00C36400, 0x73757245, 0x65735546};
  return std::ranges::find(types, type) != types.end();
}

void choose_journal(SQLite::Database& database, bool on_network) {
  if (!on_network) {
    // SQLite does not wait for another process that does the same with a new file.
    constexpr std::chrono::milliseconds moment{20};
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{busy_timeout_ms};
    while ((database.tryExec("PRAGMA journal_mode = WAL") & 0xFF) == SQLITE_BUSY &&
           std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(moment);
    }
    database.exec("PRAGMA journal_mode = WAL");
    return;
  }
  // A database in use keeps its log. This does not wait for it.
  database.setBusyTimeout(0);
  const bool without_log = database.tryExec("PRAGMA journal_mode = DELETE") == SQLITE_OK;
  // Without a log a reader and a writer wait for each other, for as long as a backup takes.
  database.setBusyTimeout(without_log ? network_timeout_ms : busy_timeout_ms);
}

Connection open_for_writing(const fs::path& file, Migrations migrations, base::StopSignal stop) {
  constexpr std::chrono::seconds time_to_record{10};
  make_file(file);
  require_plain_file(file);
  if (!is_writable(file)) throw read_only(file);
  const QueryEnding ending{.stop = stop, .grace = time_to_record};
  std::optional<Connection> database;
  try {
    database.emplace(file, plain_path(file), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, ending);
    database->configure();
    require_known_schema(*database, file, migrations);  // before anything is written
    choose_journal(*database, lies_on_network(file));
    migrate(
        *database,
        [&](int version) {
          if (version > 0) require_schema(*database, file, version, migrations);
          prepare_migration(file, version, ending);
        },
        migrations);
    require_known_schema(*database, file, migrations);
    return *std::move(database);
  } catch (const SQLite::Exception& error) {
    throw error_of(database, file, error);
  }
}

bool require_openable(const fs::path& file, Migrations migrations) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    auto folder = fs::absolute(file).parent_path();
    while (!fs::exists(folder, error) && folder != folder.parent_path()) folder = folder.parent_path();
    if (!fs::is_directory(folder, error)) throw cannot_make(file, file, ENOTDIR);
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) throw cannot_make(file, file, errno);
    return false;
  }
  require_plain_file(file);
  if (!is_writable(file)) throw read_only(file);
  // Only a writer can roll back an interrupted transaction, and a scan does.
  if (has_content(file.string() + "-journal")) return true;
  std::optional<Connection> database;
  try {
    database.emplace(file, plain_path(file), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
    database->configure();
    require_known_schema(*database, file, migrations);
  } catch (const SQLite::Exception& failure) {
    throw error_of(database, file, failure);
  }
  return true;
}

Connection open_for_reading(const fs::path& file, Migrations migrations, base::StopSignal stop) {
  return open_existing_file(file, migrations, SchemaOfFile::own, {.stop = stop});
}

Connection open_for_check(const fs::path& file, base::StopSignal stop) {
  return open_existing_file(file, embedded_migrations(), SchemaOfFile::any, {.stop = stop});
}

void require_schema(SQLite::Database& database, const fs::path& file, int version, Migrations migrations) {
  const auto differences = schema_differences(database, version, migrations);
  if (differences.empty()) return;
  const auto& first = differences.front();
  const auto more = differences.size() - 1;
  throw altered(file, fmt::format("in its schema, {} {}{}", first.table, first.what,
                                  more == 0 ? "" : fmt::format(", and {} more", more)));
}

int system_errno_of(const SQLite::Database& database) {
  auto* handle = database.getHandle();
  if (const int number = sqlite3_system_errno(handle); number != 0) return number;
  // SQLite does not ask for it when COMMIT fails, but the file that failed remembers: the log, or the database itself.
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK || file == nullptr) continue;
    int number = 0;
    if (file->pMethods != nullptr) file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    if (number != 0) return number;
  }
  return 0;
}

StoreError damaged(const fs::path& file, std::string_view what) {
  return {Kind::damaged,
          fmt::format("The history {0} is damaged ({1}): move it away, with {0}-wal and {0}-shm if they exist, and "
                      "restore a backup or start a new history.",
                      file.string(), what)};
}

StoreError altered(const fs::path& file, std::string_view what) {
  return {
      Kind::altered,
      fmt::format("The history {} is not to be trusted: {}. It is not what casweep wrote: keep the file as evidence, "
                  "see what 'casweep db check' finds, and restore a backup or start a new history.",
                  file.string(), what)};
}

StoreError store_error(const fs::path& file, const Connection& database, const SQLite::Exception& error) {
  if ((error.getErrorCode() & 0xFF) == SQLITE_INTERRUPT && database.is_interrupted()) {
    return {Kind::busy, fmt::format("Stopped while reading or writing the history {}.", file.string())};
  }
  return store_error(file, error, system_errno_of(database));
}

StoreError store_error(const fs::path& file, const SQLite::Exception& error, int system_errno) {
  if (const int code = error.getExtendedErrorCode();
      code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return damaged(file, fmt::format("it already holds what is to be recorded: {}", error.what()));
  }
  switch (error.getErrorCode() & 0xFF) {
    case SQLITE_INTERRUPT:
      return damaged(file, "it holds more rows than a file of its size can have");
    case SQLITE_TOOBIG:
      return damaged(file, "it holds a value that is larger than any that casweep writes");
    case SQLITE_FULL:
      return disk_full(file);
    case SQLITE_IOERR:
      // SQLite itself detects ENOSPC only; for the user a quota or a limit on file sizes means the same.
      if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) return disk_full(file);
      return {Kind::failed, fmt::format("The history {} could not be read or written ({}): check its disk, then try "
                                        "again.",
                                        file.string(), system_errno != 0 ? text_of(system_errno) : error.what())};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Kind::busy, fmt::format("The history {} is being written by another process: try again when it is done.",
                                      file.string())};
    case SQLITE_READONLY:
      return read_only(file);
    case SQLITE_NOTADB:
      return {Kind::not_a_database,
              fmt::format("{} is not a history (not changed): choose another file.", file.string())};
    case SQLITE_CORRUPT:
      return damaged(file, error.what());
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {Kind::cannot_open, fmt::format("The history {} cannot be opened ({}): check the permissions of the file "
                                             "and its folder, or choose another file.",
                                             file.string(), system_errno != 0 ? text_of(system_errno) : error.what())};
    default:
      return {Kind::failed,
              fmt::format("The history {} could not be used ({}): please report this; everything recorded "
                          "before is kept.",
                          file.string(), error.what())};
  }
}

}  // namespace casweep::store
