// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_restore.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/file_descriptor.h"
#include "base/instant.h"
#include "base/published_file.h"
#include "store/database_file_internal.h"
#include "store/history_backup.h"
#include "store/ledger_internal.h"
#include "store/scan_lock_internal.h"
#include "store/store_error.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

StoreError cannot_restore(const fs::path& file, const std::error_code& error) {
  return {Kind::cannot_open, fmt::format("The history {} cannot be replaced ({}): check the permissions of its folder.",
                                         file.string(), error.message())};
}

std::error_code last_error() { return {errno, std::generic_category()}; }

/// The history that is replaced, as it was compared with the backup.
struct Current {
  std::optional<history::LedgerHead> head{};  ///< nullopt: it is damaged
  std::optional<RestoreLoss> loss{};          ///< nullopt: it has nothing that the backup lacks
};

Current compared(const fs::path& file, const HistoryCheck& backup, base::StopSignal stop) {
  std::error_code error;
  if (fs::file_size(file, error) == 0 && !error) return {};
  try {
    const HistoryCheck check = check_history(file, backup.head.hash, {}, stop);
    Current current{.head = check.head};
    if (!check.noted_entry) {
      current.loss.emplace();
    } else if (!check.entries_since.empty()) {
      current.loss = RestoreLoss{.is_earlier = true, .entries = check.entries_since};
    }
    return current;
  } catch (const StoreError& failure) {
    switch (failure.kind()) {
      case Kind::damaged:
        return {};
      case Kind::newer:
      case Kind::altered:
      case Kind::not_a_database:
        return {.loss = RestoreLoss{}};
      default:
        throw;
    }
  }
}

/// Copies `backup` to `copy`. Errors name the backup, not the copy.
HistoryCheck checked_copy(const fs::path& backup, const fs::path& copy, const fs::path& file, base::StopSignal stop) {
  try {
    return back_up_history(backup, copy, base::Existing::keep, stop);
  } catch (const StoreError& error) {
    switch (error.kind()) {
      case Kind::busy:
        throw;
      case Kind::disk_full:
        throw StoreError(Kind::disk_full,
                         fmt::format("There is no room beside the history {} for a copy of {}: make room.",
                                     file.string(), backup.string()));
      case Kind::damaged:
        throw StoreError(Kind::damaged, fmt::format("The backup {0} is damaged and was not restored: 'casweep db check "
                                                    "--db {0}' says where.",
                                                    backup.string()));
      default:
        throw StoreError(error.kind(),
                         fmt::format("{} is not a backup that can be restored: 'casweep db check --db {}' says "
                                     "what is wrong with it.",
                                     backup.string(), backup.string()));
    }
  }
}

/// Keeps all others from the history while it is replaced. Its write-ahead log would be taken for that of the new file,
/// so there must be none.
class OnlyUser {
 public:
  OnlyUser(const fs::path& file, const std::optional<history::LedgerHead>& expected) {
    try {
      database_.emplace(file, file.string(), SQLite::OPEN_READWRITE);
      const bool alone = database_->execAndGet("PRAGMA journal_mode=DELETE").getString() == "delete";
      if (!alone) throw in_use(file);
      database_->exec("BEGIN EXCLUSIVE");
      if (expected && ledger_head(*database_) != *expected) throw in_use(file);
    } catch (const SQLite::Exception& error) {
      const int code = error.getErrorCode() & 0xFF;
      if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw in_use(file);
      if (code != SQLITE_NOTADB && code != SQLITE_CORRUPT) throw store_error(file, error);
      database_.reset();  // not usable as a database, so no process uses it
    }
  }

 private:
  static StoreError in_use(const fs::path& file) {
    return {Kind::busy, fmt::format("Another process uses the history {}: end it, then restore again.", file.string())};
  }

  std::optional<Connection> database_;
};

/// Gives the copy the access that the replaced file has, or, made by root, the owner of the folder: another account may
/// scan into it. Through a descriptor, because others may write to the folder.
void take_over_access(const fs::path& copy, const fs::path& file) {
  struct ::stat status {};
  const bool exists = ::stat(file.c_str(), &status) == 0;
  if (!exists && (::geteuid() != 0 || ::stat(file.parent_path().c_str(), &status) != 0)) return;
  const base::FileDescriptor opened(::open(copy.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened) throw cannot_restore(file, last_error());
  const bool is_ours = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
  if (!is_ours && ::fchown(opened.get(), status.st_uid, status.st_gid) != 0) throw cannot_restore(file, last_error());
  if (exists && ::fchmod(opened.get(), status.st_mode & 0666U) != 0) throw cannot_restore(file, last_error());
}

/// A name beside `file` that no file has.
fs::path name_to_keep(const fs::path& file) {
  const auto now = std::chrono::floor<std::chrono::seconds>(base::now());
  const std::string name = fmt::format("{}.replaced-{:%Y%m%dT%H%M%SZ}", file.string(), now);
  fs::path kept = name;
  std::error_code error;
  for (int number = 2; fs::exists(kept, error); ++number) kept = fmt::format("{}-{}", name, number);
  return kept;
}

/// Gives the history in `file`, if there is one, the name `kept` in addition to its own, and moves its logs there: they
/// would be taken for those of the new file. Returns whether there was anything.
bool keep(const fs::path& file, const fs::path& kept) {
  std::error_code error;
  const bool exists = fs::exists(file);
  if (exists) fs::create_hard_link(file, kept, error);
  if (error) throw cannot_restore(file, error);
  bool kept_any = exists;
  for (const auto* ending : {"-wal", "-journal"}) {
    fs::path log = file;
    log += ending;
    if (!fs::exists(log, error)) continue;
    fs::path kept_log = kept;
    fs::rename(log, kept_log += ending, error);
    if (error) throw cannot_restore(file, error);
    kept_any = true;
  }
  return kept_any;
}

/// The file itself, where links lead to it. Throws StoreError if it is there and no plain file.
fs::path plain_target(const fs::path& file) {
  std::error_code error;
  fs::path target = fs::weakly_canonical(fs::absolute(file), error);
  if (error) throw cannot_restore(file, error);
  const auto status = fs::symlink_status(target, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw StoreError(Kind::cannot_open, fmt::format("{} is not a plain file and was not replaced: name the file of a "
                                                    "history.",
                                                    file.string()));
  }
  return target;
}

void require_backup(const fs::path& backup, const fs::path& file) {
  std::error_code error;
  if (!fs::exists(backup, error)) {
    throw StoreError(Kind::cannot_open, fmt::format("There is no backup '{}'{}.", backup.string(),
                                                    error ? fmt::format(" ({})", error.message()) : ""));
  }
  if (fs::equivalent(backup, file, error)) {
    throw StoreError(Kind::cannot_open, fmt::format("{} is the history itself: name a backup.", backup.string()));
  }
}

}  // namespace

Restored restore_history(const fs::path& backup, const fs::path& file,
                         const std::function<void(const RestoreLoss&)>& loses,
                         const std::function<void(int pid)>& waits_for, base::StopSignal stop) {
  const fs::path target = plain_target(file);
  require_backup(backup, target);
  make_folder_of(target);
  const auto lock = take_scan_lock(target, waits_for, stop);
  const fs::path copy = base::temporary_name_beside(target);
  Restored restored{.check = checked_copy(backup, copy, file, stop)};
  std::error_code error;
  try {
    std::optional<OnlyUser> only_user;
    if (fs::exists(target)) {
      const Current current = compared(target, restored.check, stop);
      if (current.loss) loses(*current.loss);
      only_user.emplace(target, current.head);
    }
    take_over_access(copy, target);
    const fs::path kept = name_to_keep(target);
    if (keep(target, kept)) restored.replaced = kept;
    fs::rename(copy, target, error);
    if (error) throw cannot_restore(file, error);
  } catch (...) {
    fs::remove(copy, error);
    throw;
  }
  base::sync_name_of(target);
  return restored;
}

}  // namespace casweep::store
