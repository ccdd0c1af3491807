// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "winreg/registry_failure.h"
#include "winreg/registry_value.h"
#include "winreg/rpc_channel.h"
#include "winreg/winreg_ndr.h"

namespace casweep::winreg {

/// The registry of one host, read-only. A missing key or value is nullopt, a normal answer; every other failure says
/// what was being read. Paths are relative to HKEY_LOCAL_MACHINE, UTF-8.
class RemoteRegistry {
 public:
  explicit RemoteRegistry(RpcChannel& channel) : channel_(channel) {}

  struct Key {
    Handle handle;
    std::string path;  ///< "HKLM\SYSTEM\…", for evidence
  };

  /// Opens `path` in one call from the root: the server checks winreg\AllowedPaths against the whole path, so an
  /// account without administrator rights cannot open it step by step ([MS-RRP] <12>).
  [[nodiscard]] tl::expected<std::optional<Key>, RegistryFailure> open(std::string_view path, std::uint32_t access);

  [[nodiscard]] tl::expected<std::optional<RegistryValue>, RegistryFailure> value(const Key& key,
                                                                                  std::string_view name);

  [[nodiscard]] tl::expected<QueryInfoKeyReply, RegistryFailure> info(const Key& key);

  /// Name of the sub-key at `index`; nullopt past the last.
  [[nodiscard]] tl::expected<std::optional<std::string>, RegistryFailure> sub_key(const Key& key, std::uint32_t index);

  /// The last requested key, as evidence of a failure; empty before the first.
  [[nodiscard]] const std::string& last_path() const { return last_path_; }

 private:
  template <typename Reply>
  tl::expected<Reply, RegistryFailure> ask(Opnum opnum, const base::Octets& request,
                                           std::optional<Reply> (*decode)(std::span<const std::uint8_t>),
                                           const std::string& asked);

  RpcChannel& channel_;
  std::optional<Handle> local_machine_;
  std::string last_path_;
};

/// The number of a REG_DWORD; nullopt for other types and lengths, which have no documented meaning ([MS-RRP] 2.2.9).
[[nodiscard]] std::optional<std::uint32_t> dword_of(const RegistryValue& value);

/// The text of a REG_SZ or REG_EXPAND_SZ, nullopt for other types or an odd number of bytes.
[[nodiscard]] std::optional<std::string> text_of(const RegistryValue& value);

/// The strings of a REG_MULTI_SZ, or the one of a REG_SZ; nullopt for other types or an odd number of bytes.
[[nodiscard]] std::optional<std::vector<std::string>> texts_of(const RegistryValue& value);

}  // namespace casweep::winreg
