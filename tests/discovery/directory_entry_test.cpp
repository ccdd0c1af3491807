// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_entry.h"

#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

using namespace std::chrono_literals;

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

DirectoryEntry identified() {
  DirectoryEntry entry;
  entry.distinguished_name = "CN=CA,CN=Enrollment Services";
  entry.attributes["objectGUID"] = {Octets(16, 0x01)};
  return entry;
}

/// The service of an entry with one more attribute.
EnrollmentService parsed_with(const std::string& attribute, std::string_view value) {
  DirectoryEntry entry = identified();
  entry.attributes[attribute] = {octets(value)};
  return parse_enrollment_service(entry).value();
}

TEST(DirectoryEntry, FindsAttributesInEitherCase) {
  const auto entry = identified();

  EXPECT_TRUE(entry.attributes.contains("OBJECTguid"));
  EXPECT_FALSE(entry.attributes.contains("objectGUI"));
}

TEST(EnrollmentService, KeepsEveryAttributeAsItCame) {
  DirectoryEntry entry = identified();
  entry.attributes["cn"] = {octets("K!00f6ln CA")};
  entry.attributes["displayName"] = {octets("K\xc3\xb6ln CA")};
  entry.attributes["dNSHostName"] = {octets("ca01.corp.example")};
  entry.attributes["cACertificate"] = {Octets{0x30, 0x00}, Octets{0x30, 0x01}};
  entry.attributes["cACertificateDN"] = {octets("CN=K\xc3\xb6ln CA, DC=corp")};
  entry.attributes["certificateTemplates"] = {octets("User"), octets("Machine")};
  entry.attributes["msPKI-Enrollment-Servers"] = {octets("1\n4\n0\nhttps://ces")};

  const auto service = parse_enrollment_service(entry);

  ASSERT_TRUE(service);
  EXPECT_EQ(service->distinguished_name, entry.distinguished_name);
  EXPECT_EQ(service->common_name, "K!00f6ln CA");
  EXPECT_EQ(service->display_name, "K\xc3\xb6ln CA");
  EXPECT_EQ(service->dns_host_name, "ca01.corp.example");
  EXPECT_EQ(service->ca_certificates.size(), 2U);
  EXPECT_EQ(service->ca_certificate_dn, "CN=K\xc3\xb6ln CA, DC=corp");
  EXPECT_EQ(service->certificate_templates, (std::vector<std::string>{"User", "Machine"}));
  EXPECT_EQ(service->enrollment_servers.size(), 1U);
}

TEST(EnrollmentService, NeedsNothingButAnIdentity) {
  const auto service = parse_enrollment_service(identified());

  ASSERT_TRUE(service);
  EXPECT_TRUE(service->dns_host_name.empty());
  EXPECT_FALSE(service->flags);
  EXPECT_FALSE(service->when_created);
}

TEST(EnrollmentService, HasNoIdentityWithoutSixteenBytesOfGuid) {
  DirectoryEntry entry = identified();
  for (const auto& guids : {std::vector<Octets>{}, {Octets(15)}, {Octets(16), Octets(16)}}) {
    entry.attributes["objectGUID"] = guids;
    const auto service = parse_enrollment_service(entry);
    ASSERT_FALSE(service);
    EXPECT_EQ(service.error().kind, DirectoryErrorKind::malformed_answer);
  }
}

TEST(EnrollmentService, MayHaveAnyFlags) {
  EXPECT_EQ(parsed_with("flags", "10").flags, 10);
  EXPECT_EQ(parsed_with("flags", "-2147483648").flags, std::numeric_limits<std::int32_t>::min());
}

TEST(EnrollmentService, HasNoFlagsThatAreNoNumber) {
  for (const auto* flags : {"", "0x10", "10 ", "+1", "2147483648", "ten"}) {
    EXPECT_FALSE(parsed_with("flags", flags).flags) << flags;
  }
}

TEST(EnrollmentService, WasCreatedAtAGeneralizedTime) {
  using namespace std::chrono;
  const sys_seconds expected = sys_days(2026y / November / 23) + 2h + 43min + 54s;

  EXPECT_EQ(parsed_with("whenCreated", "20261123024354.0Z").when_created, expected);
  EXPECT_EQ(parsed_with("whenCreated", "20261123024354Z").when_created, expected);
  EXPECT_EQ(parsed_with("whenChanged", "20261123024354.999Z").when_changed, expected);
}

TEST(EnrollmentService, WasCreatedAtNoOtherTime) {
  for (const auto* time :
       {"", "Z", "20261123024354.0", "20261123024354.0+0100", "20261323024354.0Z", "20260230024354.0Z",
        "20261123244354.0Z", "20261123026054.0Z", "20261123024361.0Z", "2026112302435.0Z", "20261123024354.Z",
        "20261123024354.xZ", "20261123024354,0Z", "2026-11-23T02:43:54Z", "-0261123024354.0Z"}) {
    EXPECT_FALSE(parsed_with("whenCreated", time).when_created) << time;
  }
}

}  // namespace
}  // namespace casweep::discovery
