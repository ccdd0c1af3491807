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

/// An X.509 certificate. What its texts say is foreign.
class Certificate {
 public:
  /// nullopt: `der` is none, or more than one.
  [[nodiscard]] static std::optional<Certificate> from_der(std::span<const std::uint8_t> der);

  /// Every certificate in `pem`, in its order; what else is in there is passed over.
  [[nodiscard]] static std::vector<Certificate> all_in_pem(std::string_view pem);

  explicit Certificate(std::shared_ptr<X509> x509) : x509_(std::move(x509)) {}

  [[nodiscard]] std::string subject() const;  ///< RFC 2253
  [[nodiscard]] std::string issuer() const;
  [[nodiscard]] std::string serial() const;  ///< hexadecimal
  [[nodiscard]] std::chrono::sys_seconds not_before() const;
  [[nodiscard]] std::chrono::sys_seconds not_after() const;
  [[nodiscard]] base::Octets sha256() const;  ///< of its DER, as `openssl x509 -fingerprint -sha256` has it

  /// "RSA 3072", "EC P-256"; what is not fit to sign evidence is named all the same.
  [[nodiscard]] std::string key() const;

  /// Whether `issuer` signed it: its name, its key identifier and its key say so.
  [[nodiscard]] bool is_signed_by(const Certificate& issuer) const;

  /// Whether it names `issuer` as the one that issued it. Anybody may have that name.
  [[nodiscard]] bool names_as_issuer(const Certificate& issuer) const;

  [[nodiscard]] bool has_same_key(const Certificate& other) const;

  [[nodiscard]] X509* get() const { return x509_.get(); }

 private:
  std::shared_ptr<X509> x509_;
};

}  // namespace casweep::evidence
