// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/octets.h"

namespace casweep::evidence {

/// An X.509 certificate. Its texts are foreign.
class Certificate {
 public:
  /// nullopt: `der` is not exactly one certificate.
  [[nodiscard]] static std::optional<Certificate> from_der(std::span<const std::uint8_t> der);

  /// All certificates in `pem`, in order; other content is ignored.
  [[nodiscard]] static std::vector<Certificate> all_in_pem(std::string_view pem);

  explicit Certificate(std::shared_ptr<X509> x509) : x509_(std::move(x509)) {}

  [[nodiscard]] std::string subject() const;  ///< RFC 2253
  [[nodiscard]] std::string issuer() const;
  [[nodiscard]] std::string serial() const;  ///< hexadecimal
  [[nodiscard]] std::chrono::sys_seconds not_before() const;
  [[nodiscard]] std::chrono::sys_seconds not_after() const;
  [[nodiscard]] base::Octets sha256() const;  ///< of its DER, as `openssl x509 -fingerprint -sha256` prints it

  /// "RSA 3072", "EC P-256"; keys that are unfit to sign evidence are named too.
  [[nodiscard]] std::string key() const;

  /// Whether `issuer` signed it: name, key identifier and key match.
  [[nodiscard]] bool is_signed_by(const Certificate& issuer) const;

  /// Whether it names `issuer` as its issuer, which proves nothing: other certificates may have the same name.
  [[nodiscard]] bool names_as_issuer(const Certificate& issuer) const;

  [[nodiscard]] bool has_same_key(const Certificate& other) const;

  [[nodiscard]] X509* get() const { return x509_.get(); }

 private:
  std::shared_ptr<X509> x509_;
};

}  // namespace casweep::evidence
