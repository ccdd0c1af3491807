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

/// Whether the two objects are of one CA: they have the same cn (but for a conflict suffix), displayName, dNSHostName
/// and certificates, and at least a displayName and one of the last two.
[[nodiscard]] bool are_of_one_ca(const EnrollmentService& left, const EnrollmentService& right);

/// The CAs of `listed`, each once. Of several objects of one CA, the CA is the one that is among `known`, as a history
/// knows it; of several of these, or if there is none, the one without a conflict suffix, of several the oldest, of
/// these the one with the lowest objectGUID. The others, with their own `duplicates`, are added to its `duplicates`.
/// The order stays as it is.
[[nodiscard]] std::vector<EnrollmentService> without_duplicates(std::span<const EnrollmentService> listed,
                                                                std::span<const EnrollmentService> known = {});

/// Whether `object_guid` is that of the CA, or of one of its `duplicates`.
[[nodiscard]] bool has_object(const EnrollmentService& ca, const base::ObjectGuid& object_guid);

}  // namespace casweep::discovery
