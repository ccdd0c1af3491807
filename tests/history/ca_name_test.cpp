// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace casweep::history {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

base::ObjectGuid numbered_guid(int number) {
  return base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-00000000000" + std::to_string(number)).value();
}

std::vector<CaNames> named_cas() {
  return {
      {.object_guid = numbered_guid(1), .now = {"Contoso-00065", "Contoso Issuing CA 01", "ca01.corp.example"}},
      {.object_guid = numbered_guid(2), .now = {"Contoso Issuing CA 02", "Contoso Issuing CA 02", "ca02.corp.example"}},
      {.object_guid = numbered_guid(3), .now = {"K\u00f6ln CA", "", "pki.eu.corp.example"}},
      {.object_guid = numbered_guid(4), .now = {"Lost CA", "", ""}}};
}

std::vector<std::size_t> found_by(std::string_view name) { return cas_named(named_cas(), name); }

TEST(CaName, IsAnyWholeNameOfTheCaInAnyCase) {
  for (const char* name :
       {"contoso-00065", "CONTOSO issuing ca 01", "CA01.corp.example", "ca01.corp.example.", "CA01",
        "ca01\\Contoso Issuing CA 01", "ca01.corp.example\\contoso-00065", "8B1E0C52-0000-4000-8000-000000000001"}) {
    EXPECT_THAT(found_by(name), ElementsAre(0)) << name;
  }
  EXPECT_THAT(found_by("K\u00d6LN CA"), ElementsAre(2));
}

TEST(CaName, MayBeAUniquePart) {
  EXPECT_THAT(found_by("CA 02"), ElementsAre(1));
  EXPECT_THAT(found_by("02"), ElementsAre(1));
  EXPECT_THAT(found_by("eu.corp"), ElementsAre(2));
  EXPECT_THAT(found_by("00065"), ElementsAre(0));
}

TEST(CaName, MayBeTheBeginningOfAnObjectGuid) {
  auto cas = named_cas();
  cas[1].object_guid = base::ObjectGuid::from_string("9c2f0c52-0000-4000-8000-000000000002").value();
  EXPECT_THAT(cas_named(cas, "9C2F0C52"), ElementsAre(1));
  EXPECT_THAT(cas_named(cas, "9c2f"), IsEmpty());
}

/// A displayName is chosen by who may write the object: one that begins another object's GUID does not replace it.
TEST(CaName, ThatBeginsAnObjectGuidNeverLosesToADisplayName) {
  auto cas = named_cas();
  cas[1].object_guid = base::ObjectGuid::from_string("9c2f0c52-0000-4000-8000-000000000002").value();
  cas[3].now.display_name = "9c2f0c52";
  EXPECT_THAT(cas_named(cas, "9c2f0c52"), ElementsAre(1, 3));
}

TEST(CaName, MayBeAnObjectGuidInBraces) {
  EXPECT_THAT(found_by("{8B1E0C52-0000-4000-8000-000000000001}"), ElementsAre(0));
  EXPECT_THAT(found_by("{8B1E0C52-0000-4000-8000-000000000001"), IsEmpty());
}

TEST(CaName, IsWholeOrAPart) {
  auto ca = named_cas()[0];
  ca.earlier = {{"Old CA", "", ""}};
  for (const char* name : {"CA01", "ca01.corp.example", "contoso-00065", "CA01\\Contoso Issuing CA 01", "old ca",
                           "8b1e0c52-0000-4000-8000-000000000001", "{8b1e0c52-0000-4000-8000-000000000001}"}) {
    EXPECT_TRUE(has_whole_name(ca, name)) << name;
  }
  for (const char* name : {"Issuing CA 01", "ca0", "old", "8b1e0c52", "", " "})
    EXPECT_FALSE(has_whole_name(ca, name)) << name;
}

TEST(CaName, ThatIsAPartOfSeveralNamesFindsAll) { EXPECT_THAT(found_by("contoso issuing"), ElementsAre(0, 1)); }

TEST(CaName, ThatIsWholeExcludesParts) {
  auto cas = named_cas();
  cas[0].now.display_name = "Contoso";
  EXPECT_THAT(cas_named(cas, "contoso"), ElementsAre(0));
}

/// Everyone who may write an object chooses its cn: a cn that equals another CA's host does not replace that CA.
TEST(CaName, ThatIsWholeForTwoCasFindsBoth) {
  auto cas = named_cas();
  cas[3].now.common_name = "ca01";
  EXPECT_THAT(cas_named(cas, "ca01"), ElementsAre(0, 3));
}

TEST(CaName, IsAnObjectGuidBeforeAnyOtherName) {
  auto cas = named_cas();
  cas[0].now.common_name = numbered_guid(2).to_string();
  cas[3].duplicates = {numbered_guid(2), numbered_guid(7)};
  EXPECT_THAT(cas_named(cas, numbered_guid(2).to_string()), ElementsAre(1));
  EXPECT_THAT(cas_named(cas, numbered_guid(7).to_string()), ElementsAre(3));
}

TEST(CaName, MayBeAnEarlierOne) {
  auto cas = named_cas();
  cas[1].earlier = {{"Old CA", "", "ca01.corp.example"}};
  EXPECT_THAT(cas_named(cas, "old ca"), ElementsAre(1));
  EXPECT_THAT(cas_named(cas, "ca01\\old ca"), ElementsAre(1));
  // A host that the CA left belongs to the CA that is there now, and a part of an old name is no name.
  EXPECT_THAT(cas_named(cas, "ca01"), ElementsAre(0));
  EXPECT_THAT(cas_named(cas, "old"), IsEmpty());
}

TEST(CaName, IsNeverEmptyOrOneLetter) {
  for (const char* name : {"", " ", "  ", "c", "\\", "."}) EXPECT_THAT(found_by(name), IsEmpty()) << name;
  EXPECT_THAT(found_by(" ca01 "), ElementsAre(0));
}

TEST(CaName, ThatIsMisspelledHasASuggestion) {
  EXPECT_EQ(did_you_mean_ca(named_cas(), "Contoso Isuing CA 02"), " Did you mean 'Contoso Issuing CA 02'?");
  EXPECT_EQ(did_you_mean_ca(named_cas(), "CA-01"), " Did you mean 'ca01'?");
  EXPECT_EQ(did_you_mean_ca(named_cas(), "something else"), "");
}

TEST(CaName, ThatIsAmbiguousIsAnsweredWithTheMatches) {
  auto cas = named_cas();
  cas[1].removed = 7;
  cas[3].now.common_name = "Contoso Issuing CA \x1b[2J";
  const std::string sentence = text_of_ambiguity(cas, cas_named(cas, "issuing"), "issuing").joined();
  EXPECT_THAT(sentence, HasSubstr("'issuing' names 3 CAs; use a longer name"));
  EXPECT_THAT(sentence,
              HasSubstr("\n  8b1e0c52-0000-4000-8000-000000000001  Contoso Issuing CA 01 on ca01.corp.example\n"));
  EXPECT_THAT(sentence, HasSubstr("on ca02.corp.example, removed from the directory"));
  EXPECT_THAT(sentence, HasSubstr("Contoso Issuing CA \\x1b[2J on no host"));
}

}  // namespace
}  // namespace casweep::history
