// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/octets.h"

/// The stubs of the winreg operations this program uses ([MS-RRP] 3.1.5), in NDR20. Encoding cannot fail; decoding
/// gives nullopt for anything that is not exactly the operation's reply.
namespace casweep::winreg {

enum class Opnum : std::uint16_t {
  open_local_machine = 2,        ///< 3.1.5.3
  base_reg_enum_key = 9,         ///< 3.1.5.10
  base_reg_open_key = 15,        ///< 3.1.5.15
  base_reg_query_info_key = 16,  ///< 3.1.5.16
  base_reg_query_value = 17,     ///< 3.1.5.17
};

/// REGSAM ([MS-RRP] 2.2.3): the minimum needed, so that a key that grants only this can still be opened.
enum : std::uint32_t { KEY_QUERY_VALUE = 0x1, KEY_ENUMERATE_SUB_KEYS = 0x8, MAXIMUM_ALLOWED = 0x02000000 };

/// Registry value types ([MS-RRP] 2.2.9).
enum : std::uint32_t { REG_SZ = 1, REG_EXPAND_SZ = 2, REG_BINARY = 3, REG_DWORD = 4, REG_MULTI_SZ = 7 };

/// RPC_HKEY ([MS-RRP] 2.2.1.2): valid on the connection that returned it.
using Handle = std::array<std::uint8_t, 20>;

/// The largest value that is requested, in bytes, and the longest key name, in UTF-16 units ([MS-RRP] 3.1.1.1).
inline constexpr std::uint32_t largest_value = 16 * 1024;
inline constexpr std::uint16_t longest_key_name = 256;

struct OpenKeyReply {
  Handle handle{};
  std::uint32_t error = 0;  ///< Win32; the other members are valid only if it is 0
};

struct QueryValueReply {
  std::uint32_t type = 0;
  base::Octets data;
  std::uint32_t size = 0;  ///< bytes the value has; more than `data` with ERROR_MORE_DATA
  std::uint32_t error = 0;
};

struct QueryInfoKeyReply {
  std::uint32_t sub_keys = 0;
  std::optional<std::chrono::sys_seconds> last_write;  ///< nullopt: zero, or before 1970
  std::uint32_t error = 0;
};

struct EnumKeyReply {
  std::u16string name;
  std::uint32_t error = 0;
};

[[nodiscard]] base::Octets encode_open_local_machine(std::uint32_t access);
[[nodiscard]] base::Octets encode_open_key(const Handle& parent, std::u16string_view path, std::uint32_t access);
[[nodiscard]] base::Octets encode_query_value(const Handle& key, std::u16string_view value_name);
[[nodiscard]] base::Octets encode_query_info_key(const Handle& key);
[[nodiscard]] base::Octets encode_enum_key(const Handle& key, std::uint32_t index);

[[nodiscard]] std::optional<OpenKeyReply> decode_open_key(std::span<const std::uint8_t> stub);  ///< and opnum 2
[[nodiscard]] std::optional<QueryValueReply> decode_query_value(std::span<const std::uint8_t> stub);
[[nodiscard]] std::optional<QueryInfoKeyReply> decode_query_info_key(std::span<const std::uint8_t> stub);
[[nodiscard]] std::optional<EnumKeyReply> decode_enum_key(std::span<const std::uint8_t> stub);

}  // namespace casweep::winreg
