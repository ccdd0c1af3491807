// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// The evidence that a registry key belongs to an object of the directory. Only all of it together proves a CA.
struct KeyFit {
  enum class Certificate {
    no_evidence,  ///< the key has no hash, or the object has no certificate
    fits,         ///< the key has the object's newest certificate
    differs,      ///< the key does not have it
  };
  Certificate certificate = Certificate::no_evidence;
  bool key_name = false;      ///< the key's own name is one of the object's
  bool common_name = false;   ///< the key's CommonName is one of the object's
  bool display_name = false;  ///< one of these two is the displayName
  bool object_name = false;   ///< one of these two, shortened, is the cn

  [[nodiscard]] bool has_name() const { return key_name || common_name; }
};

/// A CA's data in the directory, in a form to compare with a registry key. Keeps a reference to the object.
class CaEvidence {
 public:
  explicit CaEvidence(const discovery::EnrollmentService& ca);

  /// Key names to try without an enumeration, most likely first.
  [[nodiscard]] std::vector<std::string> likely_key_names() const;

  [[nodiscard]] KeyFit fit(const KeyIdentity& key) const;

  /// The evidence that the key belongs to this CA; nullopt if there is none, or if its certificates or names contradict
  /// it.
  [[nodiscard]] std::optional<KeyMatchedBy> match(const KeyIdentity& key) const;

  /// Whether the key has the CA's newest certificate and all of its names, as required if several objects lead to it.
  [[nodiscard]] bool fits_exactly(const KeyIdentity& key) const;

  /// Whether the key has every name of the CA.
  [[nodiscard]] bool names_fit(const KeyIdentity& key) const;

  /// SHA-1 of its newest certificates. A key without any of them does not match; has_newest_certificate() requires all.
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
  std::string object_name_;  ///< cn, without the suffix of a replication conflict
  std::string sanitized_;    ///< empty: displayName is absent or not UTF-8
  std::vector<base::Octets>
      newest_certificates_;  ///< their SHA-1; several only if they are valid from and to the same seconds
  std::vector<base::Octets> unreadable_certificates_;
};

/// A SHA-1 certificate hash as the registry spells it ("8f 3a …"), or nullopt ("-" stands for a lost certificate).
[[nodiscard]] std::optional<base::Octets> certificate_hash_of_text(std::string text);

/// The SHA-1 of a certificate, its name in Windows.
[[nodiscard]] base::Octets sha1_of(const base::Octets& data);

}  // namespace casweep::assess
