// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/stop_signal.h"
#include "store/history_check.h"

namespace casweep::store {

/// What the history has that its backup lacks.
struct RestoreLoss {
  bool is_earlier = false;                       ///< the backup is an earlier state of this history
  std::map<std::string, std::size_t> entries{};  ///< of the ledger since then, by kind; only if `is_earlier`
};

/// What a restore did.
struct Restored {
  HistoryCheck check;                ///< of the backup
  std::filesystem::path replaced{};  ///< where the replaced history is kept; empty: there was none
};

/// Makes `file` a copy of `backup`, which has to pass check_history(), while no scan runs: holds the scan lock, for
/// which it waits as History::lock_for_scan() does. What was in `file` stays beside it as FILE.replaced-TIME. Calls
/// `loses` before that, if something would be lost; what it throws ends the restore. Throws StoreError, also while
/// another process uses the history, and with `busy` once `stop` is raised; `file` is unchanged then.
[[nodiscard]] Restored restore_history(const std::filesystem::path& backup, const std::filesystem::path& file,
                                       const std::function<void(const RestoreLoss&)>& loses,
                                       const std::function<void(int pid)>& waits_for, base::StopSignal stop = {});

}  // namespace casweep::store
