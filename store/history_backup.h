// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <filesystem>

#include "store/history_check.h"

namespace casweep::store {

enum class ExistingBackup { keep, replace };

/// Copies the history in `file`, also while a scan writes it, to `backup`: one file (0600) that needs no other,
/// complete, on the disk and checked as check_history() does, or not there at all. Returns what that check counted.
/// Throws StoreError: also for a history that does not agree with its ledger, so that no bad copy takes the place of a
/// good one; and with `busy`, leaving nothing, once `*interrupted` is not 0.
[[nodiscard]] HistoryCheck back_up_history(const std::filesystem::path& file, const std::filesystem::path& backup,
                                           ExistingBackup existing,
                                           const volatile std::sig_atomic_t* interrupted = nullptr);

}  // namespace casweep::store
