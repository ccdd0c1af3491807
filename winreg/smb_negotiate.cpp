// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/smb_negotiate_internal.h"

#include <algorithm>
#include <array>

#include "base/filetime.h"

namespace casweep::winreg {
namespace {

constexpr std::size_t smb_header = 64;    // [MS-SMB2] 2.2.1
constexpr std::size_t request_body = 36;  // [MS-SMB2] 2.2.3, before the dialects
constexpr std::size_t answer_body = 64;   // [MS-SMB2] 2.2.4, before the security buffer
constexpr std::size_t longest_answer_to_negotiate = 64 * 1024;
constexpr std::array<std::uint8_t, 4> smb2_protocol{0xFE, 'S', 'M', 'B'};
constexpr std::array<std::uint16_t, 4> dialects{0x0202, 0x0210, 0x0300, 0x0302};

void put(base::Octets& octets, std::size_t at, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) octets[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
}

std::uint64_t get(std::span<const std::uint8_t> octets, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{octets[at + i]} << (8 * i);
  return number;
}

}  // namespace

base::Octets negotiate_request() {
  constexpr std::size_t length = smb_header + request_body + 2 * dialects.size();
  base::Octets request(smb_transport_header + length);
  request[smb_transport_header - 1] = length;
  std::ranges::copy(smb2_protocol, request.begin() + smb_transport_header);
  put(request, smb_transport_header + 4, smb_header, 2);
  put(request, smb_transport_header + 14, 1, 2);  // CreditRequest
  constexpr std::size_t body = smb_transport_header + smb_header;
  put(request, body, request_body, 2);
  put(request, body + 2, dialects.size(), 2);
  put(request, body + 4, 1, 2);   // SecurityMode: signing enabled
  put(request, body + 12, 1, 8);  // ClientGuid: not zero
  for (std::size_t i = 0; i < dialects.size(); ++i) put(request, body + request_body + 2 * i, dialects[i], 2);
  return request;
}

std::optional<std::size_t> smb_message_length(std::span<const std::uint8_t> transport_header) {
  if (transport_header.size() != smb_transport_header || transport_header[0] != 0) return std::nullopt;
  std::size_t length = 0;
  for (const std::uint8_t octet : transport_header.subspan(1)) length = length << 8 | octet;
  if (length > longest_answer_to_negotiate) return std::nullopt;
  return length;
}

std::optional<std::chrono::sys_seconds> system_time_of(std::span<const std::uint8_t> answer) {
  if (answer.size() < smb_header + answer_body) return std::nullopt;
  if (!std::ranges::equal(answer.first(smb2_protocol.size()), smb2_protocol)) return std::nullopt;
  const bool is_negotiate = get(answer, 12, 2) == 0;
  const bool succeeded = get(answer, 8, 4) == 0;
  const bool has_body = get(answer, smb_header, 2) == answer_body + 1;
  if (!is_negotiate || !succeeded || !has_body) return std::nullopt;
  return base::from_filetime(get(answer, smb_header + 40, 8));
}

}  // namespace casweep::winreg
