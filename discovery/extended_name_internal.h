// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/object_guid.h"

namespace casweep::discovery {

/// An object's extended name (LDAP_SERVER_EXTENDED_DN_OID, [MS-ADTS] 3.1.1.3.4.1.5), in its string form:
/// "<GUID=b035a4d7-…>;<SID=S-1-5-21-…>;DC=corp,DC=example". Absent parts are empty.
struct ExtendedName {
  std::optional<base::ObjectGuid> object_guid{};
  std::string sid{};  ///< "S-1-5-21-…", of a security principal or a domain
  std::string distinguished_name{};
};

/// Without a valid prefix, `text` is a plain distinguished name.
[[nodiscard]] ExtendedName parse_extended_name(std::string_view text);

/// Whether `text` is a SID in its string form ([MS-DTYP] 2.4.2.1): "S-1-5-21-1-2-3".
[[nodiscard]] bool is_sid(std::string_view text);

}  // namespace casweep::discovery
