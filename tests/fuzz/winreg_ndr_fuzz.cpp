// SPDX-License-Identifier: GPL-3.0-or-later
// The input is the stub of a winreg reply, decoded as each kind of reply; then the data of a registry value.
#include "winreg/winreg_ndr.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/utf16.h"
#include "tests/fuzz/claim.h"
#include "winreg/remote_registry.h"

namespace casweep::fuzz {
namespace {

using namespace base;

/// What the rest of the program may assume about text from a registry.
void claim_is_text(const std::string& text) {
  claim(to_utf16(text).has_value());
  claim(text.find('\0') == std::string::npos);
}

void read_as_value(const winreg::RegistryValue& value) {
  if (const auto text = winreg::text_of(value)) claim_is_text(*text);
  if (const auto texts = winreg::texts_of(value)) {
    claim(texts->size() <= value.data.size() / 2);
    for (const std::string& text : *texts) {
      claim_is_text(text);
      claim(!text.empty());
    }
  }
}

void read_as_replies(std::span<const std::uint8_t> stub) {
  if (const auto reply = winreg::decode_open_key(stub)) {
    claim(std::ranges::equal(reply->handle, stub.first(reply->handle.size())));
  }
  if (const auto reply = winreg::decode_query_value(stub)) {
    claim(reply->data.size() <= stub.size() && reply->data.size() <= winreg::largest_value);
    claim(reply->error != 0 || reply->size == reply->data.size());
    read_as_value({reply->type, reply->data});
  }
  if (const auto reply = winreg::decode_query_info_key(stub)) {
    claim(!reply->last_write || reply->last_write->time_since_epoch().count() > 0);
  }
  if (const auto reply = winreg::decode_enum_key(stub)) {
    claim(reply->name.size() <= winreg::longest_key_name);
    claim(to_utf16(to_utf8(reply->name)).has_value());
  }
}

}  // namespace
}  // namespace casweep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace casweep;
  const std::span input(data, size);
  fuzz::read_as_replies(input);
  for (const std::uint32_t type : {winreg::REG_SZ, winreg::REG_EXPAND_SZ, winreg::REG_MULTI_SZ}) {
    fuzz::read_as_value({type, {input.begin(), input.end()}});
  }
  return 0;
}
