// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/scan_record.h"

namespace casweep::store {

/// The part of `ca` that the history keeps.
[[nodiscard]] history::Observation as_kept(history::Observation ca);

/// Throws Altered unless `given_back`, the scan that the history returns, equals `judged`: state, times, listing, each
/// CA with its identity, facts and verdict, and the CAs that were not read. Names the first CA that differs.
void require_same_scan(const history::ScanRecord& judged, const history::ScanRecord& given_back);

}  // namespace casweep::store
