// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "base/published_file.h"
#include "base/stop_signal.h"
#include "store/history_check.h"

namespace casweep::store {

/// `file`, where links lead to it, and the files that SQLite and scans keep beside it.
[[nodiscard]] std::vector<std::filesystem::path> files_of_history(const std::filesystem::path& file);

/// Copies the history in `file`, also while a scan writes it, to `backup`: one file (0600) that needs no other. It is
/// complete, on the disk and checked as check_history() does, or does not exist. Returns what that check counted.
/// Throws StoreError: also for a history that does not agree with its ledger, so that no bad copy replaces a good one;
/// and with `busy`, leaving nothing, once `stop` is raised.
[[nodiscard]] HistoryCheck back_up_history(const std::filesystem::path& file, const std::filesystem::path& backup,
                                           base::Existing existing, base::StopSignal stop = {});

}  // namespace casweep::store
