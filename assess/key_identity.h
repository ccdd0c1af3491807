// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// What ties a registry key to an object of the directory. Each is told apart: only together do they prove a CA.
struct KeyFit {
  enum class Certificate {
    no_evidence,  ///< the key has no hash, or the object has no certificate
    fits,         ///< the object's newest certificate is the key's
    differs,      ///< it is not
  };
  Certificate certificate = Certificate::no_evidence;
  bool key_name = false;      ///< the key's own name is one of the object's
  bool common_name = false;   ///< the key's CommonName is one of the object's
  bool display_name = false;  ///< one of these two is the displayName
  bool object_name = false;   ///< one of these two, shortened, is the cn

  [[nodiscard]] bool has_name() const { return key_name || common_name; }
};

/// What the directory says of a CA, made comparable with what a registry key says. Keeps a reference to the object.
class CaEvidence {
 public:
  explicit CaEvidence(const discovery::EnrollmentService& ca);

  /// Key names to try without having looked, the likeliest first.
  [[nodiscard]] std::vector<std::string> likely_key_names() const;

  [[nodiscard]] KeyFit fit(const KeyIdentity& key) const;

  /// What says that the key is this CA's; nullopt if nothing does, or if its certificates or its names say that it is
  /// not.
  [[nodiscard]] std::optional<KeyMatchedBy> match(const KeyIdentity& key) const;

  /// Whether the key has the CA's newest certificate and every name of it: what is asked of a key that more than one
  /// object names.
  [[nodiscard]] bool fits_exactly(const KeyIdentity& key) const;

  /// Whether every name of the CA is one of the key's.
  [[nodiscard]] bool names_fit(const KeyIdentity& key) const;

  /// SHA-1 of its certificates: a key that has none of them does not fit. `has_newest_certificate()`: it must have all.
  [[nodiscard]] const std::vector<base::Octets>& decisive_certificates() const {
    return has_newest_certificate() ? newest_certificates_ : unreadable_certificates_;
  }
  [[nodiscard]] bool has_newest_certificate() const { return !newest_certificates_.empty(); }

  [[nodiscard]] const std::string& object_name() const { return object_name_; }
  [[nodiscard]] const std::string& sanitized_display_name() const { return sanitized_; }

  [[nodiscard]] const discovery::EnrollmentService& ca() const { return *ca_; }

 private:
  [[nodiscard]] KeyFit::Certificate certificate_fit(const KeyIdentity& key) const;

  const discovery::EnrollmentService* ca_;
  std::string object_name_;  ///< cn, without what a replication conflict added to it
  std::string sanitized_;    ///< empty: no displayName, or one that is not UTF-8
  std::vector<base::Octets>
      newest_certificates_;  ///< their SHA-1; several only if they are valid from and to the same seconds
  std::vector<base::Octets> unreadable_certificates_;
};

/// A SHA-1 certificate hash as the registry spells it ("8f 3a …"), or nullopt ("-" stands for a lost certificate).
[[nodiscard]] std::optional<base::Octets> certificate_hash_of_text(std::string text);

/// The SHA-1 of a certificate, which is how Windows names it.
[[nodiscard]] base::Octets sha1_of(const base::Octets& data);

}  // namespace casweep::assess
