// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/ca_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/read_interface_flags.h"
#include "tests/support/example_certificates.h"
#include "tests/support/fake_registry.h"
#include "winreg/win32_error.h"

namespace casweep::assess {

using namespace test;
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class CaKeyTest : public testing::Test {
 protected:
  /// A CA's key as its installation leaves it.
  test::FakeRegistry::Key& install(const std::string& key_name, const discovery::EnrollmentService& ca) {
    auto& key = registry_.add(configuration(key_name));
    key.values["CommonName"] = text(ca.display_name);
    key.values["CACertHash"] = texts({spaced_hash(ca.ca_certificates.at(0))});
    key.values["InterfaceFlags"] = dword(0x641);
    return key;
  }
  void activate(const std::string& key_name) { registry_.add(configuration()).values["Active"] = text(key_name); }

  tl::expected<CaKey, ReadFailure> find(const discovery::EnrollmentService& ca) {
    winreg::RemoteRegistry remote(registry_);
    return find_ca_key(remote, ca);
  }
  Reason failure(const discovery::EnrollmentService& ca) {
    const auto found = find(ca);
    return found ? Reason::flag_set : found.error().reason;
  }

  test::FakeRegistry registry_;
  discovery::EnrollmentService ca_ = enrollment_service("Contoso Issuing CA 01");
};

TEST_F(CaKeyTest, IsFoundByTheSanitizedNameAndMatchedByTheCertificate) {
  const auto ca = enrollment_service("Köln CA (R&D) #1");
  install("K!00f6ln CA !0028R!0026D!0029 !00231", ca);

  const auto found = find(ca);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->key.path, "HKLM\\" + configuration("K!00f6ln CA !0028R!0026D!0029 !00231"));
  EXPECT_EQ(found->found_by, KeyFoundBy::sanitized_name);
  EXPECT_EQ(found->matched_by, KeyMatchedBy::certificate_hash);
}

TEST_F(CaKeyTest, OfALongNameDoesNotHaveTheShortenedNameOfTheDirectory) {
  const std::string name = "Contoso Corporation Enterprise Issuing Certification Authority 01";
  const auto ca = enrollment_service(name);
  ASSERT_NE(ca.common_name, name);
  install(name, ca);

  EXPECT_TRUE(find(ca));
}

TEST_F(CaKeyTest, IsOpenedByItsFullPath) {
  install("Contoso Issuing CA 01", ca_);

  ASSERT_TRUE(find(ca_));

  EXPECT_THAT(registry_.asked, Not(Contains("OpenKey SYSTEM")));
  EXPECT_EQ(registry_.asked.at(1), "OpenKey " + configuration("Contoso Issuing CA 01"));
}

TEST_F(CaKeyTest, OfAMigratedCaIsFoundThroughActive) {
  install("Contoso Old Name", ca_);
  activate("Contoso Old Name");

  const auto found = find(ca_);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->found_by, KeyFoundBy::active);
  EXPECT_EQ(found->matched_by, KeyMatchedBy::certificate_hash);
}

TEST_F(CaKeyTest, IsFoundByEnumerationIfNothingElseNamesIt) {
  install("Aardvark", enrollment_service("Another CA"));
  install("Zebra", ca_);

  const auto found = find(ca_);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->found_by, KeyFoundBy::enumeration);
  EXPECT_EQ(found->key.path, "HKLM\\" + configuration("Zebra"));
}

TEST_F(CaKeyTest, EnumerationPrefersTheCertificateToTheName) {
  auto& same_name = registry_.add(configuration("Aardvark"));
  same_name.values["CommonName"] = text(ca_.display_name);
  install("Zebra", ca_);

  EXPECT_EQ(find(ca_)->key.path, "HKLM\\" + configuration("Zebra"));
}

TEST_F(CaKeyTest, IsMatchedByCommonNameIfHashesAreUnreadable) {
  auto& key = install("Zebra", ca_);
  for (const winreg::RegistryValue& odd :
       {winreg::RegistryValue{3, {1, 2, 3}}, text("-"), texts({"not a hash"}), winreg::RegistryValue{7, {1}}}) {
    key.values["CACertHash"] = odd;
    const auto found = find(ca_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->matched_by, KeyMatchedBy::common_name);
  }
}

TEST_F(CaKeyTest, IsMatchedByItsOwnNameIfItHasNoSiblings) {
  registry_.add(configuration("Contoso Issuing CA 01"));

  const auto found = find(ca_);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->matched_by, KeyMatchedBy::key_name);
}

TEST_F(CaKeyTest, WithAnUnreadableSiblingStillCounts) {
  install("Contoso Issuing CA 01", ca_);
  activate("Contoso Issuing CA 01");
  registry_.denied_values = {"CACertHash", "CommonName"};

  EXPECT_TRUE(find(ca_));
}

/// A former CA's key holds its own certificate too: only Active shows whose flags CertSvc uses.
TEST_F(CaKeyTest, IsNotGuessedIfActiveIsUnreadable) {
  install("Contoso Issuing CA 01", ca_);
  activate("Contoso Issuing CA 01");

  for (const char* name : {"Active", "SetupStatus"}) {
    registry_.denied_values = {name};
    EXPECT_EQ(failure(ca_), Reason::access_denied) << name;
  }
  registry_.denied_values.clear();
  registry_.add(configuration()).open_error = winreg::ERROR_ACCESS_DENIED;
  EXPECT_EQ(failure(ca_), Reason::access_denied);
}

TEST_F(CaKeyTest, IsNotGuessedIfActiveIsNotText) {
  install("Contoso Issuing CA 01", ca_);
  registry_.add(configuration()).values["Active"] = dword(1);

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::value_malformed);
  EXPECT_THAT(found.error().detail, HasSubstr("Active is a REG_DWORD of 4 bytes, not a REG_SZ"));
}

TEST_F(CaKeyTest, IsFoundByTheCertificateOnAHostWithoutActive) {
  install("Contoso Issuing CA 01", ca_);

  EXPECT_TRUE(find(ca_));
}

/// [MS-CSRA] 3.1.4.2.14: 0x1 the server is installed, 0x4 the installation is incomplete.
TEST_F(CaKeyTest, IsALeftoverOnAHostThatIsNotSetUp) {
  install("Contoso Issuing CA 01", ca_);
  activate("Contoso Issuing CA 01");
  auto& values = registry_.add(configuration()).values;

  for (const std::uint32_t working : {0x1U, 0x6001U, 0x19U}) {
    values["SetupStatus"] = dword(working);
    EXPECT_TRUE(find(ca_)) << working;
  }
  for (const std::uint32_t not_working : {0x0U, 0x2U, 0x6002U, 0x5U, 0x4U}) {
    values["SetupStatus"] = dword(not_working);
    const auto found = find(ca_);
    ASSERT_FALSE(found) << not_working;
    EXPECT_EQ(found.error().reason, Reason::not_a_ca);
    EXPECT_THAT(found.error().detail, HasSubstr("SetupStatus"));
  }
  values["SetupStatus"] = text("1");
  EXPECT_EQ(failure(ca_), Reason::value_malformed);
}

TEST_F(CaKeyTest, OfTheSameNameWithAnotherCertificateIsReported) {
  install("Contoso Issuing CA 01", enrollment_service("Rebuilt"));

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::certificate_differs);
  EXPECT_THAT(found.error().detail, HasSubstr("the same name"));
}

TEST_F(CaKeyTest, OfTheSameNameIsAFormerCasIfAnotherCaIsActive) {
  install("Contoso Issuing CA 01", enrollment_service("Rebuilt"));
  install("X", enrollment_service("X"));
  activate("X");

  EXPECT_EQ(failure(ca_), Reason::different_ca_on_host);
}

/// One matching certificate among several proves nothing, because anyone with write access can add it to the object.
TEST_F(CaKeyTest, WithOnlyAnOlderCertificateIsNotTheCas) {
  install("Contoso Issuing CA 01", ca_);
  const auto later = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
  const base::Octets newer = test::example_certificate(later, later + std::chrono::years(1));
  for (const auto& order :
       {std::vector{newer, certificate_of(ca_.display_name)}, std::vector{certificate_of(ca_.display_name), newer}}) {
    ca_.ca_certificates = order;
    EXPECT_EQ(failure(ca_), Reason::certificate_differs);
  }

  registry_.keys.at(configuration("Contoso Issuing CA 01")).values["CACertHash"] =
      texts({spaced_hash(certificate_of(ca_.display_name)), spaced_hash(newer)});
  EXPECT_TRUE(find(ca_));
}

TEST_F(CaKeyTest, RenewedOnlyOnTheHostIsTheCas) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  key.values["CACertHash"] = texts({spaced_hash(ca_.ca_certificates[0]), spaced_hash(certificate_of("renewed"))});

  EXPECT_TRUE(find(ca_));
}

TEST_F(CaKeyTest, MustHaveBothOfTwoNewestCertificates) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  ca_.ca_certificates.push_back(certificate_of("as new"));
  EXPECT_EQ(failure(ca_), Reason::certificate_differs);

  key.values["CACertHash"] = texts({spaced_hash(ca_.ca_certificates[1]), spaced_hash(ca_.ca_certificates[0])});
  EXPECT_TRUE(find(ca_));
}

TEST_F(CaKeyTest, IsMatchedByCommonNameIfTheDirectoryHasNoValidCertificate) {
  install("Zebra", ca_);
  ca_.ca_certificates = {{0}};

  const auto found = find(ca_);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->matched_by, KeyMatchedBy::common_name);
}

TEST_F(CaKeyTest, APlaceholderBesideACertificateIsNoEvidence) {
  install("Contoso Issuing CA 01", ca_);
  ca_.ca_certificates.insert(ca_.ca_certificates.begin(), base::Octets{0});

  EXPECT_EQ(find(ca_)->matched_by, KeyMatchedBy::certificate_hash);
}

TEST_F(CaKeyTest, WithTheCertificateButAnotherNameIsTheOtherCas) {
  install("Contoso Issuing CA 02", enrollment_service("Contoso Issuing CA 02"));
  activate("Contoso Issuing CA 02");
  ca_.ca_certificates = {certificate_of("Contoso Issuing CA 02")};

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::different_ca_on_host);
  EXPECT_THAT(found.error().detail, HasSubstr("Contoso Issuing CA 02"));
}

TEST_F(CaKeyTest, OfAReplicationConflictIsFoundByTheOriginalName) {
  install("Contoso Issuing CA 01", ca_);
  ca_.display_name.clear();
  ca_.common_name += "\nCNF:8b1e0c52-1234-5678-9abc-def001020304";

  EXPECT_EQ(find(ca_)->found_by, KeyFoundBy::sanitized_name);
}

TEST_F(CaKeyTest, CostsNoRoundTripForAKnownName) {
  install("Contoso Issuing CA 01", ca_);

  ASSERT_TRUE(find(ca_));

  EXPECT_THAT(registry_.asked, Not(Contains("QueryValue CommonName")));
}

TEST_F(CaKeyTest, WithOneOfSeveralCertificatesIsTheCas) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  key.values["CACertHash"] = texts({"-", spaced_hash({1, 2, 3}), spaced_hash(ca_.ca_certificates[0])});

  EXPECT_EQ(find(ca_)->matched_by, KeyMatchedBy::certificate_hash);
}

TEST_F(CaKeyTest, ThatCertSvcDoesNotRunIsAFormerCas) {
  install("Contoso Issuing CA 01", ca_);
  install("Contoso Issuing CA 02", enrollment_service("Contoso Issuing CA 02"));
  activate("Contoso Issuing CA 02");

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::different_ca_on_host);
  EXPECT_THAT(found.error().detail, HasSubstr("Contoso Issuing CA 02"));
  EXPECT_TRUE(find(enrollment_service("Contoso Issuing CA 02")));
}

TEST_F(CaKeyTest, ActiveComparesWithoutCase) {
  install("Contoso Issuing CA 01", ca_);
  activate("CONTOSO issuing ca 01");

  EXPECT_TRUE(find(ca_));
}

TEST_F(CaKeyTest, IsMissingOnAHostWithoutCertSvc) {
  registry_.add(R"(SYSTEM\CurrentControlSet\Services)");

  EXPECT_EQ(failure(ca_), Reason::not_a_ca);
}

TEST_F(CaKeyTest, IsMissingOnAHostWithoutAnyCa) {
  registry_.add(configuration());

  EXPECT_EQ(failure(ca_), Reason::ca_key_not_found);
}

TEST_F(CaKeyTest, WithoutReadAccessIsReported) {
  install("Contoso Issuing CA 01", ca_).open_error = winreg::ERROR_ACCESS_DENIED;

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::access_denied);
  EXPECT_EQ(found.error().error, (base::ForeignError{"win32", 5, "ERROR_ACCESS_DENIED"}));
}

TEST_F(CaKeyTest, UnreadableNeighboursDoNotEndTheEnumeration) {
  install("Aardvark", enrollment_service("Another CA")).open_error = winreg::ERROR_ACCESS_DENIED;
  install("Zebra", ca_);

  EXPECT_TRUE(find(ca_));
}

TEST_F(CaKeyTest, UnreadableKeysAreNotTakenForAnotherCas) {
  install("Aardvark", ca_).open_error = winreg::ERROR_ACCESS_DENIED;

  EXPECT_EQ(failure(ca_), Reason::access_denied);
}

TEST_F(CaKeyTest, IsNotSearchedAmongAMillion) {
  for (int i = 0; i < 200; ++i) registry_.add(configuration("Key " + std::to_string(i)));

  EXPECT_EQ(failure(ca_), Reason::ca_key_not_found);
  EXPECT_LT(registry_.asked.size(), 400U);
}

TEST_F(CaKeyTest, ABusyHostIsReported) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  for (const std::uint32_t busy : {0x13U, 0x15U, 0xAAU, 0x102U}) {  // write protected, not ready, busy, a time-out
    key.open_error = busy;
    EXPECT_EQ(failure(ca_), Reason::host_busy) << busy;
  }
}

TEST_F(CaKeyTest, OfARegistryWithoutAccessIsReported) {
  install("Contoso Issuing CA 01", ca_);
  registry_.root_error = winreg::ERROR_ACCESS_DENIED;

  EXPECT_EQ(failure(ca_), Reason::access_denied);
}

TEST_F(CaKeyTest, IsNotFoundOnAHostThatRunsAnotherCa) {
  install("X", enrollment_service("X"));
  activate("X");

  const auto found = find(ca_);

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::different_ca_on_host);
  EXPECT_THAT(found.error().detail, HasSubstr("The host's active CA is \"X\""));
}

TEST_F(CaKeyTest, ADirectorysNameCannotLeaveConfiguration) {
  ca_.display_name.clear();
  ca_.common_name = R"(..\..\Tcpip)";
  registry_.add(configuration());

  EXPECT_EQ(failure(ca_), Reason::ca_key_not_found);
  for (const std::string& asked : registry_.asked) EXPECT_THAT(asked, Not(HasSubstr("Tcpip")));
}

TEST_F(CaKeyTest, TheFactsHoldTheValueAndTheKeysTime) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  key.last_write = 134'000'000'000'000'000;  // 2025-08-18T14:13:20Z
  winreg::RemoteRegistry remote(registry_);

  const auto facts = read_registry_facts(remote, ca_);

  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->interface_flags, dword(0x641));
  EXPECT_EQ(facts->key_last_write, std::chrono::sys_seconds(std::chrono::seconds(1'755'526'400)));
}

TEST_F(CaKeyTest, TheFactsHoldTheServersNameIfThereIsOne) {
  auto& key = install("Contoso Issuing CA 01", ca_);
  const auto server_name = [&] {
    winreg::RemoteRegistry remote(registry_);
    return read_registry_facts(remote, ca_)->server_name;
  };
  EXPECT_EQ(server_name(), std::nullopt);
  key.values["CAServerName"] = text("ca02.corp.example");
  EXPECT_EQ(server_name(), "ca02.corp.example");
  for (const winreg::RegistryValue& odd : {text(""), dword(1)}) {
    key.values["CAServerName"] = odd;
    EXPECT_EQ(server_name(), std::nullopt);
  }
  registry_.denied_values = {"CAServerName"};
  EXPECT_EQ(server_name(), std::nullopt);
}

TEST_F(CaKeyTest, AnAbsentValueIsAFactAndAnUnreadableOneIsNot) {
  install("Contoso Issuing CA 01", ca_).values.erase("InterfaceFlags");
  winreg::RemoteRegistry remote(registry_);
  const auto absent = read_registry_facts(remote, ca_);
  ASSERT_TRUE(absent);
  EXPECT_EQ(absent->interface_flags, std::nullopt);

  registry_.denied_values = {"InterfaceFlags"};
  const auto unreadable = read_registry_facts(remote, ca_);
  ASSERT_FALSE(unreadable);
  EXPECT_EQ(unreadable.error().reason, Reason::access_denied);
}

}  // namespace
}  // namespace casweep::assess
