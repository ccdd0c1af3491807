// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::discovery {

/// The distinguished name of what `distinguished_name` is in; empty if it is in nothing or is no distinguished name.
[[nodiscard]] std::string parent_of(std::string_view distinguished_name);

/// The first value in it: "A, B" of "CN=A\, B,DC=corp"; empty if it is not a distinguished name.
[[nodiscard]] std::string first_value_of(std::string_view distinguished_name);

/// A to Z as a to z.
[[nodiscard]] std::string in_lower_case(std::string_view text);

}  // namespace casweep::discovery
