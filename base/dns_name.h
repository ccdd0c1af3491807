// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::base {

/// What the system's resolver says about names, for messages only: nothing of it is proven. Both block for as long as
/// the resolver does.

/// The canonical name of `host`, which is another one if `host` is an alias (CNAME); empty: not known.
[[nodiscard]] std::string canonical_name_of(const std::string& host);

/// The name of the numeric `address` (PTR); empty: none is known.
[[nodiscard]] std::string name_of_address(const std::string& address);

}  // namespace casweep::base
