// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "store/history.h"

namespace casweep::report {

/// What a page speaks of: one scan, and what the history knew when it began. Nothing that is recorded, decided or comes
/// to its end later is in it, so that the same scan gives the same page at any time.
struct PageSubject {
  history::ScanRecord scan{};
  history::ForestStatus forest{};  ///< History::forest_status_of_scan
  history::Trend trend{};          ///< History::trend_until_scan
  std::string tool_version{};      ///< of the program that writes the page
};

/// Throws StoreError, as History does; `no_such_scan` if there is none of this number.
[[nodiscard]] PageSubject page_subject(const store::History& history, std::int64_t scan, std::string_view tool_version);

/// The same of a scan that was read already.
[[nodiscard]] PageSubject page_subject(const store::History& history, history::ScanRecord scan,
                                       std::string_view tool_version);

/// One HTML page that needs no other file and asks for none; its Content-Security-Policy forbids it to. It works
/// without JavaScript, which only sorts and filters.
void write_page(std::ostream& out, const PageSubject& subject);

}  // namespace casweep::report
