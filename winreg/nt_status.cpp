// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/nt_status.h"

#include <algorithm>
#include <array>

namespace casweep::winreg {
namespace {

using Kind = RegistryFailureKind;

/// [MS-ERREF] 2.3.1.
enum : std::uint32_t {
  STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034,
  STATUS_LOGON_FAILURE = 0xC000006D,
  STATUS_WRONG_PASSWORD = 0xC000006A,
  STATUS_NO_SUCH_USER = 0xC0000064,
  STATUS_ACCOUNT_RESTRICTION = 0xC000006E,
  STATUS_INVALID_LOGON_HOURS = 0xC000006F,
  STATUS_INVALID_WORKSTATION = 0xC0000070,
  STATUS_PASSWORD_EXPIRED = 0xC0000071,
  STATUS_ACCOUNT_DISABLED = 0xC0000072,
  STATUS_ACCOUNT_EXPIRED = 0xC0000193,
  STATUS_PASSWORD_MUST_CHANGE = 0xC0000224,
  STATUS_ACCOUNT_LOCKED_OUT = 0xC0000234,
  STATUS_LOGON_TYPE_NOT_GRANTED = 0xC000015B,
  STATUS_AUTHENTICATION_FIREWALL_FAILED = 0xC0000413,
  STATUS_NETLOGON_NOT_STARTED = 0xC0000192,
  STATUS_NO_TRUST_SAM_ACCOUNT = 0xC000018B,
  STATUS_TRUSTED_DOMAIN_FAILURE = 0xC000018C,
  STATUS_TRUSTED_RELATIONSHIP_FAILURE = 0xC000018D,
  STATUS_NTLM_BLOCKED = 0xC0000418,
  STATUS_NOT_SUPPORTED = 0xC00000BB,
  STATUS_TIME_DIFFERENCE_AT_DC = 0xC0000133,
  STATUS_KDC_UNABLE_TO_REFER = 0xC00002FB,
  STATUS_ACCESS_DENIED = 0xC0000022,  ///< from the host, or from Samba's client about a signature; indistinguishable
  STATUS_NETWORK_ACCESS_DENIED = 0xC00000CA,
  STATUS_DOWNGRADE_DETECTED = 0xC0000388,
  STATUS_INVALID_SIGNATURE = 0xC000A000,
  STATUS_INSUFFICIENT_RESOURCES = 0xC000009A,
  STATUS_INSUFF_SERVER_RESOURCES = 0xC0000205,
  STATUS_REQUEST_NOT_ACCEPTED = 0xC00000D0,
  STATUS_SERVER_SHUTDOWN_IN_PROGRESS = 0xC00002FE,
  STATUS_USER_SESSION_DELETED = 0xC0000203,
  STATUS_NETWORK_SESSION_EXPIRED = 0xC000035C,
  STATUS_NETWORK_NAME_DELETED = 0xC00000C9,
  STATUS_IO_TIMEOUT = 0xC00000B5,
  STATUS_CONNECTION_DISCONNECTED = 0xC000020C,
  STATUS_CONNECTION_RESET = 0xC000020D,
  STATUS_PIPE_DISCONNECTED = 0xC00000B0,
  STATUS_PIPE_BROKEN = 0xC000014B,
  STATUS_PATH_NOT_COVERED = 0xC0000257,
  STATUS_BAD_NETWORK_NAME = 0xC00000CC,
  STATUS_STOPPED_ON_SYMLINK = 0x8000002D,
  STATUS_INVALID_NETWORK_RESPONSE = 0xC00000C3,
  STATUS_BUFFER_TOO_SMALL = 0xC0000023,
  STATUS_NET_WRITE_FAULT = 0xC00000D2,
  STATUS_UNSUCCESSFUL = 0xC0000001,  ///< a bind that was refused
  STATUS_ENCRYPTION_FAILED = 0xC000028A,
  STATUS_REVISION_MISMATCH = 0xC0000059,
  RPC_NT_UNKNOWN_IF = 0xC0020012,
  RPC_NT_PROTOCOL_ERROR = 0xC002001D,
  RPC_NT_PROCNUM_OUT_OF_RANGE = 0xC002002E,
  RPC_NT_UNSUPPORTED_TRANS_SYN = 0xC0020041,
  RPC_NT_CALL_FAILED = 0xC0020055,  ///< for example, a fault instead of a bind_ack
};

constexpr std::string_view starting = "The host was starting its Remote Registry service, but not within the deadline";
constexpr std::string_view account_refused = "The host refused the account";
constexpr std::string_view account_unchecked = "The host cannot check the account with its domain";
constexpr std::string_view clocks_differ =
    "The host cannot check the account with its domain: its clock and the domain controller's differ";
constexpr std::string_view no_ntlm = "The host does not accept NTLM";
constexpr std::string_view no_kdc = "No KDC answered the request for a ticket for the host";
constexpr std::string_view no_ticket = "Kerberos gave no ticket for the host";
constexpr std::string_view answers_not_allowed = "The host's answers violate the SMB or RPC protocol";
constexpr std::string_view not_signed = "The host's answers were not signed as required";
constexpr std::string_view busy = "The host is too busy, or shutting down";
constexpr std::string_view connection_ended = "The host ended the connection before \\PIPE\\winreg was open";
constexpr std::string_view ended_with_ntlm =
    "The host ended the connection before \\PIPE\\winreg was open; it may block NTLM, so scan with Kerberos (omit "
    "--ntlm)";
constexpr std::string_view not_proven = "Kerberos could not prove the account to the host";
constexpr std::string_view pointed_elsewhere =
    "The host redirected \\PIPE\\winreg to another place, which casweep does not follow";

// Samba's client uses some codes for its own errors. Its codes for each step of a misbehaving host are measured in
// tests/hostile.
constexpr std::array on_connect{
    NtStatusMeaning{STATUS_PIPE_NOT_AVAILABLE, Kind::remote_registry_not_starting, starting},
    NtStatusMeaning{STATUS_PIPE_BUSY, Kind::remote_registry_not_starting, starting},
    NtStatusMeaning{STATUS_OBJECT_NAME_NOT_FOUND, Kind::remote_registry_unavailable,
                    "The host has no \\PIPE\\winreg: its Remote Registry service is disabled"},
    NtStatusMeaning{STATUS_LOGON_FAILURE, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_WRONG_PASSWORD, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_NO_SUCH_USER, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_ACCOUNT_RESTRICTION, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_INVALID_LOGON_HOURS, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_INVALID_WORKSTATION, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_PASSWORD_EXPIRED, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_ACCOUNT_DISABLED, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_ACCOUNT_EXPIRED, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_PASSWORD_MUST_CHANGE, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_ACCOUNT_LOCKED_OUT, Kind::logon_refused, account_refused},
    NtStatusMeaning{STATUS_LOGON_TYPE_NOT_GRANTED, Kind::logon_refused,
                    "The host does not grant this account \"Access this computer from the network\""},
    NtStatusMeaning{STATUS_AUTHENTICATION_FIREWALL_FAILED, Kind::logon_refused,
                    "Selective authentication denies this account access to the host"},
    NtStatusMeaning{STATUS_NETLOGON_NOT_STARTED, Kind::logon_refused, account_unchecked},
    NtStatusMeaning{STATUS_NO_TRUST_SAM_ACCOUNT, Kind::logon_refused, account_unchecked},
    NtStatusMeaning{STATUS_TRUSTED_DOMAIN_FAILURE, Kind::logon_refused, account_unchecked},
    NtStatusMeaning{STATUS_TRUSTED_RELATIONSHIP_FAILURE, Kind::logon_refused, account_unchecked},
    NtStatusMeaning{STATUS_NTLM_BLOCKED, Kind::ntlm_blocked, no_ntlm},
    NtStatusMeaning{STATUS_NOT_SUPPORTED, Kind::protocol_error, "The host does not speak SMB 2 or 3"},
    NtStatusMeaning{STATUS_NO_LOGON_SERVERS, Kind::kerberos_failed, no_kdc},
    NtStatusMeaning{STATUS_TIME_DIFFERENCE_AT_DC, Kind::kerberos_failed, no_ticket},
    NtStatusMeaning{STATUS_KDC_UNABLE_TO_REFER, Kind::kerberos_failed, no_ticket},
    // An unknown service principal, an expired ticket, or a host that wants NTLM.
    NtStatusMeaning{STATUS_INVALID_PARAMETER, Kind::kerberos_failed, not_proven},
    NtStatusMeaning{
        STATUS_ACCESS_DENIED, Kind::access_denied,
        "The host does not let this account open \\PIPE\\winreg, or its answers were not signed as required"},
    NtStatusMeaning{STATUS_NETWORK_ACCESS_DENIED, Kind::access_denied,
                    "The host does not let this account open \\PIPE\\winreg"},
    NtStatusMeaning{STATUS_DOWNGRADE_DETECTED, Kind::protection_refused, not_signed},
    NtStatusMeaning{STATUS_INVALID_SIGNATURE, Kind::protection_refused, not_signed},
    NtStatusMeaning{STATUS_INSUFFICIENT_RESOURCES, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_INSUFF_SERVER_RESOURCES, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_REQUEST_NOT_ACCEPTED, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_SERVER_SHUTDOWN_IN_PROGRESS, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_USER_SESSION_DELETED, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_NETWORK_SESSION_EXPIRED, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_NETWORK_NAME_DELETED, Kind::host_busy, busy},
    NtStatusMeaning{STATUS_IO_TIMEOUT, Kind::timed_out, "The host stopped answering before \\PIPE\\winreg was open"},
    NtStatusMeaning{STATUS_CONNECTION_DISCONNECTED, Kind::protocol_error, connection_ended},
    NtStatusMeaning{STATUS_CONNECTION_RESET, Kind::protocol_error, connection_ended},
    NtStatusMeaning{STATUS_PIPE_DISCONNECTED, Kind::protocol_error, connection_ended},
    NtStatusMeaning{STATUS_PIPE_BROKEN, Kind::protocol_error, connection_ended},
    NtStatusMeaning{STATUS_PATH_NOT_COVERED, Kind::protocol_error, pointed_elsewhere},
    NtStatusMeaning{STATUS_BAD_NETWORK_NAME, Kind::protocol_error, pointed_elsewhere},
    NtStatusMeaning{STATUS_STOPPED_ON_SYMLINK, Kind::protocol_error, pointed_elsewhere},
    NtStatusMeaning{STATUS_INVALID_NETWORK_RESPONSE, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{STATUS_BUFFER_TOO_SMALL, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{STATUS_NET_WRITE_FAULT, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{STATUS_UNSUCCESSFUL, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{STATUS_ENCRYPTION_FAILED, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{STATUS_REVISION_MISMATCH, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{RPC_NT_UNKNOWN_IF, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{RPC_NT_PROTOCOL_ERROR, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{RPC_NT_PROCNUM_OUT_OF_RANGE, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{RPC_NT_UNSUPPORTED_TRANS_SYN, Kind::protocol_error, answers_not_allowed},
    NtStatusMeaning{RPC_NT_CALL_FAILED, Kind::protocol_error, answers_not_allowed},
};

/// Statuses with another meaning for a logon by Kerberos.
constexpr std::array on_connect_by_kerberos{
    // Samba's client also returns it if the KDC refuses a ticket, and a host if it cannot decrypt one.
    NtStatusMeaning{STATUS_LOGON_FAILURE, Kind::kerberos_failed, not_proven},
};

/// Statuses with another meaning for a logon by NTLM. Hosts that block NTLM may also end the connection.
constexpr std::array on_connect_by_ntlm{
    NtStatusMeaning{STATUS_CONNECTION_DISCONNECTED, Kind::protocol_error, ended_with_ntlm},
    NtStatusMeaning{STATUS_CONNECTION_RESET, Kind::protocol_error, ended_with_ntlm},
    NtStatusMeaning{STATUS_PIPE_DISCONNECTED, Kind::protocol_error, ended_with_ntlm},
    NtStatusMeaning{STATUS_PIPE_BROKEN, Kind::protocol_error, ended_with_ntlm},
    NtStatusMeaning{STATUS_NOT_SUPPORTED, Kind::ntlm_blocked, no_ntlm},
    NtStatusMeaning{STATUS_INVALID_PARAMETER, Kind::protocol_error, answers_not_allowed},
    // No ticket is requested for NTLM: the host forwards the logon to its domain, and these are its answers.
    NtStatusMeaning{STATUS_NO_LOGON_SERVERS, Kind::logon_refused, account_unchecked},
    NtStatusMeaning{STATUS_TIME_DIFFERENCE_AT_DC, Kind::logon_refused, clocks_differ},
    NtStatusMeaning{STATUS_KDC_UNABLE_TO_REFER, Kind::logon_refused, account_unchecked},
};

constexpr std::array on_call{
    NtStatusMeaning{STATUS_IO_TIMEOUT, Kind::timed_out, "The host stopped answering during the reading"},
    NtStatusMeaning{STATUS_ACCESS_DENIED, Kind::access_denied,
                    "The host does not let this account read its registry"},  // as an RPC fault
};

const NtStatusMeaning* find_meaning(std::span<const NtStatusMeaning> meanings, std::uint32_t status) {
  const auto found = std::ranges::find(meanings, status, &NtStatusMeaning::status);
  return found == meanings.end() ? nullptr : &*found;
}

}  // namespace

std::span<const NtStatusMeaning> connect_meanings() { return on_connect; }
std::span<const NtStatusMeaning> kerberos_connect_meanings() { return on_connect_by_kerberos; }
std::span<const NtStatusMeaning> ntlm_connect_meanings() { return on_connect_by_ntlm; }
std::span<const NtStatusMeaning> call_meanings() { return on_call; }

NtStatusMeaning meaning_of_connect(std::uint32_t status, logon::Logon logon) {
  const std::span<const NtStatusMeaning> special =
      logon == logon::Logon::ntlm ? ntlm_connect_meanings() : kerberos_connect_meanings();
  if (const auto* known = find_meaning(special, status)) return *known;
  if (const auto* known = find_meaning(on_connect, status)) return *known;
  return {status, Kind::unclassified, "The connection to \\PIPE\\winreg failed"};
}

NtStatusMeaning meaning_of_call(std::uint32_t status) {
  if (const auto* known = find_meaning(on_call, status)) return *known;
  return {status, Kind::protocol_error, "The connection broke during the reading"};
}

}  // namespace casweep::winreg
