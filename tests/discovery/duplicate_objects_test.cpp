// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/duplicate_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace casweep::discovery {
namespace {

EnrollmentService object(std::uint8_t number, std::string_view cn = "Contoso CA") {
  base::Octets guid(16, 0);
  guid[15] = number;
  EnrollmentService ca{*base::ObjectGuid::from_octets(guid)};
  ca.common_name = cn;
  ca.distinguished_name = "CN=" + ca.object_guid.to_string();
  ca.display_name = "Contoso CA";
  ca.dns_host_name = "ca.corp.example";
  ca.ca_certificates = {{1, 2, 3}, {4, 5}};
  return ca;
}

std::vector<EnrollmentService> in_either_order(std::vector<EnrollmentService> objects) {
  auto cas = without_duplicates(objects);
  std::ranges::reverse(objects);
  const auto again = without_duplicates(objects);
  EXPECT_EQ(cas.size(), again.size());
  if (cas.size() == 1) {
    EXPECT_EQ(cas.front().object_guid, again.front().object_guid);
    EXPECT_EQ(cas.front().duplicates, again.front().duplicates);
  }
  return cas;
}

constexpr std::string_view conflict = "Contoso CA\nCNF:8b1e0c52-1234-5678-9abc-def001020304";

TEST(DuplicateObjects, OfAReplicationConflictBelongToTheOriginal) {
  auto twin = object(1, conflict);
  twin.when_created = std::chrono::sys_seconds{};
  const auto cas = in_either_order({twin, object(2)});

  ASSERT_EQ(cas.size(), 1U);
  EXPECT_EQ(cas[0].object_guid, object(2).object_guid);
  EXPECT_THAT(cas[0].duplicates, testing::ElementsAre(DuplicateObject{twin.object_guid, twin.distinguished_name}));
}

TEST(DuplicateObjects, OfOneNameBelongToTheOldest) {
  auto older = object(9);
  older.when_created = std::chrono::sys_seconds(std::chrono::seconds(10));
  auto younger = object(3);
  younger.when_created = std::chrono::sys_seconds(std::chrono::seconds(11));

  EXPECT_EQ(in_either_order({older, younger, object(1)})[0].object_guid, older.object_guid);
}

TEST(DuplicateObjects, OfOneAgeBelongToTheLowestGuid) {
  EXPECT_EQ(in_either_order({object(2), object(1), object(3)})[0].object_guid, object(1).object_guid);
}

TEST(DuplicateObjects, MatchRegardlessOfCertificateOrderAndHostCase) {
  auto twin = object(2, conflict);
  std::ranges::reverse(twin.ca_certificates);
  twin.dns_host_name = "CA.corp.example.";

  EXPECT_EQ(in_either_order({object(1), twin}).size(), 1U);
}

TEST(DuplicateObjects, MayHaveNoHost) {
  auto one = object(1);
  auto twin = object(2, conflict);
  one.dns_host_name.clear();
  twin.dns_host_name.clear();

  EXPECT_EQ(in_either_order({one, twin}).size(), 1U);
}

TEST(DuplicateObjects, NeverDifferInAnything) {
  auto name = object(2, conflict);
  name.display_name = "Contoso CA 2";
  auto host = object(3, conflict);
  host.dns_host_name = "ca2.corp.example";
  auto no_host = object(4, conflict);
  no_host.dns_host_name.clear();
  auto fewer = object(5, conflict);
  fewer.ca_certificates.pop_back();
  auto more = object(6, conflict);
  more.ca_certificates.push_back({6});
  auto other_cn = object(7, "Contoso CA 7");
  auto conflict_of_other = object(8, "Contoso CA 8\nCNF:8b1e0c52-1234-5678-9abc-def001020304");

  for (const auto& other : {name, host, no_host, fewer, more, other_cn, conflict_of_other}) {
    EXPECT_EQ(in_either_order({object(1), other}).size(), 2U) << other.object_guid.to_string();
  }
}

TEST(DuplicateObjects, NeedDataToCompare) {
  auto one = object(1);
  one.dns_host_name.clear();
  one.ca_certificates.clear();
  auto other = one;
  other.object_guid = object(2).object_guid;
  EXPECT_EQ(without_duplicates(std::vector{one, other}).size(), 2U);

  auto nameless = object(1);
  nameless.display_name.clear();
  auto nameless_too = object(2);
  nameless_too.display_name.clear();
  EXPECT_EQ(without_duplicates(std::vector{nameless, nameless_too}).size(), 2U);
}

/// Otherwise the history would report the CA as removed, and its decisions would be lost.
TEST(DuplicateObjects, BelongToTheKnownObject) {
  auto known = object(9, conflict);
  known.when_created = std::chrono::sys_seconds(std::chrono::seconds(11));
  auto older = object(1);
  older.when_created = std::chrono::sys_seconds(std::chrono::seconds(10));
  for (const auto& listed : {std::vector{known, older}, std::vector{older, known}}) {
    const auto cas = without_duplicates(listed, std::vector{object(9)});
    ASSERT_EQ(cas.size(), 1U);
    EXPECT_EQ(cas[0].object_guid, known.object_guid);
    EXPECT_THAT(cas[0].duplicates, testing::ElementsAre(DuplicateObject{older.object_guid, older.distinguished_name}));
  }
}

TEST(DuplicateObjects, BelongToTheOriginalIfSeveralAreKnown) {
  const auto cas =
      without_duplicates(std::vector{object(1, conflict), object(2), object(3)}, std::vector{object(1), object(3)});
  ASSERT_EQ(cas.size(), 1U);
  EXPECT_EQ(cas[0].object_guid, object(3).object_guid);
  EXPECT_EQ(cas[0].duplicates.size(), 2U);
}

TEST(DuplicateObjects, KeepTheDuplicatesThatAreNotListed) {
  const DuplicateObject hidden_one{object(7).object_guid, "CN=7"};
  const DuplicateObject hidden_two{object(8).object_guid, "CN=8"};
  auto one = object(1);
  one.duplicates = {hidden_one};
  auto two = object(2);
  two.duplicates = {hidden_two};

  EXPECT_THAT(without_duplicates(std::vector{one})[0].duplicates, testing::ElementsAre(hidden_one));
  EXPECT_THAT(
      without_duplicates(std::vector{two, one})[0].duplicates,
      testing::UnorderedElementsAre(hidden_one, hidden_two, DuplicateObject{two.object_guid, two.distinguished_name}));
}

TEST(DuplicateObjects, KeepTheOrderOfOtherObjects) {
  const auto cas = without_duplicates(std::vector{object(3, "A"), object(2, conflict), object(1), object(4, "Z")});

  ASSERT_EQ(cas.size(), 3U);
  EXPECT_EQ(cas[0].common_name, "A");
  EXPECT_EQ(cas[1].common_name, "Contoso CA");
  EXPECT_EQ(cas[2].common_name, "Z");
}

}  // namespace
}  // namespace casweep::discovery
