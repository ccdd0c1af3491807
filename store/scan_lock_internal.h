// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

#include "store/history.h"

namespace casweep::store {

/// Takes the lock beside `file`, waiting if need be. It goes with the descriptor: by closing that, never by LOCK_UN,
/// which would also take it from other processes that share it, be it the parent's. Throws StoreError; a signal ends
/// the wait with `busy`.
[[nodiscard]] discovery::FileDescriptor take_scan_lock(const std::filesystem::path& file,
                                                       const std::function<void(int pid)>& told_to_wait);

/// Whether a process holds that lock, as far as this one can see.
[[nodiscard]] bool scan_lock_is_held(const std::filesystem::path& file);

}  // namespace casweep::store
