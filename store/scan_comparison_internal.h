// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/scan_record.h"

namespace casweep::store {

/// `ca` with nothing but what the history keeps of it.
[[nodiscard]] history::Observation as_kept(history::Observation ca);

/// Throws Altered unless `given_back`, which the history holds, is `judged` in everything: state, times, listing, each
/// CA with its identity, facts and verdict, and those that were not read. Names the first CA that differs.
void require_same_scan(const history::ScanRecord& judged, const history::ScanRecord& given_back);

}  // namespace casweep::store
