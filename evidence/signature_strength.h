// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/types.h>

#include <string>
#include <vector>

#include "evidence/certificate.h"

namespace casweep::evidence {

/// The functions below return why something is too weak as evidence, as the end of a sentence ("has the key RSA 1024;
/// …"), or an empty string if it is strong enough. evidence/VERIFY.txt applies the same rules.

/// The key: RSA below 2048 bits, EC on a curve below 256 bits or an unusual one, DSA and the like are too weak.
[[nodiscard]] std::string weakness_of_key(const Certificate& certificate);

/// The issuer's signature on the certificate: MD5, SHA-1 and the like are too weak. Not checked if the certificate is
/// self-signed: trust in it does not depend on its signature.
[[nodiscard]] std::string weakness_of_issue(const Certificate& certificate);

/// The digest `digest` and the algorithm `signature` of a signature over a document.
[[nodiscard]] std::string weakness_of_signature(const X509_ALGOR* digest, const X509_ALGOR* signature);

/// The purpose of the certificate according to its extensions: a key usage without digitalSignature and nonRepudiation,
/// or an extended key usage for TLS servers only, does not permit signing documents. A certificate without these
/// extensions may be used for any purpose (RFC 5280 4.2.1.3, 4.2.1.12).
[[nodiscard]] std::string unfitness_to_sign(const Certificate& certificate);

/// Whether the certificate may be used by TLS servers, among other purposes.
[[nodiscard]] bool is_for_tls_servers(const Certificate& certificate);

/// Those of `roots` whose keys are strong enough.
[[nodiscard]] std::vector<Certificate> strong_roots(const std::vector<Certificate>& roots);

}  // namespace casweep::evidence
