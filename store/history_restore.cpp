// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_restore.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

#include "base/instant.h"
#include "base/published_file.h"
#include "store/database_file_internal.h"
#include "store/history_backup.h"
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

/// nullopt: nothing that the backup lacks. A damaged history loses nothing that could be named.
std::optional<RestoreLoss> loss_of(const fs::path& file, const HistoryCheck& backup, base::StopSignal stop) {
  try {
    const HistoryCheck current = check_history(file, backup.head.hash, {}, stop);
    if (!current.noted_entry) return RestoreLoss{};
    if (current.entries_since.empty()) return std::nullopt;
    return RestoreLoss{.is_earlier = true, .entries = current.entries_since};
  } catch (const StoreError& error) {
    if (error.kind() == Kind::damaged || error.kind() == Kind::not_a_database) return std::nullopt;
    if (error.kind() == Kind::newer || error.kind() == Kind::altered) return RestoreLoss{};
    throw;
  }
}

/// Copies `backup` to `copy`.
HistoryCheck checked_copy(const fs::path& backup, const fs::path& copy, base::StopSignal stop) {
  try {
    return back_up_history(backup, copy, base::Existing::keep, stop);
  } catch (const StoreError& error) {
    if (error.kind() == Kind::disk_full) {
      throw StoreError(Kind::disk_full, fmt::format("There is no room beside the history for a copy of {}: make room.",
                                                    backup.string()));
    }
    if (error.kind() != Kind::damaged) throw;
    throw StoreError(Kind::damaged,
                     fmt::format("The backup {0} is damaged and was not restored: 'casweep db check --db "
                                 "{0}' says where.",
                                 backup.string()));
  }
}

/// Keeps all others from the history while it is replaced. Its write-ahead log would be taken for that of the new file,
/// so there must be none.
class OnlyUser {
 public:
  explicit OnlyUser(const fs::path& file) {
    try {
      database_.emplace(file, fs::absolute(file).string(), SQLite::OPEN_READWRITE);
      const bool alone = database_->execAndGet("PRAGMA journal_mode=DELETE").getString() == "delete";
      if (!alone) throw in_use(file);
      database_->exec("BEGIN EXCLUSIVE");
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

/// Gives the copy the owner and the mode of `file`, or of its folder: another account may scan into it.
void take_over_access(const fs::path& copy, const fs::path& file) {
  struct ::stat status {};
  const bool exists = ::stat(file.c_str(), &status) == 0;
  if (!exists && ::stat(fs::absolute(file).parent_path().c_str(), &status) != 0) return;
  const bool same_owner = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
  if (!same_owner && ::chown(copy.c_str(), status.st_uid, status.st_gid) != 0) {
    throw cannot_restore(file, {errno, std::generic_category()});
  }
  if (exists) ::chmod(copy.c_str(), status.st_mode & 0660U);
}

/// Gives the history in `file` the name that is returned, in addition to its own.
fs::path keep(const fs::path& file) {
  const auto now = std::chrono::floor<std::chrono::seconds>(base::now());
  const fs::path kept = fmt::format("{}.replaced-{:%Y%m%dT%H%M%SZ}", file.string(), now);
  std::error_code error;
  fs::create_hard_link(file, kept, error);
  if (error) throw cannot_restore(file, error);
  for (const auto* ending : {"-wal", "-journal"}) {
    fs::path log = file;
    log += ending;
    if (!fs::exists(log, error)) continue;
    fs::path kept_log = kept;
    fs::rename(log, kept_log += ending, error);
    if (error) throw cannot_restore(file, error);
  }
  return kept;
}

}  // namespace

Restored restore_history(const fs::path& backup, const fs::path& file,
                         const std::function<void(const RestoreLoss&)>& loses,
                         const std::function<void(int pid)>& waits_for, base::StopSignal stop) {
  std::error_code error;
  if (fs::equivalent(backup, file, error)) {
    throw StoreError(Kind::cannot_open, fmt::format("{} is the history itself: name a backup.", backup.string()));
  }
  if (!fs::exists(backup, error)) {
    throw StoreError(Kind::cannot_open, fmt::format("There is no backup {}.", backup.string()));
  }
  make_folder_of(file);
  const auto lock = take_scan_lock(file, waits_for, stop);
  const fs::path copy = base::temporary_name_beside(file);
  Restored restored{.check = checked_copy(backup, copy, stop)};
  try {
    std::optional<OnlyUser> only_user;
    if (fs::exists(file)) {
      if (const auto loss = loss_of(file, restored.check, stop)) loses(*loss);
      only_user.emplace(file);
      restored.replaced = keep(file);
    }
    take_over_access(copy, file);
    fs::rename(copy, file, error);
    if (error) throw cannot_restore(file, error);
  } catch (...) {
    fs::remove(copy, error);
    throw;
  }
  base::sync_name_of(file);
  return restored;
}

}  // namespace casweep::store
