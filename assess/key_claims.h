// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <span>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// One registry key proves one CA. Where several objects of `listed` claim a key that was read, only that one keeps its
/// facts whose newest certificate and names the key has, and only if it is the only one; the other observations fail
/// with `different-ca-on-host`. An object claims a key if it was read from it: from the same host or address and path,
/// or from a key with one of the same certificates. One that was not read, or not successfully, claims it if the key
/// could be its own: so it does not matter which CAs a scan was to read, nor which of them are hidden from its account.
/// The facts fail as well where no other object claims the key and it does not have every name of the object, unless
/// they say that encryption is not enforced: the owner may be out of sight. Takes hardly longer than in proportion to
/// the number of objects. Pure.
void settle_key_claims(std::span<const discovery::EnrollmentService> listed,
                       std::map<base::ObjectGuid, Reading>& readings);

}  // namespace casweep::assess
