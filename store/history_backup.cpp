// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "store/database_file_internal.h"
#include "store/history_backup_internal.h"
#include "store/publication.h"
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

/// A new file, gone at the end unless it was kept.
class NewFile {
 public:
  explicit NewFile(fs::path name)
      : name_(std::move(name)), fd_(::open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (fd_ < 0) throw cannot_write(name_, errno);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    ::close(fd_);
    if (!kept_) ::unlink(name_.c_str());
  }

  [[nodiscard]] const fs::path& name() const { return name_; }

  void keep() {
    if (::fsync(fd_) != 0) throw cannot_write(name_, errno);
    kept_ = true;
  }

 private:
  fs::path name_;
  int fd_;
  bool kept_ = false;
};

/// A file that somebody else may still need, gone at the end.
class TemporaryName {
 public:
  explicit TemporaryName(fs::path name) : name_(std::move(name)) {}
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName() { ::unlink(name_.c_str()); }

  [[nodiscard]] const fs::path& get() const { return name_; }

 private:
  fs::path name_;
};

StoreError stopped(const fs::path& backup) {
  return {Kind::busy, fmt::format("Stopped copying the history; there is no {}.", backup.string())};
}

/// Lets a signal end a long statement.
class StopWhenInterrupted {
 public:
  StopWhenInterrupted(SQLite::Database& database, const volatile std::sig_atomic_t* interrupted)
      : database_(database), interrupted_(interrupted) {
    constexpr int some = 10'000;  // instructions of SQLite's machine, some milliseconds
    if (interrupted_ != nullptr) sqlite3_progress_handler(database_.getHandle(), some, is_interrupted, this);
  }
  StopWhenInterrupted(const StopWhenInterrupted&) = delete;
  StopWhenInterrupted& operator=(const StopWhenInterrupted&) = delete;
  ~StopWhenInterrupted() { sqlite3_progress_handler(database_.getHandle(), 0, nullptr, nullptr); }

 private:
  static int is_interrupted(void* self) {
    return *static_cast<const StopWhenInterrupted*>(self)->interrupted_ != 0 ? 1 : 0;
  }

  SQLite::Database& database_;
  const volatile std::sig_atomic_t* interrupted_;
};

StoreError kept(const fs::path& backup) {
  return {Kind::cannot_open, fmt::format("{} is there already: --force replaces it.", backup.string())};
}

/// Never the history itself or what lies beside it, nor a database that somebody has open: its log would be taken for
/// the new file's.
void require_replaceable(const fs::path& file, const fs::path& backup, ExistingBackup existing) {
  std::error_code error;
  const auto refuse = [&](std::string_view why) {
    return StoreError(Kind::cannot_open,
                      fmt::format("{} {} and was left as it is: choose another file.", backup.string(), why));
  };
  for (const auto* ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
    const auto taken = fs::weakly_canonical(file, error) += ending;
    if (fs::weakly_canonical(backup, error) == taken) throw refuse("belongs to the history itself");
  }
  struct ::stat status {};
  if (::lstat(backup.c_str(), &status) != 0) return;
  if (!S_ISREG(status.st_mode)) throw refuse("is no regular file");
  if (fs::equivalent(file, backup, error)) throw refuse("is the history itself");  // by another link
  if (existing == ExistingBackup::keep) throw kept(backup);
  if (fs::exists(backup.string() + "-wal", error) || fs::exists(backup.string() + "-journal", error)) {
    throw refuse("is a database in use");
  }
}

}  // namespace

void copy_database(SQLite::Database& source, const fs::path& copy, const volatile std::sig_atomic_t* interrupted) {
  NewFile file(fs::absolute(copy));
  const StopWhenInterrupted stop(source, interrupted);
  try {
    // Pages that several others refer to would be copied once for each of these.
    const auto finding = source.execAndGet("PRAGMA quick_check(1)").getString();
    if (finding != "ok") throw damaged(source.getFilename(), finding);
    SQLite::Statement vacuum(source, "VACUUM INTO :copy");  // takes an empty file for none
    vacuum.bind(":copy", file.name().string());
    vacuum.exec();
  } catch (const SQLite::Exception& error) {
    const int code = error.getErrorCode() & 0xFF;
    if (code == SQLITE_INTERRUPT) throw stopped(copy);
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_BUSY) {  // of what is read
      throw store_error(source.getFilename(), error);
    }
    throw cannot_write(copy, system_errno_of(source), error.what());
  }
  file.keep();
}

HistoryCheck back_up_history(const fs::path& file, const fs::path& backup, ExistingBackup existing,
                             const volatile std::sig_atomic_t* interrupted) {
  auto history = open_for_reading(file, embedded_migrations(), interrupted);
  require_replaceable(file, backup, existing);

  const auto name = temporary_name_beside(fs::absolute(backup));
  if (::access(name.parent_path().c_str(), W_OK | X_OK) != 0) throw cannot_write(backup, errno);
  copy_database(history, name, interrupted);
  const TemporaryName copy(name);
  auto check = check_history(copy.get(), {}, {}, interrupted);
  if (!check.agrees()) {
    throw StoreError(Kind::damaged, fmt::format("The history {} does not agree with its ledger and was not backed up: "
                                                "'casweep db check' says where; to keep it as evidence, copy the file "
                                                "itself.",
                                                file.string()));
  }
  if (interrupted != nullptr && *interrupted != 0) throw stopped(backup);
  // link() never replaces: whoever made the file meanwhile keeps it.
  const bool made = existing == ExistingBackup::replace ? ::rename(copy.get().c_str(), backup.c_str()) == 0
                                                        : ::link(copy.get().c_str(), backup.c_str()) == 0;
  if (!made) throw errno == EEXIST ? kept(backup) : cannot_write(backup, errno);
  sync_name_of(fs::absolute(backup));
  return check;
}

}  // namespace casweep::store
