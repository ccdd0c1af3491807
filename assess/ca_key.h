// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"
#include "winreg/remote_registry.h"

namespace casweep::assess {

/// The registry key of a CA, and the evidence that it belongs to that CA.
struct CaKey {
  winreg::RemoteRegistry::Key key;
  KeyFoundBy found_by;
  KeyMatchedBy matched_by;
  KeyIdentity identity{};
};

/// Finds the key of `ca` below CertSvc\Configuration by evidence: first by its sanitized name, then by the name in
/// `Active`, then among all keys. A key counts only if its CACertHash holds the newest of the CA's certificates and its
/// CommonName is not another CA's or, if the certificate cannot be compared, if its CommonName or its own name is the
/// CA's; and only if CertSvc is not configured to run another CA. Fails with `not-a-ca`, `ca-key-not-found`,
/// `different-ca-on-host`, `certificate-differs`, or as the registry fails.
[[nodiscard]] tl::expected<CaKey, ReadFailure> find_ca_key(winreg::RemoteRegistry& registry,
                                                           const discovery::EnrollmentService& ca);

/// Does work in the parent that would otherwise be repeated by every worker: OpenSSL looks up SHA-1 at its first use.
void prepare_to_find_ca_keys();

}  // namespace casweep::assess
