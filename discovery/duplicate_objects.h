// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/enrollment_service.h"

namespace casweep::discovery {

/// `common_name` as it was before a replication conflict made it "NAME<LF>CNF:<objectGUID>" ([MS-ADTS] 3.1.1.5.1.3).
[[nodiscard]] std::string without_conflict_suffix(std::string_view common_name);

/// Whether the two objects belong to one CA: they have the same cn (apart from a conflict suffix), displayName,
/// dNSHostName and certificates, and at least a displayName and one of the last two.
[[nodiscard]] bool are_of_one_ca(const EnrollmentService& left, const EnrollmentService& right);

/// The CAs of `listed`, each once. If a CA has several objects, the CA is the object among `known`, as a history knows
/// it. If none or several are known, the CA is the object without a conflict suffix, then the oldest, then the one with
/// the lowest objectGUID. The other objects, with their own `duplicates`, are added to its `duplicates`. The order does
/// not change.
[[nodiscard]] std::vector<EnrollmentService> without_duplicates(std::vector<EnrollmentService> listed,
                                                                std::span<const EnrollmentService> known = {});

/// Whether `object_guid` belongs to the CA or to one of its `duplicates`.
[[nodiscard]] bool has_object(const EnrollmentService& ca, const base::ObjectGuid& object_guid);

}  // namespace casweep::discovery
