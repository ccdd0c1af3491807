// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>

#include "hub/administration.h"
#include "hub/publication.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// "entry 24, received on 2026-11-23 02:43Z".
[[nodiscard]] std::string receipt_text(const hub::Receipt& receipt);

/// What was sent to the hub `shown`, in a sentence.
[[nodiscard]] std::string publication_text(const hub::Publication& publication, const std::string& shown);

/// How a history compares with the hub `shown`, in a sentence or two.
[[nodiscard]] std::string hub_comparison_text(const hub::HubComparison& comparison, const std::string& shown);

/// A line for each damage, then the sites.
void write_hub_check_text(std::ostream& out, const std::string& shown, const hub::HubCheck& check,
                          const TableStyle& style);

/// One JSON object; every field is always present, null for nothing.
void write_hub_check_json(std::ostream& out, const std::string& shown, const hub::HubCheck& check);

}  // namespace casweep::report
