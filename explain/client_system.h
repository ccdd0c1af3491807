// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace casweep::explain {

/// The operating system of a computer, as far as it determines how the computer requests certificates over RPC.
enum class ClientSystem {
  unreported,    ///< no operating system reported
  unrecognised,  ///< a Windows of unknown age
  other,         ///< not Windows: depends on its software
  before_xp,     ///< Windows 2000 and older: without an authentication level of their own ([MS-ICPR] <3>)
  xp_or_2003,    ///< with packet privacy over RPC ([MS-ICPR] <3>), with packet integrity only over DCOM ([MS-WCCE] <6>)
  later,         ///< Windows Vista, Server 2008 and later: with packet privacy
};

inline constexpr std::size_t client_systems = 6;

[[nodiscard]] std::span<const ClientSystem> all_client_systems();

/// Stable word, e.g. "before-xp".
[[nodiscard]] std::string_view word_of(ClientSystem system);

/// Derived from operatingSystem ("Windows XP Professional") and operatingSystemVersion ("5.1 (2600)") of a computer's
/// account. If the two disagree, the older system counts.
[[nodiscard]] ClientSystem client_system_of(std::string_view operating_system, std::string_view version);

}  // namespace casweep::explain
