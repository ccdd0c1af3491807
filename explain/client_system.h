// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace casweep::explain {

/// What a computer runs, as far as it tells how the computer asks a CA for certificates over RPC.
enum class ClientSystem {
  unreported,    ///< it says nothing
  unrecognised,  ///< a Windows whose age cannot be told
  other,         ///< no Windows: it asks as its software does
  before_xp,     ///< Windows 2000 and older: without an authentication level of their own ([MS-ICPR] <3>)
  xp_or_2003,    ///< with packet privacy over RPC ([MS-ICPR] <3>), with packet integrity only over DCOM ([MS-WCCE] <6>)
  later,         ///< Windows Vista, Server 2008 and later: with packet privacy
};

inline constexpr std::size_t client_systems = 6;

[[nodiscard]] std::span<const ClientSystem> all_client_systems();

/// Stable word, e.g. "before-xp".
[[nodiscard]] std::string_view word_of(ClientSystem system);

/// By operatingSystem ("Windows XP Professional") and operatingSystemVersion ("5.1 (2600)") of a computer's account. If
/// both tell and disagree, the older one counts.
[[nodiscard]] ClientSystem client_system_of(std::string_view operating_system, std::string_view version);

}  // namespace casweep::explain
