// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "logon/account.h"
#include "winreg/registry_failure.h"

namespace casweep::winreg {

/// What hosts answer while they start their Remote Registry service ([MS-ERREF] 2.3.1).
enum : std::uint32_t { STATUS_PIPE_NOT_AVAILABLE = 0xC00000AC, STATUS_PIPE_BUSY = 0xC00000AE };

/// What Samba's client returns if the KDC does not know a service: nothing was sent to the host for it.
enum : std::uint32_t { STATUS_INVALID_PARAMETER = 0xC000000D };

/// What it returns if no KDC answered.
enum : std::uint32_t { STATUS_NO_LOGON_SERVERS = 0xC000005E };

/// What an NTSTATUS means at one step of a reading.
struct NtStatusMeaning {
  std::uint32_t status;
  RegistryFailureKind kind;
  std::string_view sentence;  ///< without its full stop
};

/// The statuses with a meaning when \PIPE\winreg is opened, those with another meaning for a logon by Kerberos or by
/// NTLM, and those with a meaning when an operation is called.
[[nodiscard]] std::span<const NtStatusMeaning> connect_meanings();
[[nodiscard]] std::span<const NtStatusMeaning> kerberos_connect_meanings();
[[nodiscard]] std::span<const NtStatusMeaning> ntlm_connect_meanings();
[[nodiscard]] std::span<const NtStatusMeaning> call_meanings();

/// The meaning of any status. A status that is not in the tables is `unclassified` when the pipe is opened, and a
/// `protocol_error` later.
[[nodiscard]] NtStatusMeaning meaning_of_connect(std::uint32_t status, logon::Logon logon);
[[nodiscard]] NtStatusMeaning meaning_of_call(std::uint32_t status);

}  // namespace casweep::winreg
