// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/smb_negotiate_internal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/filetime.h"

namespace casweep::winreg {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 12h;

/// An answer to a NEGOTIATE with the host's time, [MS-SMB2] 2.2.4.
base::Octets answer_at(std::chrono::sys_seconds time) {
  base::Octets answer(128);
  const std::array<std::uint8_t, 4> protocol{0xFE, 'S', 'M', 'B'};
  std::ranges::copy(protocol, answer.begin());
  answer[4] = 64;
  answer[64] = 65;
  const std::uint64_t filetime = base::to_filetime(time);
  for (std::size_t i = 0; i < 8; ++i) answer[64 + 40 + i] = static_cast<std::uint8_t>(filetime >> (8 * i));
  return answer;
}

TEST(SmbNegotiate, RequestSaysHowLongItIs) {
  const base::Octets request = negotiate_request();

  EXPECT_EQ(smb_message_length(std::span(request).first(smb_transport_header)), request.size() - smb_transport_header);
}

TEST(SmbNegotiate, AnswerTellsTheTimeOfTheHost) { EXPECT_EQ(system_time_of(answer_at(noon)), noon); }

TEST(SmbNegotiate, AnswerThatIsCutTellsNoTime) {
  const base::Octets answer = answer_at(noon);
  for (std::size_t size = 0; size < answer.size(); ++size)
    EXPECT_EQ(system_time_of(std::span(answer).first(size)), std::nullopt) << size;
}

TEST(SmbNegotiate, OtherAnswersTellNoTime) {
  for (const std::size_t at : {0U, 8U, 12U, 64U}) {  // protocol, status, command, structure size
    base::Octets answer = answer_at(noon);
    answer[at] ^= 1;
    EXPECT_EQ(system_time_of(answer), std::nullopt) << at;
  }
}

TEST(SmbNegotiate, MessageIsNotLongerThanItMayBe) {
  EXPECT_EQ(smb_message_length(std::array<std::uint8_t, 4>{0, 0, 1, 0}), 256);
  EXPECT_EQ(smb_message_length(std::array<std::uint8_t, 4>{0, 0xFF, 0xFF, 0xFF}), std::nullopt);
  EXPECT_EQ(smb_message_length(std::array<std::uint8_t, 4>{0x85, 0, 0, 1}), std::nullopt);
  EXPECT_EQ(smb_message_length({}), std::nullopt);
}

}  // namespace
}  // namespace casweep::winreg
