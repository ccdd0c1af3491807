// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <filesystem>
#include <functional>

#include "store/history.h"

namespace casweep::store {

/// Takes the lock beside `file`, waiting if need be (History::lock_for_scan). It goes with the descriptor: by closing
/// that, never by LOCK_UN, which would also take it from other processes that share it, be it the parent's. Throws
/// StoreError.
[[nodiscard]] base::FileDescriptor take_scan_lock(const std::filesystem::path& file,
                                                  const std::function<void(int pid)>& told_to_wait,
                                                  const volatile std::sig_atomic_t* interrupted);

/// Whether a process holds that lock, as far as this one can see.
[[nodiscard]] bool scan_lock_is_held(const std::filesystem::path& file);

}  // namespace casweep::store
