// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/key_identity.h"

#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "assess/sanitized_name.h"
#include "base/certificate.h"
#include "discovery/duplicate_objects.h"

namespace casweep::assess {
namespace {

bool contains(const std::vector<base::Octets>& hashes, const base::Octets& hash) {
  return std::ranges::find(hashes, hash) != hashes.end();
}

}  // namespace

std::optional<base::Octets> certificate_hash_of_text(std::string text) {
  std::erase(text, ' ');
  auto hash = base::from_hex(text);
  if (!hash || hash->size() != SHA_DIGEST_LENGTH) return std::nullopt;
  return hash;
}

base::Octets sha1_of(const base::Octets& data) {
  base::Octets hash(SHA_DIGEST_LENGTH);
  ::SHA1(data.data(), data.size(), hash.data());
  return hash;
}

CaEvidence::CaEvidence(const discovery::EnrollmentService& ca)
    : ca_(&ca), object_name_(discovery::without_conflict_suffix(ca.common_name)) {
  if (!ca.display_name.empty()) sanitized_ = sanitize(ca.display_name).value_or(std::string{});
  // The values of cACertificate have no order.
  std::pair<std::chrono::sys_seconds, std::chrono::sys_seconds> newest{};
  for (const base::Octets& der : ca.ca_certificates) {
    const auto certificate = base::parse_certificate(der);
    if (!certificate) {
      unreadable_certificates_.push_back(sha1_of(der));
      continue;
    }
    const std::pair validity{certificate->not_before, certificate->not_after};
    if (newest_certificates_.empty() || validity > newest) {
      newest_certificates_.clear();
      newest = validity;
    }
    if (validity == newest) newest_certificates_.push_back(sha1_of(der));
  }
}

std::vector<std::string> CaEvidence::likely_key_names() const {
  std::vector<std::string> names;
  if (!sanitized_.empty()) names.push_back(sanitized_);
  // A shortened cn is not a key name, and the cn of a manually created object can be anything.
  const bool plain = sanitize(object_name_).has_value() && object_name_.find('\\') == std::string::npos;
  if (plain && !object_name_.empty() && !same_sanitized_name(sanitized_, object_name_) &&
      !same_sanitized_name(sanitized_short_name(sanitized_), object_name_)) {
    names.push_back(object_name_);
  }
  return names;
}

KeyFit::Certificate CaEvidence::certificate_fit(const KeyIdentity& key) const {
  using enum KeyFit::Certificate;
  const auto is_of_key = [&](const base::Octets& hash) { return contains(key.certificate_hashes, hash); };
  if (key.certificate_hashes.empty()) return no_evidence;
  // A value that OpenSSL cannot parse counts as a certificate if the host lists its hash; otherwise it may be a
  // placeholder.
  if (newest_certificates_.empty()) {
    return std::ranges::any_of(unreadable_certificates_, is_of_key) ? fits : no_evidence;
  }
  return std::ranges::all_of(newest_certificates_, is_of_key) ? fits : differs;
}

KeyFit CaEvidence::fit(const KeyIdentity& key) const {
  const auto is_object_name = [&](std::string_view sanitized) {
    return !object_name_.empty() && same_sanitized_name(sanitized_short_name(sanitized), object_name_);
  };
  const bool key_is_display_name = !sanitized_.empty() && same_sanitized_name(key.name, sanitized_);
  const bool key_is_object_name = is_object_name(key.name);
  const bool common_is_display_name =
      key.common_name && !ca_->display_name.empty() && *key.common_name == ca_->display_name;
  const auto common_name = key.common_name ? sanitize(*key.common_name) : std::nullopt;
  const bool common_is_object_name = common_name && is_object_name(*common_name);
  return {.certificate = certificate_fit(key),
          .key_name = key_is_display_name || key_is_object_name,
          .common_name = common_is_display_name || common_is_object_name,
          .display_name = key_is_display_name || common_is_display_name,
          .object_name = key_is_object_name || common_is_object_name};
}

std::optional<KeyMatchedBy> CaEvidence::match(const KeyIdentity& key) const {
  const KeyFit found = fit(key);
  if (found.certificate == KeyFit::Certificate::differs) return std::nullopt;
  if (found.certificate == KeyFit::Certificate::fits) {
    const bool is_of_another_name = key.common_name && !found.has_name();
    return is_of_another_name ? std::nullopt : std::optional(KeyMatchedBy::certificate_hash);
  }
  if (found.common_name) return KeyMatchedBy::common_name;
  if (found.key_name) return KeyMatchedBy::key_name;
  return std::nullopt;
}

bool CaEvidence::names_fit(const KeyIdentity& key) const {
  const KeyFit found = fit(key);
  return (ca_->display_name.empty() || found.display_name) && (object_name_.empty() || found.object_name);
}

bool CaEvidence::fits_exactly(const KeyIdentity& key) const {
  const KeyFit found = fit(key);
  return found.certificate == KeyFit::Certificate::fits && found.has_name() && names_fit(key);
}

}  // namespace casweep::assess
