// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "evidence/certificate.h"

namespace casweep::evidence {

/// A certificate and its key, fit to sign evidence: RSA from 2048 bits, or EC P-256 or P-384.
class SigningIdentity {
 public:
  /// `certificates` is PEM: the signing certificate, followed by its chain if it is to be included; `key` is PEM, and
  /// `passphrase` is called if it is encrypted. Throws EvidenceError if the key is too weak, of an unsupported kind or
  /// not the certificate's, if the certificate is not for signing or not valid at `now`, and if `verify_signature`
  /// would refuse any of `certificates`.
  [[nodiscard]] static SigningIdentity read(std::string_view certificates, std::string_view key,
                                            const std::function<base::Secret()>& passphrase,
                                            std::chrono::sys_seconds now);

  SigningIdentity(SigningIdentity&&) noexcept;
  SigningIdentity& operator=(SigningIdentity&&) noexcept;
  ~SigningIdentity();

  [[nodiscard]] const Certificate& certificate() const { return certificates_.front(); }

  /// The signing certificate and its chain.
  [[nodiscard]] const std::vector<Certificate>& certificates() const { return certificates_; }

  /// A detached CMS signature of `content` (RFC 5652, DER, SHA-256) with the CAdES-BES attributes (RFC 5126): the time
  /// and the signing certificate are signed too.
  [[nodiscard]] std::string sign(std::string_view content) const;

 private:
  struct Key;
  SigningIdentity(std::vector<Certificate> certificates, std::unique_ptr<Key> key);
  std::vector<Certificate> certificates_;
  std::unique_ptr<Key> key_;
};

/// The signer of `signature`, which `SigningIdentity::sign` made of `content`. Throws EvidenceError (wrong) unless it
/// is intact, chains to one of `roots` with all certificates valid at `now`, is strong enough like every certificate in
/// it, and the signer's certificate is for signing (see signature_strength.h).
[[nodiscard]] Certificate verify_signature(std::string_view signature, std::string_view content,
                                           const std::vector<Certificate>& roots, std::chrono::sys_seconds now);

/// The certificates in `signature`, which `verify_signature` accepted: the signer's first.
[[nodiscard]] std::vector<Certificate> certificates_in_signature(std::string_view signature);

}  // namespace casweep::evidence
