// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/sanitized_name.h"

#include <gtest/gtest.h>

namespace casweep::assess {
namespace {

std::string short_name(std::string_view common_name) { return sanitized_short_name(sanitize(common_name).value()); }

TEST(SanitizedName, MatchesTheSpecificationsExample) {  // [MS-WCCE] 3.1.1.4.1.1
  EXPECT_EQ(sanitize("LongCAName(WithSpeci@#$%^Characters"), "LongCAName!0028WithSpeci@!0023$!0025!005eCharacters");
}

TEST(SanitizedName, KeepsPlainCharacters) { EXPECT_EQ(sanitize("Contoso $-.@_~ 09 CA"), "Contoso $-.@_~ 09 CA"); }

TEST(SanitizedName, EscapesEverySpecialCharacter) {
  for (const char c : std::string_view("!\"#%&'()*+,/:;<=>?[\\]^`{|}\x01\x1f\x7f")) {
    const std::string sanitized = sanitize(std::string(1, c)).value();
    EXPECT_EQ(sanitized.size(), 5U) << c;
    EXPECT_EQ(sanitized.front(), '!');
  }
}

TEST(SanitizedName, CountsUtf16UnitsNotCharacters) {
  EXPECT_EQ(sanitize("Müller – 東 😀"), "M!00fcller !2013 !6771 !d83d!de00");
}

TEST(SanitizedName, DoesNotExistForInvalidUtf8) { EXPECT_EQ(sanitize("CA \xff"), std::nullopt); }

TEST(SanitizedShortName, KeepsUpTo51Characters) { EXPECT_EQ(short_name(std::string(51, 'A')), std::string(51, 'A')); }

TEST(SanitizedShortName, EndsWithAHashIfTheNameIsLong) {
  EXPECT_EQ(short_name(std::string(52, 'A')), std::string(51, 'A') + "-00065");
  EXPECT_EQ(short_name(std::string(64, 'A')), std::string(51, 'A') + "-08135");
  EXPECT_EQ(short_name("Contoso Corporation Enterprise Issuing Certification Authority 01"),
            "Contoso Corporation Enterprise Issuing Certificatio-22862");
}

TEST(SanitizedShortName, NeverSplitsAnEscape) {
  EXPECT_EQ(short_name(std::string(49, 'X') + "#" + std::string(10, 'Y')), std::string(49, 'X') + "-65467");
  EXPECT_EQ(short_name("Zertifizierungsstelle Müller & Söhne (Produktion) – Köln 01"),
            "Zertifizierungsstelle M!00fcller !0026 S!00f6hne -32862");
}

TEST(SanitizedShortName, KeepsAWholeEscapeAtTheEnd) {
  const std::string shortened = short_name(std::string(46, 'X') + "#" + std::string(10, 'Y'));
  EXPECT_TRUE(shortened.starts_with(std::string(46, 'X') + "!0023-")) << shortened;
}

TEST(SanitizedName, ComparesWithoutCase) {
  EXPECT_TRUE(same_sanitized_name("Contoso CA", "CONTOSO ca"));
  EXPECT_FALSE(same_sanitized_name("Contoso CA", "Contoso CA "));
}

}  // namespace
}  // namespace casweep::assess
