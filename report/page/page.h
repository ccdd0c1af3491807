// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "store/history.h"

namespace casweep::report {

/// The content of a page: one scan, and what the history knew when it began. Later records, decisions and expiries are
/// not included: the same scan always gives the same page.
struct PageSubject {
  history::ScanRecord scan{};
  history::ForestStatus forest{};  ///< History::forest_status_of_scan
  history::Trend trend{};          ///< History::trend_until_scan
  std::string tool_version{};      ///< version of the casweep that writes the page
};

/// Throws StoreError, as History does; `no_such_scan` if no scan has this number.
[[nodiscard]] PageSubject page_subject(const store::History& history, std::int64_t scan, std::string_view tool_version);

/// The same for a scan that is already loaded.
[[nodiscard]] PageSubject page_subject(const store::History& history, history::ScanRecord scan,
                                       std::string_view tool_version);

/// Writes one self-contained HTML page; its Content-Security-Policy forbids loading other files. It works without
/// JavaScript, which only sorts and filters.
void write_page(std::ostream& out, const PageSubject& subject);

}  // namespace casweep::report
