// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "discovery/enrollment_service.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// "GUID DN". Foreign text.
[[nodiscard]] std::string duplicate_text(const discovery::DuplicateObject& duplicate);

/// All duplicate objects of the CA, separated by "; "; empty for none. Foreign text.
[[nodiscard]] std::string duplicates_text(const discovery::EnrollmentService& ca);

/// [{"object_guid": …, "distinguished_name": …}, …]
[[nodiscard]] nlohmann::ordered_json duplicates_json(const discovery::EnrollmentService& ca);

/// A sentence for each duplicate object of the CA.
void write_duplicates(std::ostream& out, const discovery::EnrollmentService& ca, const TableStyle& style);

}  // namespace casweep::report
