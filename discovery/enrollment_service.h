// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/object_guid.h"
#include "base/octets.h"

namespace casweep::discovery {

/// Another object of the same CA, left behind by a replication conflict.
struct DuplicateObject {
  base::ObjectGuid object_guid;
  std::string distinguished_name{};

  bool operator==(const DuplicateObject&) const = default;
};

/// One pKIEnrollmentService object: an enterprise CA as the directory describes it ([MS-ADSC] 2.223,
/// [MS-WCCE] 2.2.2.11.2). Every string is UTF-8 exactly as received from the directory, and untrusted; an absent
/// attribute is empty.
struct EnrollmentService {
  base::ObjectGuid object_guid;
  std::string distinguished_name{};
  std::string common_name{};                         ///< cn: the CA's sanitized short name
  std::string display_name{};                        ///< displayName: the CA's name as its certificate spells it
  std::string dns_host_name{};                       ///< dNSHostName: where the CA runs; without the root's dot
  std::vector<base::Octets> ca_certificates{};       ///< cACertificate: DER, one value a certificate
  std::string ca_certificate_dn{};                   ///< cACertificateDN
  std::vector<std::string> certificate_templates{};  ///< cn of each published template
  std::optional<std::int32_t> flags{};               ///< the object's own `flags`; unrelated to InterfaceFlags
  std::optional<std::chrono::sys_seconds> when_created{};
  std::optional<std::chrono::sys_seconds> when_changed{};
  std::vector<std::string> enrollment_servers{};  ///< msPKI-Enrollment-Servers
  std::vector<DuplicateObject> duplicates{};      ///< set by without_duplicates()

  bool operator==(const EnrollmentService&) const = default;
};

/// The CA's name for people: its displayName, or its cn if it has none.
[[nodiscard]] inline const std::string& name_of(const EnrollmentService& ca) {
  return ca.display_name.empty() ? ca.common_name : ca.display_name;
}

}  // namespace casweep::discovery
