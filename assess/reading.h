// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "assess/read_failure.h"
#include "base/instant.h"
#include "base/octets.h"
#include "winreg/registry_value.h"

namespace casweep::assess {

/// How the CA's key was found below CertSvc\Configuration.
enum class KeyFoundBy { sanitized_name, active, enumeration };

/// The evidence that the key belongs to the directory's object, strongest first.
enum class KeyMatchedBy { certificate_hash, common_name, key_name };

[[nodiscard]] std::span<const KeyFoundBy> all_key_found_by();
[[nodiscard]] std::span<const KeyMatchedBy> all_key_matched_by();
[[nodiscard]] std::string_view word_of(KeyFoundBy found_by);
[[nodiscard]] std::string_view word_of(KeyMatchedBy matched_by);
[[nodiscard]] std::optional<KeyFoundBy> key_found_by_of_word(std::string_view word);
[[nodiscard]] std::optional<KeyMatchedBy> key_matched_by_of_word(std::string_view word);

/// The evidence in a registry key for the CA that it belongs to.
struct KeyIdentity {
  std::string name{};                              ///< the key's own name
  std::optional<std::string> common_name{};        ///< CommonName; nullopt: absent, unreadable, or not needed yet
  std::vector<base::Octets> certificate_hashes{};  ///< CACertHash: SHA-1 of every certificate that the CA ever had

  bool operator==(const KeyIdentity&) const = default;
};

/// The facts in a CA's registry: the value CertSvc loads at its next start, which may differ from what the running
/// service enforces ([MS-CSRA] 3.1.1.10, OnNextRestart_Config_CA_Interface_Flags).
struct RegistryFacts {
  std::string key_path;  ///< `HKLM\SYSTEM\…\Configuration\<CA>`
  KeyFoundBy found_by = KeyFoundBy::sanitized_name;
  KeyMatchedBy matched_by = KeyMatchedBy::key_name;
  std::optional<winreg::RegistryValue> interface_flags;  ///< nullopt: the key exists without this value
  std::optional<std::chrono::sys_seconds>
      key_last_write;                        ///< upper bound of the value's last change; nullopt: not known
  std::optional<std::string> server_name{};  ///< CAServerName: the host that runs the CA; nullopt: absent or unreadable
  KeyIdentity identity{};                    ///< for settle_key_claims(); not recorded

  bool operator==(const RegistryFacts&) const = default;
};

/// One reading of one CA: facts or a failure, the address that answered, the account, and the times.
struct Reading {
  tl::expected<RegistryFacts, ReadFailure> result = tl::unexpected(ReadFailure{});
  std::string key_path;  ///< on failure, the last requested key; empty if none
  std::string address;   ///< that answered, or was tried last; empty if none
  std::string protocol;  ///< what the session was required to use, e.g. "required: SMB 2.02 or later, signing, RPC
                         ///< sealing, Kerberos"; the negotiated dialect is not known. Empty: no session
  std::string account;   ///< user@REALM
  base::Instant started_at{};
  base::Instant finished_at{};

  bool operator==(const Reading&) const = default;
};

/// Whether the session proved the identity of the host that the directory names. Kerberos proves it. NTLM does not,
/// because any member of the domain can answer for another. nullopt: there was no session.
[[nodiscard]] std::optional<bool> host_authenticated(const Reading& reading);

}  // namespace casweep::assess
