// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_entry.h"

#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

using namespace std::chrono_literals;

base::Octets octets_of(std::string_view text) { return {text.begin(), text.end()}; }

DirectoryEntry identified() {
  DirectoryEntry entry;
  entry.distinguished_name = "CN=CA,CN=Enrollment Services";
  entry.attributes["objectGUID"] = {base::Octets(16, 0x01)};
  return entry;
}

/// The service of an entry with one more attribute.
EnrollmentService parsed_with(const std::string& attribute, std::string_view value) {
  DirectoryEntry entry = identified();
  entry.attributes[attribute] = {octets_of(value)};
  return parse_enrollment_service(entry).value();
}

TEST(DirectoryEntry, FindsAttributesInEitherCase) {
  const auto entry = identified();

  EXPECT_TRUE(entry.attributes.contains("OBJECTguid"));
  EXPECT_FALSE(entry.attributes.contains("objectGUI"));
}

TEST(EnrollmentService, KeepsEveryAttributeUnchanged) {
  DirectoryEntry entry = identified();
  entry.attributes["cn"] = {octets_of("K!00f6ln CA")};
  entry.attributes["displayName"] = {octets_of("K\xc3\xb6ln CA")};
  entry.attributes["dNSHostName"] = {octets_of("ca01.corp.example")};
  entry.attributes["cACertificate"] = {base::Octets{0x30, 0x00}, base::Octets{0x30, 0x01}};
  entry.attributes["cACertificateDN"] = {octets_of("CN=K\xc3\xb6ln CA, DC=corp")};
  entry.attributes["certificateTemplates"] = {octets_of("User"), octets_of("Machine")};
  entry.attributes["msPKI-Enrollment-Servers"] = {octets_of("1\n4\n0\nhttps://ces")};

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

TEST(EnrollmentService, HasAHostNameWithoutTheRootsDot) {
  EXPECT_EQ(parsed_with("dNSHostName", "ca01.corp.example.").dns_host_name, "ca01.corp.example");
  EXPECT_EQ(parsed_with("dNSHostName", "ca01.corp.example ").dns_host_name, "ca01.corp.example ");
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
  for (const auto& guids : {std::vector<base::Octets>{}, {base::Octets(15)}, {base::Octets(16), base::Octets(16)}}) {
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

TEST(EnrollmentService, IgnoresFlagsThatAreNotANumber) {
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

TEST(EnrollmentService, IgnoresAnInvalidCreationTime) {
  for (const auto* time :
       {"", "Z", "20261123024354.0", "20261123024354.0+0100", "20261323024354.0Z", "20260230024354.0Z",
        "20261123244354.0Z", "20261123026054.0Z", "20261123024361.0Z", "2026112302435.0Z", "20261123024354.Z",
        "20261123024354.xZ", "20261123024354,0Z", "2026-11-23T02:43:54Z", "-0261123024354.0Z"}) {
    EXPECT_FALSE(parsed_with("whenCreated", time).when_created) << time;
  }
}

DirectoryEntry entry_with(std::initializer_list<std::pair<const char*, std::string_view>> attributes) {
  DirectoryEntry entry;
  for (const auto& [attribute, value] : attributes) entry.attributes[attribute].push_back(octets_of(value));
  return entry;
}

TEST(Computer, HasTheAttributesOfItsAccount) {
  using namespace std::chrono;
  const auto computer = parse_computer(entry_with({{"cn", "LEGACY-XP"},
                                                   {"dNSHostName", "legacy-xp.corp.example"},
                                                   {"operatingSystem", "Windows XP Professional"},
                                                   {"operatingSystemVersion", "5.1 (2600)"},
                                                   {"lastLogonTimestamp", "134084960340000000"}}));

  EXPECT_EQ(computer.name, "LEGACY-XP");
  EXPECT_EQ(computer.dns_host_name, "legacy-xp.corp.example");
  EXPECT_EQ(computer.operating_system, "Windows XP Professional");
  EXPECT_EQ(computer.operating_system_version, "5.1 (2600)");
  EXPECT_EQ(computer.last_logon, sys_days(2025y / November / 24) + 22h + 13min + 54s);
}

TEST(Computer, IgnoresAnInvalidLogonTime) {
  for (const auto* time : {"", "0", "-1", "1e9", "20261123024354.0Z", "18446744073709551616"}) {
    EXPECT_FALSE(parse_computer(entry_with({{"lastLogonTimestamp", time}})).last_logon) << time;
  }
}

TEST(ForestDomain, HasTwoNames) {
  const auto domain = parse_forest_domain(entry_with({{"nCName", "DC=corp,DC=example"}, {"dnsRoot", "corp.example"}}));

  EXPECT_EQ(domain.naming_context, "DC=corp,DC=example");
  EXPECT_EQ(domain.dns_name, "corp.example");
}

TEST(LogonTimeSyncInterval, IsANumberOfDays) {
  const auto interval_of = [](std::string_view value) {
    return parse_logon_time_sync_interval(entry_with({{"msDS-LogonTimeSyncInterval", value}}));
  };
  EXPECT_EQ(interval_of("21"), std::chrono::days(21));
  EXPECT_EQ(interval_of("0"), std::chrono::days(0));
  EXPECT_EQ(interval_of("-1"), std::nullopt);
  EXPECT_EQ(interval_of("often"), std::nullopt);
  EXPECT_EQ(parse_logon_time_sync_interval({}), std::nullopt);
}

}  // namespace
}  // namespace casweep::discovery
