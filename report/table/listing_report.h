// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "discovery/directory.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The forest's enterprise CAs as listed in the directory, one line each; no CA is contacted.
void write_listing_table(std::ostream& out, const discovery::Listing& listing, const TableStyle& style);

/// One JSON object; every field is always present, null for nothing.
void write_listing_json(std::ostream& out, const discovery::Listing& listing);

/// RFC 4180 under the rules of write_scan_csv.
void write_listing_csv(std::ostream& out, const discovery::Listing& listing);

}  // namespace casweep::report
