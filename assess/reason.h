// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace casweep::assess {

/// What a CA's configuration means for ESC11. Zero is the verdict that is safe by default.
enum class Verdict { unknown = 0, enforced, not_enforced, not_exposed };

/// Enforced or not exposed.
[[nodiscard]] bool is_compliant(Verdict verdict);

/// The reason for a verdict. Stored and exported as words that never change. Four reasons belong to the other verdicts,
/// as their comments say; all others belong to `unknown`.
enum class Reason {
  unclassified = 0,    ///< an unforeseen failure
  flag_set,            ///< enforced: IF_ENFORCEENCRYPTICERTREQUEST is set
  flag_clear,          ///< not enforced: it is not set
  value_absent,        ///< not enforced: no InterfaceFlags, so none are in effect ([MS-CSRA] <15>)
  rpc_enrollment_off,  ///< not exposed: IF_NORPCICERTREQUEST is set
  value_malformed,
  no_host_name,
  host_name_invalid,  ///< dNSHostName is not the name of a host
  name_not_resolved,
  host_unreachable,
  connection_refused,
  timed_out,
  logon_refused,
  kerberos_failed,
  ntlm_blocked,
  protection_refused,  ///< SMB signing or RPC sealing could not be agreed
  access_denied,
  remote_registry_unavailable,
  remote_registry_not_starting,
  ca_key_not_found,
  not_a_ca,
  different_ca_on_host,
  certificate_differs,  ///< the host's key has the CA's name, but not its newest certificate
  server_name_differs,  ///< the key's CAServerName names another host than dNSHostName
  host_busy,            ///< shutting down, not ready, busy
  protocol_error,
  worker_crashed,
  not_read,             ///< listed by the directory but not read by the scan; no reading has this reason
  hidden_from_account,  ///< known, but the directory hides it from the account; no host was contacted
};

/// Every verdict in the order of reports, in which `unknown` is the last, and every reason.
[[nodiscard]] std::span<const Verdict> all_verdicts();
[[nodiscard]] std::span<const Reason> all_reasons();

/// Stable words: "not-enforced", "access-denied".
[[nodiscard]] std::string_view word_of(Verdict verdict);
[[nodiscard]] std::string_view word_of(Reason reason);
[[nodiscard]] std::optional<Verdict> verdict_of_word(std::string_view word);
[[nodiscard]] std::optional<Reason> reason_of_word(std::string_view word);

}  // namespace casweep::assess
