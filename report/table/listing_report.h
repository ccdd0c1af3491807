// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "discovery/directory.h"
#include "report/table/scan_table.h"

namespace casweep::report {

/// What the directory says about the forest's enterprise CAs, without asking any of them: a line a CA.
void write_listing_table(std::ostream& out, const discovery::Listing& listing, const TableStyle& style);

/// One JSON object; every field is always there, null for nothing.
void write_listing_json(std::ostream& out, const discovery::Listing& listing);

/// RFC 4180 under the rules of write_scan_csv.
void write_listing_csv(std::ostream& out, const discovery::Listing& listing);

}  // namespace casweep::report
