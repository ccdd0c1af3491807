// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/remote_registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf16.h"
#include "winreg/win32_error.h"

namespace casweep::winreg {
namespace {

RegistryFailure win32_failure(std::uint32_t error, const std::string& asked) {
  const base::ForeignError foreign{"win32", error, std::string(win32_symbol(error))};
  const std::string name = foreign.symbol.empty() ? fmt::format("Win32 error {}", error) : foreign.symbol;
  switch (error) {
    case ERROR_ACCESS_DENIED:
      return {RegistryFailureKind::access_denied, fmt::format("The host does not let this account read {}.", asked),
              foreign};
    case ERROR_WRITE_PROTECT:
    case ERROR_NOT_READY:
    case ERROR_BUSY:
    case ERROR_WAIT_TIMEOUT:
      return {RegistryFailureKind::host_busy, fmt::format("The host is busy or shutting down: {} for {}.", name, asked),
              foreign};
    default:
      return {RegistryFailureKind::protocol_error, fmt::format("The host answered {} when asked for {}.", name, asked),
              foreign};
  }
}

RegistryFailure unreadable_reply(const std::string& asked) {
  return {RegistryFailureKind::protocol_error,
          fmt::format("The host's reply about {} is not valid in [MS-RRP].", asked),
          {}};
}

std::optional<std::u16string> utf16_of(const base::Octets& data) {
  if (data.size() % 2 != 0) return std::nullopt;
  std::u16string text;
  for (std::size_t i = 0; i < data.size(); i += 2) text.push_back(static_cast<char16_t>(data[i] | (data[i + 1] << 8)));
  return text;
}

}  // namespace

template <typename Reply>
tl::expected<Reply, RegistryFailure> RemoteRegistry::ask(Opnum opnum, const base::Octets& request,
                                                         std::optional<Reply> (*decode)(std::span<const std::uint8_t>),
                                                         const std::string& asked) {
  const auto stub = channel_.call(opnum, request);
  if (!stub) return tl::unexpected(stub.error());
  auto reply = decode(*stub);
  if (!reply) return tl::unexpected(unreadable_reply(asked));
  return *std::move(reply);
}

tl::expected<std::optional<RemoteRegistry::Key>, RegistryFailure> RemoteRegistry::open(std::string_view path,
                                                                                       std::uint32_t access) {
  if (!local_machine_) {
    const auto root =
        ask(Opnum::open_local_machine, encode_open_local_machine(MAXIMUM_ALLOWED), &decode_open_key, "HKLM");
    if (!root) return tl::unexpected(root.error());
    if (root->error != ERROR_SUCCESS) return tl::unexpected(win32_failure(root->error, "HKLM"));
    local_machine_ = root->handle;
  }
  const auto utf16 = base::to_utf16(path);
  std::string shown = fmt::format("HKLM\\{}", path);
  last_path_ = shown;
  if (!utf16) return tl::unexpected(unreadable_reply(shown));
  const auto key =
      ask(Opnum::base_reg_open_key, encode_open_key(*local_machine_, *utf16, access), &decode_open_key, shown);
  if (!key) return tl::unexpected(key.error());
  if (key->error == ERROR_FILE_NOT_FOUND) return std::nullopt;
  if (key->error != ERROR_SUCCESS) return tl::unexpected(win32_failure(key->error, shown));
  return Key{key->handle, std::move(shown)};
}

tl::expected<std::optional<RegistryValue>, RegistryFailure> RemoteRegistry::value(const Key& key,
                                                                                  std::string_view name) {
  const std::string asked = fmt::format("the value {} of {}", name, key.path);
  auto value =
      ask(Opnum::base_reg_query_value, encode_query_value(key.handle, base::to_utf16(name).value_or(std::u16string{})),
          &decode_query_value, asked);
  if (!value) return tl::unexpected(value.error());
  if (value->error == ERROR_FILE_NOT_FOUND) return std::nullopt;
  if (value->error == ERROR_MORE_DATA) {
    return tl::unexpected(
        RegistryFailure{RegistryFailureKind::value_malformed,
                        fmt::format("{} has {} bytes, which is more than any CA writes.", asked, value->size),
                        base::ForeignError{"win32", ERROR_MORE_DATA, std::string(win32_symbol(ERROR_MORE_DATA))}});
  }
  if (value->error != ERROR_SUCCESS) return tl::unexpected(win32_failure(value->error, asked));
  return RegistryValue{value->type, std::move(value->data)};
}

tl::expected<QueryInfoKeyReply, RegistryFailure> RemoteRegistry::info(const Key& key) {
  auto info = ask(Opnum::base_reg_query_info_key, encode_query_info_key(key.handle), &decode_query_info_key, key.path);
  if (info && info->error != ERROR_SUCCESS) return tl::unexpected(win32_failure(info->error, key.path));
  return info;
}

tl::expected<std::optional<std::string>, RegistryFailure> RemoteRegistry::sub_key(const Key& key, std::uint32_t index) {
  const auto entry = ask(Opnum::base_reg_enum_key, encode_enum_key(key.handle, index), &decode_enum_key, key.path);
  if (!entry) return tl::unexpected(entry.error());
  if (entry->error == ERROR_NO_MORE_ITEMS) return std::nullopt;
  if (entry->error != ERROR_SUCCESS) return tl::unexpected(win32_failure(entry->error, key.path));
  return base::to_utf8(entry->name);
}

std::optional<std::uint32_t> dword_of(const RegistryValue& value) {
  if (value.type != REG_DWORD || value.data.size() != 4) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number |= std::uint32_t{value.data[i]} << (8 * i);
  return number;
}

std::optional<std::string> text_of(const RegistryValue& value) {
  if (value.type != REG_SZ && value.type != REG_EXPAND_SZ) return std::nullopt;
  const auto text = utf16_of(value.data);
  if (!text) return std::nullopt;
  return base::to_utf8(text->substr(0, text->find(u'\0')));
}

std::optional<std::vector<std::string>> texts_of(const RegistryValue& value) {
  if (value.type != REG_MULTI_SZ && value.type != REG_SZ) return std::nullopt;
  const auto text = utf16_of(value.data);
  if (!text) return std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find(u'\0', at), text->size());
    if (end == at) break;  // the empty string that ends the list
    texts.push_back(base::to_utf8(std::u16string_view(*text).substr(at, end - at)));
    at = end + 1;
  }
  return texts;
}

}  // namespace casweep::winreg
