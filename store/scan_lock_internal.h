// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

#include "base/stop_signal.h"
#include "store/history.h"

namespace casweep::store {

/// Takes the lock beside `file`, waiting if necessary (History::lock_for_scan). Closing the descriptor releases it.
/// LOCK_UN must not be used: it would also release it for the other processes that share it, such as the parent. Throws
/// StoreError.
[[nodiscard]] base::FileDescriptor take_scan_lock(const std::filesystem::path& file,
                                                  const std::function<void(int pid)>& waits_for, base::StopSignal stop);

enum class LockState {
  free,
  held,
  unknown,  ///< this account may not open the lock file
};

/// Whether a process holds that lock.
[[nodiscard]] LockState scan_lock_state(const std::filesystem::path& file);

}  // namespace casweep::store
