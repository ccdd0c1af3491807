// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/ca_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "scan/scan_error.h"
#include "tests/support/example_scans.h"

namespace casweep::scan {

using namespace test;
namespace {

using ::testing::HasSubstr;

std::vector<discovery::EnrollmentService> listed() {
  std::vector<discovery::EnrollmentService> services;
  for (const auto& ca : test::mixed_scan().cas) services.push_back(ca.service);
  services[0].common_name = "Short-00065";
  return services;
}

std::vector<std::string> selected(const std::vector<std::string>& names) {
  std::vector<std::string> chosen;
  for (const auto& ca : select_cas(listed(), names, {}).cas) chosen.push_back(ca.display_name);
  return chosen;
}

TEST(SelectCas, WithoutANameSelectsAll) { EXPECT_EQ(selected({}).size(), 7U); }

TEST(SelectCas, AcceptsEveryNameOfACaInAnyCase) {
  for (const char* name : {"SHORT-00065", "contoso issuing ca 01", "CA01.corp.example\\Contoso Issuing CA 01",
                           "ca01.corp.example\\short-00065", "8B1E0C52-0000-4000-8000-000000000001"}) {
    EXPECT_THAT(selected({name}), ::testing::ElementsAre("Contoso Issuing CA 01")) << name;
  }
}

TEST(SelectCas, NeverTreatsAnObjectGuidAsAName) {
  auto services = listed();
  services[0].display_name = services[2].object_guid.to_string();
  services[1].common_name = "8B1E0C52-0000-4000-8000-000000000003";

  for (const char* name : {"8b1e0c52-0000-4000-8000-000000000003", "8B1E0C52-0000-4000-8000-000000000003"}) {
    const auto selected = select_cas(services, std::vector<std::string>{name}, {}).cas;
    ASSERT_EQ(selected.size(), 1U) << name;
    EXPECT_EQ(selected[0].object_guid, services[2].object_guid);
  }
}

TEST(SelectCas, TreatsAnUnknownGuidAsAName) {
  auto services = listed();
  services[0].display_name = "11111111-1111-4111-8111-111111111111";

  EXPECT_EQ(select_cas(services, std::vector<std::string>{services[0].display_name}, {}).cas.size(), 1U);
}

TEST(SelectCas, AcceptsTheObjectGuidOfADuplicate) {
  auto services = listed();
  services[1].duplicates = {{services[0].object_guid, "CN=twin"}};
  services.erase(services.begin());

  const auto selected = select_cas(services, std::vector<std::string>{"8b1e0c52-0000-4000-8000-000000000001"}, {}).cas;

  ASSERT_EQ(selected.size(), 1U);
  EXPECT_EQ(selected[0].object_guid, services[0].object_guid);
}

TEST(SelectCas, KeepsTheOrderOfTheListing) {
  EXPECT_THAT(selected({"Contoso Issuing CA 07", "Contoso Issuing CA 02"}),
              ::testing::ElementsAre("Contoso Issuing CA 02", "Contoso Issuing CA 07"));
}

TEST(SelectCas, ListsTheCasIfNoneMatches) {
  try {
    (void)selected({"Contoso Issuing CA 02", "Fabrikam Root"});
    FAIL();
  } catch (const ScanError& error) {
    EXPECT_EQ(error.kind(), ScanError::Kind::no_such_ca);
    EXPECT_THAT(error.what(), HasSubstr("No CA named 'Fabrikam Root' in this forest. CAs found:"));
    EXPECT_THAT(error.what(), HasSubstr("\n  Contoso Issuing CA 07"));
  }
}

TEST(SelectCas, AcceptsAHostAndAUniquePart) {
  EXPECT_THAT(selected({"ca02"}), ::testing::ElementsAre("Contoso Issuing CA 02"));
  EXPECT_THAT(selected({"ca 02"}), ::testing::ElementsAre("Contoso Issuing CA 02"));
}

TEST(SelectCas, ListsTheMatchesIfSeveralMatch) {
  try {
    (void)selected({"contoso"});
    FAIL();
  } catch (const ScanError& error) {
    EXPECT_EQ(error.kind(), ScanError::Kind::no_such_ca);
    EXPECT_THAT(error.what(), HasSubstr("'contoso' names 7 CAs"));
    EXPECT_THAT(error.what(), HasSubstr("  Contoso Issuing CA 07 on "));
  }
}

/// What the history knows beside the CAs that are listed: one that was removed, with a name that is a part of theirs.
std::vector<history::CaNames> known_with_removed() {
  std::vector<history::CaNames> known;
  for (const auto& ca : listed()) known.push_back(history::names_of(ca));
  known.push_back({.object_guid = base::ObjectGuid::from_string("9c2f0c52-0000-4000-8000-000000000009").value(),
                   .now = {"Contoso Issuing CA 0", "", "old.corp.example"},
                   .earlier = {{"Issuing CA 01", "", "old.corp.example"}},
                   .removed = 7});
  return known;
}

std::string refusal_of(const std::string& name, const std::vector<history::CaNames>& known) {
  try {
    (void)select_cas(listed(), std::vector{name}, known);
  } catch (const ScanError& error) {
    EXPECT_EQ(error.kind(), ScanError::Kind::no_such_ca);
    return error.what();
  }
  return "nothing was refused";
}

TEST(SelectCas, NeverTakesAPartForTheNameOfARemovedCa) {
  for (const char* name : {"Contoso Issuing CA 0", "issuing CA 01", "old", "9C2F0C52-0000-4000-8000-000000000009"})
    EXPECT_THAT(refusal_of(name, known_with_removed()), HasSubstr("removed from the directory with scan 7")) << name;
  auto hidden = known_with_removed();
  hidden.back().removed.reset();
  EXPECT_THAT(refusal_of("old", hidden), HasSubstr("the directory does not list it now"));
}

TEST(SelectCas, PrefersTheListedCaOfTwoWithTheSameName) {
  auto known = known_with_removed();
  known.back().now.common_name = "Contoso Issuing CA 02";
  const auto choice = select_cas(listed(), std::vector<std::string>{"Contoso Issuing CA 02"}, known);
  ASSERT_EQ(choice.cas.size(), 1U);
  EXPECT_EQ(choice.cas[0].common_name, "Contoso Issuing CA 02");
  EXPECT_TRUE(choice.notes.empty());
}

TEST(SelectCas, AcceptsAnEarlierNameOfAListedCa) {
  auto known = known_with_removed();
  known[1].earlier = {{"Former CA", "", ""}};
  EXPECT_EQ(select_cas(listed(), std::vector<std::string>{"former ca"}, known).cas.at(0).display_name,
            "Contoso Issuing CA 02");
}

TEST(SelectCas, NamesTheCaThatAPartChose) {
  const auto choice = select_cas(listed(), std::vector<std::string>{"ca 02"}, known_with_removed());
  EXPECT_THAT(choice.notes, ::testing::ElementsAre(
                                HasSubstr("part of a name; it names 'Contoso Issuing CA 02' on ca02.corp.example.")));
}

TEST(SelectCas, SuggestsTheNearestName) {
  try {
    (void)selected({"Contoso Isuing CA 02"});
    FAIL();
  } catch (const ScanError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Did you mean 'Contoso Issuing CA 02'? CAs found:"));
  }
}

TEST(SelectCas, AnEmptyNameDoesNotMatchACaWithoutAttributes) { EXPECT_THROW((void)selected({""}), ScanError); }

}  // namespace
}  // namespace casweep::scan
