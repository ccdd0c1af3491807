// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "winreg/rpc_channel.h"
#include "winreg/winreg_ndr.h"

namespace casweep::winreg {

/// Win32 codes a reader of the registry decides on ([MS-ERREF] 2.2).
enum : std::uint32_t {
  ERROR_SUCCESS = 0,
  ERROR_FILE_NOT_FOUND = 2,
  ERROR_ACCESS_DENIED = 5,
  ERROR_WRITE_PROTECT = 0x13,  ///< what a host that shuts down answers
  ERROR_NOT_READY = 0x15,
  ERROR_BUSY = 0xAA,
  ERROR_MORE_DATA = 0xEA,
  ERROR_WAIT_TIMEOUT = 0x102,
  ERROR_NO_MORE_ITEMS = 0x103,
};

/// The registry of one host, read-only. A key or value that is not there is nullopt, an answer like any other; every
/// other failure says what was being read. Paths are relative to HKEY_LOCAL_MACHINE, UTF-8.
class RemoteRegistry {
 public:
  explicit RemoteRegistry(RpcChannel& channel) : channel_(channel) {}

  struct Key {
    winreg::Handle handle;
    std::string path;  ///< "HKLM\SYSTEM\…", for evidence
  };

  /// Opens `path` in one call from the root: the server checks winreg\AllowedPaths against the whole path, so an
  /// account that is not an administrator may not walk there step by step ([MS-RRP] <12>).
  [[nodiscard]] tl::expected<std::optional<Key>, assess::ReadFailure> open(std::string_view path, std::uint32_t access);

  [[nodiscard]] tl::expected<std::optional<assess::RegistryValue>, assess::ReadFailure> value(const Key& key,
                                                                                              std::string_view name);

  [[nodiscard]] tl::expected<winreg::QueryInfoKeyReply, assess::ReadFailure> info(const Key& key);

  /// Name of the sub-key at `index`; nullopt past the last.
  [[nodiscard]] tl::expected<std::optional<std::string>, assess::ReadFailure> sub_key(const Key& key,
                                                                                      std::uint32_t index);

  /// The last key that was asked for, as evidence of a failure; empty before the first.
  [[nodiscard]] const std::string& last_path() const { return last_path_; }

 private:
  template <typename Reply>
  tl::expected<Reply, assess::ReadFailure> ask(winreg::Opnum opnum, const base::Octets& request,
                                               std::optional<Reply> (*decode)(std::span<const std::uint8_t>),
                                               const std::string& asked);

  RpcChannel& channel_;
  std::optional<winreg::Handle> local_machine_;
  std::string last_path_;
};

/// The number of a REG_DWORD; nullopt for other types and lengths, which have no documented meaning ([MS-RRP] 2.2.9).
[[nodiscard]] std::optional<std::uint32_t> dword_of(const assess::RegistryValue& value);

/// The text of a REG_SZ or REG_EXPAND_SZ, nullopt for other types or an odd number of bytes.
[[nodiscard]] std::optional<std::string> text_of(const assess::RegistryValue& value);

/// The strings of a REG_MULTI_SZ, or the one of a REG_SZ; nullopt for other types or an odd number of bytes.
[[nodiscard]] std::optional<std::vector<std::string>> texts_of(const assess::RegistryValue& value);

}  // namespace casweep::winreg
