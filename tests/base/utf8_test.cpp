// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace casweep::base {
namespace {

/// Overlong forms, a surrogate, what is above U+10FFFF, and a sequence that is cut short.
constexpr std::string_view not_utf8[] = {"\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                         "\xe2\x82", "\x80",         "\xff",         "\xf8\x88\x80\x80\x80"};

TEST(Utf8, IsReadCodePointByCodePoint) {
  std::string_view rest("a\0\u00e9\u20ac\U0001f600", 11);
  for (const char32_t expected : {U'a', U'\0', U'\u00e9', U'\u20ac', U'\U0001f600'}) {
    EXPECT_EQ(take_code_point(rest), expected);
  }
  EXPECT_TRUE(rest.empty());
}

TEST(Utf8, ThatIsNotWellFormedCostsOneByte) {
  for (const std::string_view text : not_utf8) {
    std::string_view rest = text;
    EXPECT_EQ(take_code_point(rest), std::nullopt);
    EXPECT_EQ(rest.size(), text.size() - 1);
  }
}

TEST(Utf8, IsToldFromOtherBytes) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("K\u00f6ln \u6771\u4eac \U0001f600"));
  for (const std::string_view text : not_utf8) EXPECT_FALSE(is_utf8("a" + std::string(text))) << text;
}

TEST(Utf8, BecomesValidByteByByte) { EXPECT_EQ(valid_utf8("a\xe2\x82z"), "a\ufffd\ufffdz"); }

TEST(Utf8, IsWrittenAsItIsRead) {
  for (const char32_t code_point : {U'\0', U'\u007f', U'\u0080', U'\u07ff', U'\u0800', U'\uffff', U'\U0010ffff'}) {
    std::string text;
    append_code_point(text, code_point);
    std::string_view rest = text;
    EXPECT_EQ(take_code_point(rest), code_point);
    EXPECT_TRUE(rest.empty());
  }
}

}  // namespace
}  // namespace casweep::base
