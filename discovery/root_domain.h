// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/object_guid.h"

namespace casweep::discovery {

/// What makes a forest that forest: its root domain's identity, which a rename of the domain does not change and a copy
/// that was set up under the same name does not have. A copy restored from a backup has both and cannot be told apart.
struct RootDomain {
  base::ObjectGuid object_guid;
  std::string sid{};  ///< "S-1-5-21-…"

  bool operator==(const RootDomain&) const = default;
};

/// "SID S-1-5-21-…, objectGUID b035a4d7-…".
[[nodiscard]] inline std::string to_string(const RootDomain& domain) {
  return "SID " + domain.sid + ", objectGUID " + domain.object_guid.to_string();
}

}  // namespace casweep::discovery
