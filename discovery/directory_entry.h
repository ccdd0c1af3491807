// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "discovery/directory_error.h"
#include "discovery/enrollment_service.h"
#include "discovery/octets.h"

namespace casweep::discovery {

/// One entry of a search result as it came: attribute descriptions compare without case (RFC 4512 2.5).
struct DirectoryEntry {
  struct CaseInsensitive {
    using is_transparent = void;
    bool operator()(std::string_view left, std::string_view right) const;
  };

  std::string distinguished_name;
  std::map<std::string, std::vector<Octets>, CaseInsensitive> attributes;
};

/// The enrollment service that `entry` describes. An optional attribute that does not parse (a date, a number) is
/// absent; without an objectGUID of 16 bytes there is no identity, and that is an error of the whole listing.
[[nodiscard]] tl::expected<EnrollmentService, DirectoryError> parse_enrollment_service(const DirectoryEntry& entry);

}  // namespace casweep::discovery
