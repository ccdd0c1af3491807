// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "discovery/enrollment_service.h"
#include "winreg/registry_failure.h"
#include "winreg/registry_value.h"
#include "winreg/rpc_channel.h"

namespace casweep::test {

/// A registry in memory behind real winreg stubs, for behaviour that a Samba host cannot be made to show (key times,
/// broken replies, sudden errors); registry_contract_test.cpp checks that it otherwise behaves like a real one.
class FakeRegistry : public winreg::RpcChannel {
 public:
  struct Key {
    std::map<std::string, winreg::RegistryValue> values;
    std::uint32_t open_error = 0;  ///< Win32, answered to BaseRegOpenKey
    std::uint32_t enum_error = 0;  ///< Win32, answered to BaseRegEnumKey
    std::uint64_t last_write = 0;  ///< FILETIME
  };

  std::map<std::string, Key> keys;  ///< by path below HKLM, as spelled in tests
  std::uint32_t root_error = 0;     ///< Win32, answered to OpenLocalMachine
  std::set<std::string> denied_values;
  std::vector<std::string> asked;  ///< e.g. "OpenKey SYSTEM\…", "QueryValue Active", in order
  base::Octets next_reply;         ///< if not empty, sent once instead of the answer

  /// Adds a key and every key above it.
  Key& add(const std::string& path);

  tl::expected<base::Octets, winreg::RegistryFailure> call(winreg::Opnum opnum,
                                                           std::span<const std::uint8_t> stub) override;

 private:
  base::Octets answer(winreg::Opnum opnum, std::span<const std::uint8_t> stub);
  std::vector<std::string> sub_keys_of(const std::string& path) const;

  std::vector<std::string> handles_;  ///< paths opened, by the number in their handle
};

[[nodiscard]] winreg::RegistryValue dword(std::uint32_t value);
[[nodiscard]] winreg::RegistryValue text(std::string_view utf8);
[[nodiscard]] winreg::RegistryValue texts(const std::vector<std::string>& utf8);

/// HKLM path of CertSvc\Configuration, or of a key below it.
[[nodiscard]] std::string configuration(std::string_view key = {});

/// The CACertHash string of a certificate: "a1 b2 …".
[[nodiscard]] std::string spaced_hash(const base::Octets& certificate);

/// The certificate of the CA called `display_name`: always the same one, with the same validity as all others.
[[nodiscard]] const base::Octets& certificate_of(std::string_view display_name);

/// An object of the directory called `display_name`, with AD CS's cn for it and its own certificate.
[[nodiscard]] discovery::EnrollmentService enrollment_service(std::string_view display_name);

}  // namespace casweep::test
