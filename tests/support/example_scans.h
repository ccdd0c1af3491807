// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/scan_record.h"

namespace casweep::test {

/// The data of a scan of corp.example apart from its CAs, from dc01.
[[nodiscard]] history::ScanListing corp_listing();

/// Seven CAs: every verdict, a CA without a host, and three unknown ones, two of them for the same reason.
[[nodiscard]] history::ScanRecord mixed_scan();

/// One CA in which every text tries to harm terminals, spreadsheets and parsers.
[[nodiscard]] history::ScanRecord hostile_scan();

/// A partial scan of one CA of mixed_scan(), with the head of the ledger before and after.
[[nodiscard]] history::ScanRecord partial_scan();

/// The directory did not answer.
[[nodiscard]] history::ScanRecord failed_scan();

}  // namespace casweep::test
