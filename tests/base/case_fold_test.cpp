// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/case_fold.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(CaseFold, MakesNamesEqualThatDifferInCaseOnly) {
  EXPECT_EQ(case_folded("Contoso CA 01"), "contoso ca 01");
  EXPECT_EQ(case_folded("KÖLN"), case_folded("köln"));
  EXPECT_EQ(case_folded("STRASSE"), case_folded("straße"));
}

TEST(CaseFold, MakesTheTwoSpellingsOfALetterEqual) { EXPECT_EQ(case_folded("Ko\u0308ln"), case_folded("K\u00f6ln")); }

TEST(CaseFold, FoldsTextThatIsNotUtf8) { EXPECT_EQ(case_folded("A\xffZ"), "a\xffz"); }

TEST(CaseFold, OfNothingIsNothing) { EXPECT_EQ(case_folded(""), ""); }

}  // namespace
}  // namespace casweep::base
