// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf16.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(Utf16, EveryCodePointSurvivesTheRoundTrip) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::u16string utf16;
    if (c < 0x10000) {
      utf16 = {static_cast<char16_t>(c)};
    } else {
      utf16 = {static_cast<char16_t>(0xD7C0 + (c >> 10)), static_cast<char16_t>(0xDC00 | (c & 0x3FF))};
    }
    ASSERT_EQ(to_utf16(to_utf8(utf16)), utf16) << static_cast<unsigned>(c);
  }
}

TEST(Utf16, LoneSurrogatesBecomeReplacementCharacters) {
  EXPECT_EQ(to_utf8(u"a\xD800z"), "a\uFFFDz");
  EXPECT_EQ(to_utf8(u"\xDC00"), "\uFFFD");
  EXPECT_EQ(to_utf8(u"\xD83D"), "\uFFFD");
}

TEST(Utf16, RefusesWhatIsNotUtf8) {
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf8\x88\x80\x80\x80", "\xe2\x82", "a\xc3z"}) {
    EXPECT_EQ(to_utf16(bad), std::nullopt);
  }
}

}  // namespace
}  // namespace casweep::base
