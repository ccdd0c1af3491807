// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/object_guid.h"

namespace casweep::discovery {

/// The identity of a forest is that of its root domain. A rename does not change it, and another forest with the same
/// name does not have it. A copy restored from a backup has the same identity and cannot be distinguished.
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
