// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/object_guid.h"
#include "base/octets.h"
#include "discovery/certificate_template.h"
#include "discovery/computer.h"
#include "discovery/directory_error.h"
#include "discovery/enrollment_service.h"
#include "discovery/forest_domain.h"

namespace casweep::discovery {

/// One entry of a search result, unchanged: attribute descriptions compare without case (RFC 4512 2.5).
struct DirectoryEntry {
  struct CaseInsensitive {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
  };

  std::string distinguished_name{};
  std::map<std::string, std::vector<base::Octets>, CaseInsensitive> attributes{};
  /// Of the object's extended name; nullopt: not requested, or absent. Unlike the attribute, no access right can
  /// hide it.
  std::optional<base::ObjectGuid> object_guid{};
};

/// The values of `attribute`; none if there is no such attribute.
[[nodiscard]] const std::vector<base::Octets>& values_of(const DirectoryEntry& entry, std::string_view attribute);

/// The value of a single-valued attribute as text; empty if it has none.
[[nodiscard]] std::string text_value(const DirectoryEntry& entry, std::string_view attribute);

/// The enrollment service that `entry` describes. An optional attribute that does not parse (a date, a number) is
/// absent. Its identity is objectGUID or, if that is not readable, the GUID of its extended name. Without either, the
/// whole listing fails.
[[nodiscard]] tl::expected<EnrollmentService, DirectoryError> parse_enrollment_service(const DirectoryEntry& entry);

/// The computer, domain or template that `entry` describes. What does not parse is absent.
[[nodiscard]] Computer parse_computer(const DirectoryEntry& entry);
[[nodiscard]] ForestDomain parse_forest_domain(const DirectoryEntry& entry);
[[nodiscard]] CertificateTemplate parse_certificate_template(const DirectoryEntry& entry);

/// msDS-LogonTimeSyncInterval of a domain's own entry: the interval in days at which lastLogonTimestamp is updated; 0:
/// never. nullopt: not set or not readable; the default is 14 ([MS-ADA2]).
[[nodiscard]] std::optional<std::chrono::days> parse_logon_time_sync_interval(const DirectoryEntry& entry);

}  // namespace casweep::discovery
