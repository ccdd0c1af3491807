// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/winreg_ndr.h"

#include <algorithm>

#include "base/filetime.h"
#include "winreg/ndr_internal.h"

namespace casweep::winreg {
namespace {

/// Zero from Samba, and for keys that were never written.
std::optional<std::chrono::sys_seconds> time_of(std::uint32_t low, std::uint32_t high) {
  return base::from_filetime((std::uint64_t{high} << 32) | low);
}

/// `reply`, if `ndr` was read to its end without an error.
template <typename Reply>
std::optional<Reply> whole(const NdrReader& ndr, Reply reply) {
  if (!ndr.at_end()) return std::nullopt;
  return reply;
}

}  // namespace

base::Octets encode_open_local_machine(std::uint32_t access) {
  NdrWriter ndr;
  ndr.null_pointer();  // ServerName: ignored by the server
  ndr.u32(access);
  return std::move(ndr).take();
}

base::Octets encode_open_key(const Handle& parent, std::u16string_view path, std::uint32_t access) {
  NdrWriter ndr;
  ndr.octets(parent);
  ndr.unicode_string(path);
  ndr.u32(0);  // dwOptions
  ndr.u32(access);
  return std::move(ndr).take();
}

base::Octets encode_query_value(const Handle& key, std::u16string_view value_name) {
  NdrWriter ndr;
  ndr.octets(key);
  ndr.unicode_string(value_name);
  ndr.pointer();  // lpType
  ndr.u32(0);
  ndr.pointer();  // lpData: room for the whole value, none of it sent
  ndr.u32(largest_value);
  ndr.u32(0);
  ndr.u32(0);
  ndr.pointer();  // lpcbData
  ndr.u32(largest_value);
  ndr.pointer();  // lpcbLen
  ndr.u32(0);
  return std::move(ndr).take();
}

base::Octets encode_query_info_key(const Handle& key) {
  NdrWriter ndr;
  ndr.octets(key);
  ndr.unicode_string(u"", 512);  // lpClassIn: Samba requires a NUL in it, Windows XP a MaximumLength
  return std::move(ndr).take();
}

base::Octets encode_enum_key(const Handle& key, std::uint32_t index) {
  NdrWriter ndr;
  ndr.octets(key);
  ndr.u32(index);
  ndr.unicode_buffer(longest_key_name);
  ndr.pointer();  // lpClassIn: optional in the specification, but Samba requires it
  ndr.unicode_buffer(longest_key_name);
  ndr.pointer();  // lpftLastWriteTime
  ndr.u32(0);
  ndr.u32(0);
  return std::move(ndr).take();
}

std::optional<OpenKeyReply> decode_open_key(std::span<const std::uint8_t> stub) {
  NdrReader ndr(stub);
  OpenKeyReply reply;
  if (const auto handle = ndr.octets(reply.handle.size()); ndr.ok()) std::ranges::copy(handle, reply.handle.begin());
  reply.error = ndr.u32();
  return whole(ndr, reply);
}

std::optional<QueryValueReply> decode_query_value(std::span<const std::uint8_t> stub) {
  NdrReader ndr(stub);
  QueryValueReply reply;
  if (ndr.pointer()) reply.type = ndr.u32();
  if (ndr.pointer()) {
    const auto data = ndr.conformant_varying(1, largest_value);
    reply.data.assign(data.begin(), data.end());
  }
  if (ndr.pointer()) reply.size = ndr.u32();
  const std::uint32_t length = ndr.pointer() ? ndr.u32() : 0;
  reply.error = ndr.u32();
  // A value is sent completely: if the two counts disagree, it is unknown how much of it is missing.
  if (reply.error == 0 && (reply.size != reply.data.size() || length != reply.data.size())) return std::nullopt;
  return whole(ndr, std::move(reply));
}

std::optional<QueryInfoKeyReply> decode_query_info_key(std::span<const std::uint8_t> stub) {
  NdrReader ndr(stub);
  QueryInfoKeyReply reply;
  static_cast<void>(ndr.unicode_string(512));  // lpClassOut
  reply.sub_keys = ndr.u32();
  for (int unused = 0; unused < 6; ++unused) ndr.u32();  // lengths, values, security descriptor
  const std::uint32_t low = ndr.u32();
  const std::uint32_t high = ndr.u32();
  reply.last_write = time_of(low, high);
  reply.error = ndr.u32();
  return whole(ndr, reply);
}

std::optional<EnumKeyReply> decode_enum_key(std::span<const std::uint8_t> stub) {
  NdrReader ndr(stub);
  EnumKeyReply reply;
  reply.name = ndr.unicode_string(longest_key_name);
  if (ndr.pointer()) static_cast<void>(ndr.unicode_string(longest_key_name));  // lplpClassOut
  if (ndr.pointer()) {                                                         // lpftLastWriteTime
    ndr.u32();
    ndr.u32();
  }
  reply.error = ndr.u32();
  return whole(ndr, std::move(reply));
}

}  // namespace casweep::winreg
