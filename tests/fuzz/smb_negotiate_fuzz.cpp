// SPDX-License-Identifier: GPL-3.0-or-later
// The input is the answer to an SMB2 NEGOTIATE; its first octets are also read as a transport header.
#include "winreg/smb_negotiate_internal.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/fuzz/claim.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace casweep;
  const std::span input(data, size);
  if (const auto time = winreg::system_time_of(input)) {
    fuzz::claim(size >= 128);
    fuzz::claim(time->time_since_epoch().count() >= 0);
  }
  const auto header = input.first(std::min(size, winreg::smb_transport_header));
  if (const auto length = winreg::smb_message_length(header)) fuzz::claim(*length <= 64 * 1024);
  return 0;
}
