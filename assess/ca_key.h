// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"
#include "winreg/remote_registry.h"

namespace casweep::assess {

/// The registry key of a CA, and why it is taken for that CA's.
struct CaKey {
  winreg::RemoteRegistry::Key key;
  KeyFoundBy found_by;
  KeyMatchedBy matched_by;
  KeyIdentity identity{};
};

/// Finds the key of `ca` below CertSvc\Configuration by evidence, not by hope: first by its sanitized name, then as the
/// one `Active` names, then among all of them. A key counts only if its CACertHash holds the newest of the CA's
/// certificates and its CommonName is not another CA's, or, where the certificate cannot be told, if its CommonName or
/// its own name is the CA's; and only if CertSvc is not set to run another CA. Fails with `not-a-ca`,
/// `ca-key-not-found`, `different-ca-on-host`, `certificate-differs`, or as the registry fails.
[[nodiscard]] tl::expected<CaKey, ReadFailure> find_ca_key(winreg::RemoteRegistry& registry,
                                                           const discovery::EnrollmentService& ca);

/// Does, in the parent, what need not be done again for every worker: OpenSSL looks for SHA-1 when it is first used.
void prepare_to_find_ca_keys();

}  // namespace casweep::assess
