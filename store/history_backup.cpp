// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_backup.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "store/database_file_internal.h"
#include "store/history_backup_internal.h"
#include "store/store_error.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

StoreError cannot_write(const fs::path& backup, int error_number, std::string_view otherwise = "") {
  const bool full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return {full ? Kind::disk_full : Kind::cannot_open,
          fmt::format("The backup {} cannot be written ({}): {}.", backup.string(),
                      error_number != 0 ? std::generic_category().message(error_number) : std::string{otherwise},
                      full ? "make room, or choose another place" : "choose another place")};
}

base::PublishedFile create(const fs::path& backup) {
  auto file = base::PublishedFile::create(fs::absolute(backup), base::Readers::owner);
  if (!file) throw cannot_write(backup, file.error());
  return *std::move(file);
}

StoreError stopped(const fs::path& backup) {
  return {Kind::busy, fmt::format("Stopped copying the history: {} was not created.", backup.string())};
}

/// Lets a signal end a long statement.
class StopWhenRaised {
 public:
  StopWhenRaised(SQLite::Database& database, base::StopSignal stop) : database_(database), stop_(stop) {
    constexpr int some = 10'000;  // instructions of SQLite's machine, some milliseconds
    sqlite3_progress_handler(database_.getHandle(), some, is_raised, this);
  }
  StopWhenRaised(const StopWhenRaised&) = delete;
  StopWhenRaised& operator=(const StopWhenRaised&) = delete;
  ~StopWhenRaised() { sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr); }

 private:
  static int is_raised(void* self) { return static_cast<const StopWhenRaised*>(self)->stop_.is_raised() ? 1 : 0; }

  SQLite::Database& database_;
  base::StopSignal stop_;
};

StoreError kept(const fs::path& backup) {
  return {Kind::cannot_open, fmt::format("{} already exists: --force replaces it.", backup.string())};
}

/// Refuses to replace the history itself, its other files, or a database in use, whose log would be taken for that of
/// the new file.
void require_replaceable(const fs::path& file, const fs::path& backup, base::Existing existing) {
  std::error_code error;
  const auto refuse = [&](std::string_view why) {
    return StoreError(Kind::cannot_open,
                      fmt::format("{} {} (not overwritten): choose another file.", backup.string(), why));
  };
  for (const fs::path& taken : files_of_history(file)) {
    if (fs::weakly_canonical(fs::absolute(backup), error) == taken) throw refuse("belongs to the history itself");
  }
  const bool has_log = fs::exists(backup.string() + "-wal", error) || fs::exists(backup.string() + "-journal", error);
  struct ::stat status {};
  if (::lstat(backup.c_str(), &status) != 0) {
    if (has_log) throw refuse("has the log of another database beside it");
    return;
  }
  if (!S_ISREG(status.st_mode)) throw refuse("is not a regular file");
  if (fs::equivalent(file, backup, error)) throw refuse("is the history itself");  // by another link
  if (existing == base::Existing::keep) throw kept(backup);
  if (has_log) throw refuse("is a database in use");
}

/// Writes all that `source` holds into `file`, which becomes `copy`.
void write_copy(SQLite::Database& source, const base::PublishedFile& file, const fs::path& copy,
                base::StopSignal stop) {
  const StopWhenRaised stop_statement(source, stop);
  try {
    // A page to which several others refer would be copied once for each of them.
    const auto finding = source.execAndGet("PRAGMA quick_check(1)").getString();
    if (finding != "ok") throw damaged(source.getFilename(), finding);
    SQLite::Statement vacuum(source, "VACUUM INTO :copy");  // accepts a file that exists if it is empty
    vacuum.bind(":copy", file.temporary_name().string());
    vacuum.exec();
  } catch (const SQLite::Exception& error) {
    const int code = error.getErrorCode() & 0xFF;
    if (code == SQLITE_INTERRUPT) throw stopped(copy);
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_BUSY) {  // of what is read
      throw store_error(source.getFilename(), error);
    }
    throw cannot_write(copy, code == SQLITE_FULL ? ENOSPC : system_errno_of(source), error.what());
  }
}

void publish(base::PublishedFile& file, const fs::path& backup, base::Existing existing) {
  const auto published = file.publish(existing);
  if (!published) throw published.error() == EEXIST ? kept(backup) : cannot_write(backup, published.error());
}

}  // namespace

std::vector<fs::path> files_of_history(const fs::path& file) {
  std::error_code error;
  const fs::path itself = fs::weakly_canonical(fs::absolute(file), error);
  std::vector<fs::path> files;
  for (const auto* ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
    fs::path beside = itself;
    files.push_back(beside += ending);
  }
  return files;
}

void copy_database(SQLite::Database& source, const fs::path& copy, base::StopSignal stop) {
  auto file = create(copy);
  write_copy(source, file, copy, stop);
  publish(file, copy, base::Existing::keep);
}

HistoryCheck back_up_history(const fs::path& file, const fs::path& backup, base::Existing existing,
                             base::StopSignal stop) {
  auto history = open_for_reading(file, embedded_migrations(), stop);
  require_replaceable(file, backup, existing);

  auto copy = create(backup);
  write_copy(history, copy, backup, stop);
  auto check = check_history(copy.temporary_name(), {}, {}, stop);
  if (!check.agrees()) {
    throw StoreError(Kind::damaged, fmt::format("The history {} does not agree with its ledger and was not backed up: "
                                                "'casweep db check' says where; to keep it as evidence, copy the file "
                                                "itself.",
                                                file.string()));
  }
  if (stop.is_raised()) throw stopped(backup);
  publish(copy, backup, existing);
  return check;
}

}  // namespace casweep::store
