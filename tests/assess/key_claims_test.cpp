// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/key_claims.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "assess/read_interface_flags.h"
#include "tests/support/example_certificates.h"
#include "tests/support/fake_registry.h"

namespace casweep::assess {

using namespace test;
namespace {

using base::ObjectGuid;
using discovery::EnrollmentService;
using testing::HasSubstr;

/// A forest in which CA 01 enforces encryption on ca01 and CA 03, on ca03, does not; each test changes their
/// data in the directory.
class KeyClaims : public testing::Test {
 protected:
  KeyClaims() {
    install(registries_["ca01.corp.example"], "Contoso Issuing CA 01", 0x641);
    install(registries_["ca03.corp.example"], "Contoso Issuing CA 03", 0x441);
    addresses_ = {{"ca01.corp.example", "10.0.0.1"}, {"ca03.corp.example", "10.0.0.3"}};
    ca01_ = object(1, "Contoso Issuing CA 01", "ca01.corp.example");
    ca03_ = object(3, "Contoso Issuing CA 03", "ca03.corp.example");
  }

  static EnrollmentService object(unsigned number, std::string_view name, std::string_view host) {
    EnrollmentService ca = enrollment_service(name);
    base::Octets guid(16, 0);
    guid[15] = static_cast<std::uint8_t>(number);
    ca.object_guid = *ObjectGuid::from_octets(guid);
    ca.dns_host_name = host;
    return ca;
  }

  static void install(test::FakeRegistry& registry, const std::string& name, std::uint32_t flags) {
    auto& key = registry.add(configuration(name));
    key.values["CommonName"] = text(name);
    key.values["CACertHash"] = texts({spaced_hash(certificate_of(name))});
    key.values["InterfaceFlags"] = dword(flags);
    registry.add(configuration()).values["Active"] = text(name);
  }

  /// Another name for a host.
  void add_alias(const std::string& alias, const std::string& host, const std::string& address) {
    registries_[alias] = registries_[host];
    addresses_[alias] = address;
  }

  /// The results of a scan of `chosen`, out of the objects `listed`.
  std::map<ObjectGuid, Reading> scan(const std::vector<EnrollmentService>& listed,
                                     const std::vector<EnrollmentService>& chosen) {
    std::map<ObjectGuid, Reading> readings;
    for (const EnrollmentService& ca : chosen) {
      Reading reading;
      reading.address = addresses_[ca.dns_host_name];
      winreg::RemoteRegistry registry(registries_[ca.dns_host_name]);
      reading.result = read_registry_facts(registry, ca);
      readings.emplace(ca.object_guid, reading);
    }
    settle_key_claims(listed, readings);
    return readings;
  }

  static testing::AssertionResult is_read(const Reading& reading) {
    if (reading.result) return testing::AssertionSuccess();
    return testing::AssertionFailure() << reading.result.error().detail;
  }

  static Reason reason_of(const Reading& reading) {
    return reading.result ? Reason::flag_set : reading.result.error().reason;
  }

  /// CA 01 keeps its reading and CA 03 does not, regardless of which of them the scan reads.
  void expect_key_of_ca01_alone() {
    const auto both = scan({ca01_, ca03_}, {ca01_, ca03_});
    EXPECT_TRUE(is_read(both.at(ca01_.object_guid)));
    EXPECT_EQ(reason_of(both.at(ca03_.object_guid)), Reason::different_ca_on_host);

    EXPECT_TRUE(is_read(scan({ca01_, ca03_}, {ca01_}).at(ca01_.object_guid)));
    EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
  }

  void expect_nothing_proven() {
    const auto both = scan({ca01_, ca03_}, {ca01_, ca03_});
    EXPECT_EQ(reason_of(both.at(ca01_.object_guid)), Reason::different_ca_on_host);
    EXPECT_EQ(reason_of(both.at(ca03_.object_guid)), Reason::different_ca_on_host);

    EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca01_}).at(ca01_.object_guid)), Reason::different_ca_on_host);
    EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
  }

  std::map<std::string, test::FakeRegistry> registries_;
  std::map<std::string, std::string> addresses_;
  EnrollmentService ca01_ = enrollment_service("");
  EnrollmentService ca03_ = enrollment_service("");
};

TEST_F(KeyClaims, OfDifferentCasDoNotConflict) {
  const auto readings = scan({ca01_, ca03_}, {ca01_, ca03_});

  EXPECT_TRUE(is_read(readings.at(ca01_.object_guid)));
  EXPECT_TRUE(is_read(readings.at(ca03_.object_guid)));
}

TEST_F(KeyClaims, ABorrowedCertificateProvesNothing) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.ca_certificates = {certificate_of("Contoso Issuing CA 01"), certificate_of("Contoso Issuing CA 03")};

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, ABorrowedNewestCertificateProvesNothing) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.ca_certificates = {certificate_of("Contoso Issuing CA 01")};

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, ABorrowedNewestCertificateProvesNothingEvenIfItsOwnerIsNotListed) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.ca_certificates = {certificate_of("Contoso Issuing CA 01")};

  EXPECT_EQ(reason_of(scan({ca03_}, {ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
}

/// The owner may be hidden, removed, or never seen.
TEST_F(KeyClaims, ABorrowedDisplayNameProvesNothingEvenIfItsOwnerIsNotListed) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.display_name = "Contoso Issuing CA 01";
  for (const auto& certificates : {ca01_.ca_certificates, std::vector<base::Octets>{}}) {
    ca03_.ca_certificates = certificates;
    const auto reading = scan({ca03_}, {ca03_}).at(ca03_.object_guid);

    ASSERT_EQ(reason_of(reading), Reason::different_ca_on_host);
    EXPECT_THAT(reading.result.error().detail, HasSubstr("cn \"Contoso Issuing CA 03\""));
  }
}

TEST_F(KeyClaims, ABorrowedCnProvesNothingEvenIfItsOwnerIsNotListed) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.common_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates = ca01_.ca_certificates;

  EXPECT_EQ(reason_of(scan({ca03_}, {ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
}

TEST_F(KeyClaims, OfARenamedObjectStandIfEncryptionIsNotEnforced) {
  ca03_.common_name = "Contoso Renamed CA";
  EXPECT_TRUE(is_read(scan({ca01_, ca03_}, {ca03_}).at(ca03_.object_guid)));

  ca01_.common_name = "Contoso Renamed CA";
  EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca01_}).at(ca01_.object_guid)), Reason::different_ca_on_host);
}

/// A hidden CA is listed as it was last known, and no scan reads it.
TEST_F(KeyClaims, OfAnObjectWithOnlyBorrowedNamesFailIfTheOwnerIsListedButNotRead) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.display_name = ca03_.common_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates = ca01_.ca_certificates;

  EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
}

/// The directory shows only the cn of such an object.
TEST_F(KeyClaims, OfAnObjectWithoutACertificateFailIfAnotherObjectHasItsName) {
  EnrollmentService bare = object(7, "Contoso Issuing CA 01", "");
  bare.display_name.clear();
  bare.ca_certificates.clear();

  EXPECT_TRUE(is_read(scan({bare, ca01_}, {ca01_}).at(ca01_.object_guid)));
  ca01_.ca_certificates.clear();
  EXPECT_EQ(reason_of(scan({bare, ca01_}, {ca01_}).at(ca01_.object_guid)), Reason::different_ca_on_host);
}

TEST_F(KeyClaims, OfAKeyWithTheShortNameAndTheFullCommonNameStand) {
  const std::string whole = "Contoso Enterprise Policy and Issuing Certification Authority 15";
  const std::string shortened = "Contoso Enterprise Policy and Issuing Certification-39238";
  EnrollmentService ca15 = object(15, whole, "ca15.corp.example");
  ca15.common_name = shortened;
  install(registries_["ca15.corp.example"], shortened, 0x641);
  auto& key = registries_["ca15.corp.example"].keys.at(configuration(shortened));
  key.values["CommonName"] = text(whole);
  key.values["CACertHash"] = texts({spaced_hash(ca15.ca_certificates.front())});

  EXPECT_TRUE(is_read(scan({ca15}, {ca15}).at(ca15.object_guid)));
}

/// Comparing each reading with each object would take minutes.
TEST_F(KeyClaims, OfManyObjectsWithOneNameAreSettledInTime) {
  constexpr unsigned many = 10'000;
  const EnrollmentService contoso = enrollment_service("Contoso");
  std::vector<EnrollmentService> listed;
  std::map<ObjectGuid, Reading> readings;
  RegistryFacts facts;
  facts.identity = {.name = "Contoso", .common_name = "Contoso", .certificate_hashes = {}};
  for (unsigned number = 0; number < 2 * many; ++number) {
    EnrollmentService ca = contoso;
    base::Octets guid(16, 0);
    guid[14] = static_cast<std::uint8_t>(number >> 8);
    guid[15] = static_cast<std::uint8_t>(number);
    ca.object_guid = *ObjectGuid::from_octets(guid);
    ca.dns_host_name = fmt::format("ca{}.corp.example", number);
    const bool read = number < many;
    facts.key_path = configuration(fmt::format("{}", number));
    base::Octets hash(20, 0);
    std::ranges::copy(guid, hash.begin());
    facts.identity.certificate_hashes = {hash};
    if (read) ca.ca_certificates.clear();
    if (read) readings[ca.object_guid].result = facts;
    listed.push_back(std::move(ca));
  }
  settle_key_claims(listed, readings);

  for (const auto& [object_guid, reading] : readings) ASSERT_TRUE(is_read(reading));
}

TEST_F(KeyClaims, ABorrowedNameProvesNothing) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates.clear();

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, ABorrowedDisplayNameAndCertificateAreNotEnough) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates = ca01_.ca_certificates;

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, ConflictOnOneHostRegardlessOfItsSpelling) {
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates.clear();
  for (const char* spelling : {"CA01.Corp.Example", "ca01.corp.example.", "CA01.CORP.EXAMPLE."}) {
    add_alias(spelling, "ca01.corp.example", "");
    ca03_.dns_host_name = spelling;
    expect_key_of_ca01_alone();
  }
}

TEST_F(KeyClaims, ConflictOnOneAddressWithTwoNames) {
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates.clear();
  add_alias("pki.corp.example", "ca01.corp.example", "10.0.0.1");
  ca03_.dns_host_name = "pki.corp.example";

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, ConflictOnOneHostWithTwoNamesAndTwoAddresses) {
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates.clear();
  add_alias("pki.corp.example", "ca01.corp.example", "2001:db8::1");
  ca03_.dns_host_name = "pki.corp.example";

  expect_key_of_ca01_alone();
}

TEST_F(KeyClaims, OfTwoExactMatchesProveNothing) {
  ca03_ = object(3, "Contoso Issuing CA 01", "ca01.corp.example");

  expect_nothing_proven();
}

TEST_F(KeyClaims, OfTwoObjectsWithoutCertificatesProveNothing) {
  ca03_ = object(3, "Contoso Issuing CA 01", "ca01.corp.example");
  ca01_.ca_certificates.clear();
  ca03_.ca_certificates.clear();

  expect_nothing_proven();
}

TEST_F(KeyClaims, OfAKeyWithoutCertificatesProveNothing) {
  ca03_ = object(3, "Contoso Issuing CA 01", "ca01.corp.example");
  for (auto& [path, key] : registries_["ca01.corp.example"].keys) key.values.erase("CACertHash");

  expect_nothing_proven();
}

TEST_F(KeyClaims, NameTheOwnerOfTheKey) {
  ca03_.dns_host_name = "ca01.corp.example";
  ca03_.ca_certificates = {certificate_of("Contoso Issuing CA 01")};
  ca03_.display_name = "Contoso Issuing CA 01";
  const auto reading = scan({ca01_, ca03_}, {ca01_, ca03_}).at(ca03_.object_guid);

  ASSERT_FALSE(reading.result);
  EXPECT_THAT(reading.result.error().detail, HasSubstr(ca01_.object_guid.to_string()));
  EXPECT_EQ(reading.key_path, "HKLM\\" + configuration("Contoso Issuing CA 01"));
}

/// The result of a failed reading is not known, but the key that its object could have is.
TEST_F(KeyClaims, OfAnObjectThatCouldNotBeReadCount) {
  ca03_.display_name = "Contoso Issuing CA 01";
  ca03_.ca_certificates.clear();
  add_alias("pki.corp.example", "ca01.corp.example", "10.0.0.1");
  ca03_.dns_host_name = "pki.corp.example";
  registries_["ca01.corp.example"].root_error = 0x15;  // ERROR_NOT_READY

  EXPECT_EQ(reason_of(scan({ca01_, ca03_}, {ca01_, ca03_}).at(ca03_.object_guid)), Reason::different_ca_on_host);
}

TEST_F(KeyClaims, OfAFormerCaDoNotAffectItsSuccessor) {
  const EnrollmentService former = object(7, "Contoso Former CA", "ca01.corp.example");

  for (const auto& chosen : {std::vector{ca01_}, std::vector{ca01_, former}}) {
    EXPECT_TRUE(is_read(scan({ca01_, former}, chosen).at(ca01_.object_guid)));
  }
}

TEST_F(KeyClaims, OfACaWithoutADirectoryCertificateStandIfUncontested) {
  ca01_.ca_certificates.clear();

  EXPECT_TRUE(is_read(scan({ca01_, ca03_}, {ca01_, ca03_}).at(ca01_.object_guid)));
}

}  // namespace
}  // namespace casweep::assess
