// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/terminal_text.h"

#include <gtest/gtest.h>

#include <string>

namespace casweep::base {
namespace {

TEST(TerminalText, LeavesPlainTextAlone) {
  EXPECT_EQ(terminal_safe("Köln Issuing CA (R&D) \\ 東京"), "Köln Issuing CA (R&D) \\ 東京");
}

TEST(TerminalText, ShowsC0AndDelete) {
  EXPECT_EQ(terminal_safe("a\x1b[2J\r\n\t\x07\x7f"), "a\\x1b[2J\\x0d\\x0a\\x09\\x07\\x7f");
}

TEST(TerminalText, ShowsNul) { EXPECT_EQ(terminal_safe(std::string_view("a\0b", 3)), "a\\x00b"); }

TEST(TerminalText, ShowsC1EvenAsUtf8) {
  EXPECT_EQ(terminal_safe("\xc2\x9b"
                          "31m"),
            "\\u009b31m");
}

TEST(TerminalText, ShowsBidirectionalControls) {
  EXPECT_EQ(terminal_safe("\u202e\u2066\u061c\u200f"), "\\u202e\\u2066\\u061c\\u200f");
}

TEST(TerminalText, ShowsInvisibleCharacters) {
  EXPECT_EQ(terminal_safe("a\u200bb\ufeff\u00ad\u2028\u3164\U000e0041"),
            "a\\u200bb\\ufeff\\u00ad\\u2028\\u3164\\U000e0041");
}

TEST(TerminalText, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(terminal_safe("\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"),
            "\\xff\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xe2\\x82");
}

/// A terminal that interprets the bytes of "ӛ" (D3 9B) as Latin-1 would execute the second byte as a control character.
TEST(TerminalText, EscapesNonAsciiForAnAsciiTerminal) {
  EXPECT_EQ(terminal_safe("\u04db\U0001f600 a", Charset::ascii), "\\u04db\\U0001f600 a");
}

TEST(TerminalText, NeverLetsAControlThrough) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string foreign{static_cast<char>(first), static_cast<char>(second)};
      const std::string safe = terminal_safe(foreign, Charset::ascii);
      for (const char letter : safe) ASSERT_TRUE(letter >= 0x20 && letter < 0x7f) << first << ' ' << second;
    }
  }
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("Köln"), 4U);
  EXPECT_EQ(display_width("東京"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("\u0915\u093e"), 2U);  // a Devanagari letter and its vowel sign, which has a column
}

TEST(Shortened, KeepsTextThatFits) { EXPECT_EQ(shortened("Contoso CA 01", 13), "Contoso CA 01"); }

TEST(Shortened, KeepsBothEnds) { EXPECT_EQ(shortened("Contoso Issuing CA 01", 12), "Contos…CA 01"); }

TEST(Shortened, NeverSplitsAWideCharacter) {
  for (std::size_t columns = 0; columns < 8; ++columns) {
    const std::string text = shortened("東京東京", columns);
    EXPECT_LE(display_width(text), columns);
    EXPECT_EQ(text, terminal_safe(text));
  }
}

TEST(Shortened, CutsAMarkTogetherWithItsLetter) {
  EXPECT_EQ(shortened("abcdefe\u0301gh", 6), "abc…gh");
  EXPECT_EQ(shortened("abcdefghe\u0301", 4), "ab…e\u0301");
}

TEST(Shortened, KeepsTheCharacterThatCounts) {
  EXPECT_EQ(shortened("ca03.corp.example", 12, "…", 3), "ca03.corp.e…");
  EXPECT_EQ(shortened("Contoso Issuing CA 03", 12, "…", 20), "Cont…g CA 03");
  EXPECT_EQ(shortened("Contoso Root of the East, CA 03 of 9", 14, "…", 26), "Con…CA 03 of 9");
  EXPECT_EQ(shortened("東京1京東京", 8, "…", 6), "東京1京…");
}

}  // namespace
}  // namespace casweep::base
