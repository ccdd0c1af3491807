// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <span>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// One registry key proves one CA. If several objects of `listed` claim a key that was read, only the object whose
/// newest certificate and names match the key keeps its facts, and only if it is the only such object. The other
/// readings become failures with `different-ca-on-host`. An object claims a key if it was read from it: from the same
/// host or address and path, or from a key with one of the same certificates. An object that was not read successfully
/// claims the key if it could be its own; the result therefore does not depend on which CAs a scan reads, or on which
/// are hidden from its account. The facts also fail if no other object claims the key but the key lacks a name of the
/// object, because its owner may not be visible; unless the facts say that encryption is not enforced. The time is
/// nearly linear in the number of objects. Pure.
void settle_key_claims(std::span<const discovery::EnrollmentService> listed,
                       std::map<base::ObjectGuid, Reading>& readings);

}  // namespace casweep::assess
