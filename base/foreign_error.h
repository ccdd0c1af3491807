// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace casweep::base {

/// An error code of another system, untranslated.
struct ForeignError {
  std::string domain;  ///< "ntstatus", "win32", "errno", "resolver", "signal", "exit"; empty: none
  std::int64_t number = 0;
  std::string symbol;  ///< as the specification spells it, e.g. "STATUS_ACCESS_DENIED"; empty if it has no name

  bool operator==(const ForeignError&) const = default;
};

/// Names of codes as their specification spells them; empty for an unknown code.
[[nodiscard]] std::string_view errno_symbol(int number);     ///< <errno.h>
[[nodiscard]] std::string_view resolver_symbol(int number);  ///< getaddrinfo (RFC 3493 6.1)

}  // namespace casweep::base
