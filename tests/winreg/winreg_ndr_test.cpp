// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/winreg_ndr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "winreg/ndr_internal.h"

namespace casweep::winreg {
namespace {

base::Octets octets(std::string_view hex) {
  std::string digits(hex);
  std::erase(digits, ' ');
  return base::from_hex(digits).value();
}

constexpr Handle handle{0,    0,    0,    0,    0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
                        0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f};
constexpr std::string_view handle_hex = "00000000 101112131415161718191a1b1c1d1e1f";

TEST(WinregRequest, OpenLocalMachine) {
  EXPECT_EQ(encode_open_local_machine(MAXIMUM_ALLOWED), octets("00000000 00000002"));
}

TEST(WinregRequest, OpenKeyCountsTheNulAndAlignsWhatFollows) {
  EXPECT_EQ(encode_open_key(handle, u"AB", KEY_QUERY_VALUE),
            octets(std::string(handle_hex) + "0600 0600 04000200 03000000 00000000 03000000 4100 4200 0000 0000"
                                             "00000000 01000000"));
}

TEST(WinregRequest, QueryValueMakesRoomAndSendsNone) {
  EXPECT_EQ(encode_query_value(handle, u"AB"),
            octets(std::string(handle_hex) + "0600 0600 04000200 03000000 00000000 03000000 4100 4200 0000 0000"
                                             "08000200 00000000"
                                             "0c000200 00400000 00000000 00000000"
                                             "10000200 00400000 14000200 00000000"));
}

TEST(WinregRequest, QueryInfoKeyGivesAClassAndRoomForIt) {
  EXPECT_EQ(encode_query_info_key(handle),
            octets(std::string(handle_hex) + "0200 0004 04000200 00020000 00000000 01000000 0000"));
}

TEST(WinregRequest, EnumKeyGivesEveryOptionalPart) {
  EXPECT_EQ(encode_enum_key(handle, 3),
            octets(std::string(handle_hex) + "03000000 0000 0002 04000200 00010000 00000000 00000000"
                                             "08000200 0000 0002 0c000200 00010000 00000000 00000000"
                                             "10000200 00000000 00000000"));
}

const base::Octets open_key_reply = octets(std::string(handle_hex) + "00000000");
const base::Octets query_value_reply = octets(
    "04000200 04000000 08000200 00400000 00000000 04000000 41060000"
    "0c000200 04000000 10000200 04000000 00000000");
const base::Octets query_info_key_reply = octets(
    "0000 0000 00000000 02000000 10000000 00000000 05000000 20000000 08000000"
    "a0000000 008071bb 6a0fdc01 00000000");
const base::Octets enum_key_reply = octets(
    "0600 0002 04000200 00010000 00000000 03000000 4100 4200 0000 0000"
    "00000000 00000000 00000000");

TEST(WinregReply, OpenKey) {
  const auto reply = decode_open_key(open_key_reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->handle, handle);
  EXPECT_EQ(reply->error, 0U);
}

TEST(WinregReply, QueryValue) {
  const auto reply = decode_query_value(query_value_reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type, REG_DWORD);
  EXPECT_EQ(reply->data, octets("41060000"));
}

TEST(WinregReply, QueryValueThatIsTooLongHasItsSize) {
  const auto reply =
      decode_query_value(octets("04000200 01000000 00000000 0c000200 00000100 10000200 00000000 ea000000"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 0xEAU);
  EXPECT_EQ(reply->size, 0x10000U);
}

TEST(WinregReply, QueryValueOfAnAbsentValueMayHaveNoPointers) {
  const auto reply = decode_query_value(octets("00000000 00000000 00000000 00000000 02000000"));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->error, 2U);
}

TEST(WinregReply, QueryInfoKey) {
  const auto reply = decode_query_info_key(query_info_key_reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->sub_keys, 2U);
  EXPECT_EQ(reply->last_write, std::chrono::sys_seconds(std::chrono::seconds(1'755'430'400)));
}

TEST(WinregReply, MissingTimeIsNone) {
  base::Octets reply = query_info_key_reply;
  std::fill(reply.end() - 12, reply.end() - 4, 0);
  EXPECT_EQ(decode_query_info_key(reply)->last_write, std::nullopt);
  const base::Octets begin_of_1970 = octets("00803ed5 deb19d01");  // Samba's answer for every key
  std::copy(begin_of_1970.begin(), begin_of_1970.end(), reply.end() - 12);
  EXPECT_EQ(decode_query_info_key(reply)->last_write, std::nullopt);
}

TEST(WinregReply, EnumKey) {
  const auto reply = decode_enum_key(enum_key_reply);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->name, u"AB");
}

/// Each reply with the decoder that reads it.
struct Decoded {
  const char* name;
  base::Octets reply;
  bool (*decodes)(std::span<const std::uint8_t>);
};

class WinregReplyThatLies : public testing::TestWithParam<Decoded> {};

TEST_P(WinregReplyThatLies, IsRefusedIfCutAnywhere) {
  const base::Octets& whole = GetParam().reply;
  ASSERT_TRUE(GetParam().decodes(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(GetParam().decodes(std::span(whole).first(size))) << size;
  }
}

TEST_P(WinregReplyThatLies, IsRefusedWithTrailingBytes) {
  base::Octets longer = GetParam().reply;
  longer.push_back(0);
  EXPECT_FALSE(GetParam().decodes(longer));
}

INSTANTIATE_TEST_SUITE_P(
    Every, WinregReplyThatLies,
    testing::Values(Decoded{"OpenKey", open_key_reply, [](auto stub) { return decode_open_key(stub).has_value(); }},
                    Decoded{"QueryValue", query_value_reply,
                            [](auto stub) { return decode_query_value(stub).has_value(); }},
                    Decoded{"QueryInfoKey", query_info_key_reply,
                            [](auto stub) { return decode_query_info_key(stub).has_value(); }},
                    Decoded{"EnumKey", enum_key_reply, [](auto stub) { return decode_enum_key(stub).has_value(); }}),
    [](const auto& instance) { return instance.param.name; });

TEST(WinregReply, InconsistentCountsAreRefused) {
  // max_count, offset, actual_count of the data; then lpcbData, lpcbLen
  const auto reply = [](const char* counts, const char* sizes) {
    return octets(std::string("04000200 04000000 08000200") + counts + "41060000" + sizes + "00000000");
  };
  const char* good_sizes = "0c000200 04000000 10000200 04000000";
  EXPECT_TRUE(decode_query_value(reply("04000000 00000000 04000000", good_sizes)));
  EXPECT_FALSE(decode_query_value(reply("03000000 00000000 04000000", good_sizes)));  // more than fits
  EXPECT_FALSE(decode_query_value(reply("08000000 04000000 04000000", good_sizes)));  // not from the beginning
  EXPECT_FALSE(decode_query_value(reply("ffffffff 00000000 ffffffff", good_sizes)));  // more than requested
  EXPECT_FALSE(decode_query_value(reply("04000000 00000000 04000000", "0c000200 08000000 10000200 04000000")));
  EXPECT_FALSE(decode_query_value(reply("04000000 00000000 04000000", "0c000200 04000000 10000200 00000000")));
  EXPECT_FALSE(decode_query_value(reply("04000000 00000000 04000000", "00000000 00000000")));
}

}  // namespace
}  // namespace casweep::winreg
