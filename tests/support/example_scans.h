// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/scan_record.h"

namespace casweep::test {

/// What a scan learned of corp.example besides its CAs, from dc01.
[[nodiscard]] history::ScanListing corp_listing();

/// Seven CAs: every verdict, a CA without a host, and three unknown ones, two of them for the same reason.
[[nodiscard]] history::ScanRecord mixed_scan();

/// One CA whose every text tries to harm terminals, spreadsheets and parsers.
[[nodiscard]] history::ScanRecord hostile_scan();

/// The one CA that was asked for of mixed_scan()'s, with the head of the ledger before and after.
[[nodiscard]] history::ScanRecord partial_scan();

/// The directory did not answer.
[[nodiscard]] history::ScanRecord failed_scan();

}  // namespace casweep::test
