// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/types.h>

#include <string>
#include <vector>

#include "evidence/certificate.h"

namespace casweep::evidence {

/// The functions below say why something proves nothing, as the end of a sentence ("has an RSA 1024 key, …"), or
/// nothing if it is strong enough. evidence/VERIFY.txt decides the same.

/// The key: RSA below 2048 bits, EC on a curve below 256 bits or an unusual one, DSA and the like are too weak.
[[nodiscard]] std::string weakness_of_key(const Certificate& certificate);

/// The issuer's signature on the certificate: MD5, SHA-1 and the like are too weak. Not looked at if the certificate is
/// issued by itself: it is trusted, or not, for another reason.
[[nodiscard]] std::string weakness_of_issue(const Certificate& certificate);

/// The digest `digest` and the algorithm `signature` of a signature over a document.
[[nodiscard]] std::string weakness_of_signature(const X509_ALGOR* digest, const X509_ALGOR* signature);

/// What its extensions say the certificate is for: a key usage without digitalSignature and nonRepudiation, or an
/// extended key usage that names TLS servers alone, is not for signing documents. A certificate without the extensions
/// is for everything (RFC 5280 4.2.1.3, 4.2.1.12).
[[nodiscard]] std::string unfitness_to_sign(const Certificate& certificate);

/// Whether a TLS server may have the key, among other purposes.
[[nodiscard]] bool is_for_tls_servers(const Certificate& certificate);

/// Of `roots` those whose keys are strong enough to be trusted.
[[nodiscard]] std::vector<Certificate> strong_roots(const std::vector<Certificate>& roots);

}  // namespace casweep::evidence
