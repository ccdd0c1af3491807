// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assess/judgement.h"
#include "tests/support/history_testing.h"

namespace casweep::doctor {
namespace {

using namespace std::chrono_literals;
using base::Endpoint;
using base::Refusal;
using discovery::DirectoryErrorKind;
using logon::LogonErrorKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};  // 2027-01-15 08:00Z

const discovery::EnrollmentService some_ca{
    .object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}), .common_name = "CA 2"};

bool is_ok(const Finding& finding) { return finding.outcome == Outcome::ok; }
bool is_warning(const Finding& finding) { return finding.outcome == Outcome::warning; }
bool fails_with(const Finding& finding, const Cause& cause) {
  return finding.outcome == Outcome::failed && finding.cause == cause;
}

TEST(Findings, AMissingMeasureOfConfinementIsAWarning) {
  sweep::Confinement confinement;
  for (const sweep::Measure measure : sweep::all_measures()) confinement.set(measure, true);
  EXPECT_TRUE(is_ok(about_confinement(confinement)));
  confinement.set(sweep::Measure::landlock, false);
  const Finding finding = about_confinement(confinement);
  EXPECT_TRUE(is_warning(finding));
  EXPECT_THAT(finding.text, HasSubstr("Not in force: landlock. In force: limits"));
}

TEST(Findings, RootIsAWarning) {
  EXPECT_TRUE(is_ok(about_user(false)));
  EXPECT_TRUE(is_warning(about_user(true)));
}

TEST(Findings, AnExpiredTicketIsNoAccount) {
  logon::CacheFacts cache{.name = "FILE:/tmp/krb5cc_1", .principal = "auditor@CORP.EXAMPLE", .ticket = {.end = now}};
  EXPECT_TRUE(fails_with(about_cache(cache, now), LogonErrorKind::kerberos_failed));
  EXPECT_EQ(about_cache(cache, now).text,
            "A ticket of auditor@CORP.EXAMPLE in FILE:/tmp/krb5cc_1, which expired 2027-01-15 08:00Z.");
  EXPECT_TRUE(is_ok(about_cache(cache, now - 1s)));
}

TEST(Findings, ATicketIsShownWithItsLifeAndItsTypes) {
  const logon::CacheFacts cache{.name = "FILE:/tmp/krb5cc_1",
                                .principal = "auditor@CORP.EXAMPLE",
                                .ticket = {.end = now + 2h,
                                           .renewable_until = now + 24h,
                                           .session_key_type = "aes256-cts",
                                           .ticket_type = "aes128-cts"}};
  EXPECT_EQ(about_ticket(cache, now).text,
            "auditor@CORP.EXAMPLE has a ticket until 2027-01-15 10:00Z, for 120 min: session key aes256-cts, ticket "
            "aes128-cts, renewable until 2027-01-16 08:00Z.");
}

TEST(Findings, AKeytabNeedsAKeyOfTheAccount) {
  const std::vector<logon::KeytabEntry> entries{{"svc@CORP.EXAMPLE", 3, "aes256-cts"},
                                                {"svc@CORP.EXAMPLE", 2, "arcfour-hmac"},
                                                {"host/pc@CORP.EXAMPLE", 1, "aes256-cts"}};
  const Finding own = about_keytab("k", entries, "svc@corp.example");  // the realm may be in lower case
  EXPECT_TRUE(is_ok(own));
  EXPECT_EQ(own.text,
            "The keytab k has keys of svc@corp.example: aes256-cts (version 3), arcfour-hmac (version 2). It also has "
            "keys of host/pc@CORP.EXAMPLE.");
  const Finding foreign = about_keytab("k", entries, "other@CORP.EXAMPLE");
  EXPECT_TRUE(fails_with(foreign, LogonErrorKind::kerberos_failed));
  EXPECT_THAT(foreign.text, HasSubstr("has no key of other@CORP.EXAMPLE, only of svc@CORP.EXAMPLE"));
  EXPECT_EQ(about_keytab("k", {}, "svc@CORP.EXAMPLE").text, "The keytab k is empty.");
}

TEST(Findings, NtlmIsAWarning) {
  EXPECT_EQ(about_password("a@R", "", logon::Logon::kerberos), (Finding{.text = "The password of a@R was typed."}));
  EXPECT_EQ(about_password("a@R", "pw", logon::Logon::kerberos), (Finding{.text = "The password of a@R is in pw."}));
  EXPECT_TRUE(is_warning(about_password("a@R", "", logon::Logon::ntlm)));
}

TEST(Findings, HostsAreShownWithTheirNamesInDns) {
  const std::vector<base::HostLookup> hosts{
      {.host = "dc1.corp.example", .addresses = {{"10.0.0.1", "DC1.corp.example"}, {"10.0.0.9", "old.corp.example"}}}};
  EXPECT_EQ(about_controllers("--server", hosts).text,
            "From --server: dc1.corp.example (10.0.0.1, 10.0.0.9, which DNS calls old.corp.example).");
}

TEST(Findings, ControllersWithoutAddressAreAWarningIfOthersHaveOne) {
  std::vector<base::HostLookup> hosts{{.host = "dc1", .error = EAI_NONAME}, {.host = "dc2", .error = EAI_AGAIN}};
  const Finding none = about_controllers("DNS", hosts);
  EXPECT_TRUE(fails_with(none, DirectoryErrorKind::name_not_resolved));
  EXPECT_EQ(none.text, "From DNS: dc1 has no address, DNS did not answer about dc2.");
  hosts.push_back({.host = "dc3", .addresses = {{"10.0.0.3"}}});
  EXPECT_TRUE(is_warning(about_controllers("DNS", hosts)));
}

TEST(Findings, KdcsComeFromConfigurationOrDns) {
  EXPECT_EQ(about_kdcs("R", {.kdcs = {{"dc1", 88}}, .in_order = true}).text, "Of R, from krb5.conf: dc1:88.");
  EXPECT_EQ(about_kdcs("R", {.kdcs = {{"dc1", 88}}, .in_order = false}).text, "Of R, from DNS: dc1:88.");
  EXPECT_TRUE(fails_with(about_kdcs("R", {.in_order = false}), LogonErrorKind::name_not_resolved));
  EXPECT_TRUE(is_warning(about_kdcs("R", {.in_order = true})));  // a proxy, say
}

TEST(Findings, PortsFailOnlyIfNoHostAccepts) {
  const std::vector<Endpoint> endpoints{{"dc1", 389}, {"dc2", 389}};
  const auto about = [&](std::optional<Refusal> first, std::optional<Refusal> second) {
    return about_ports(endpoints, std::vector{first, second}, DirectoryErrorKind::unreachable);
  };
  EXPECT_EQ(about({}, {}).text, "dc1:389, dc2:389.");
  EXPECT_TRUE(is_ok(about({}, {})));
  EXPECT_TRUE(is_warning(about(Refusal::silent, {})));
  EXPECT_EQ(about(Refusal::silent, {}).text, "1 of 2: dc2:389. dc1:389 did not answer.");
  const Finding none = about(Refusal::silent, Refusal::refused);
  EXPECT_TRUE(fails_with(none, DirectoryErrorKind::unreachable));
  EXPECT_EQ(none.text, "dc1:389 did not answer, dc2:389 refused the connection.");
  EXPECT_THAT(none.advice, HasSubstr("TCP port 389"));
}

TEST(Findings, AClockFailsIfNoHostIsNear) {
  const std::vector<HostClock> far{{"dc1", -20min}};
  const Finding finding = about_clocks(far);
  EXPECT_TRUE(fails_with(finding, LogonErrorKind::kerberos_failed));
  EXPECT_EQ(finding.text, "The clock of dc1 is 20 min behind this machine's clock; Kerberos allows 5 min by default.");
  EXPECT_EQ(finding.advice, "Set this machine's clock by NTP.");
}

TEST(Findings, OneClockThatDiffersFromOthersIsThatHosts) {
  const Finding finding = about_clocks(std::vector<HostClock>{{"dc1", 20min}, {"dc2", 1s}});
  EXPECT_TRUE(is_warning(finding));
  EXPECT_EQ(finding.advice, "Set the clocks of these hosts by NTP.");
}

TEST(Findings, ClocksThatNobodyTellsAreAWarning) {
  EXPECT_TRUE(is_warning(about_clocks(std::vector<HostClock>{{"dc1", std::nullopt}})));
  EXPECT_TRUE(is_warning(about_clocks({})));
  const Finding some = about_clocks(std::vector<HostClock>{{"dc1", std::nullopt}, {"dc2", -2s}});
  EXPECT_TRUE(is_ok(some));
  EXPECT_EQ(some.text, "Greatest difference: 2 s (dc2). These hosts did not tell their time: dc1.");
}

TEST(Findings, ADirectoryThatReplacesAnotherIsAWarning) {
  BoundDirectory directory{.uri = "ldaps://dc1.corp.example",
                           .identity = {.name = "dc1.corp.example",
                                        .proof = "Kerberos ticket for ldap/dc1.corp.example/corp.example@CORP.EXAMPLE",
                                        .address = "10.0.0.1",
                                        .claimed_name = "DC1.corp.example"},
                           .protection = "TLSv1.3 TLS_AES_256_GCM_SHA384, certificate verified, Kerberos",
                           .bound_to_tls = true};
  EXPECT_TRUE(is_ok(about_directory(directory)));
  EXPECT_EQ(
      about_directory(directory).text,
      "ldaps://dc1.corp.example (10.0.0.1): TLSv1.3 TLS_AES_256_GCM_SHA384, certificate verified, Kerberos, bound "
      "to this TLS connection. Proof: Kerberos ticket for ldap/dc1.corp.example/corp.example@CORP.EXAMPLE.");
  directory.note = "1 of 2 domain controllers were passed over.";
  EXPECT_TRUE(is_warning(about_directory(directory)));
}

TEST(Findings, HiddenCasAreAWarning) {
  discovery::Listing listing;
  listing.forest = "corp.example";
  listing.services.push_back(some_ca);
  EXPECT_EQ(about_listing(listing).text, "1 enterprise CA in the forest corp.example.");
  listing.hidden.push_back({.service = some_ca});
  EXPECT_TRUE(is_warning(about_listing(listing)));
  EXPECT_THAT(about_listing(listing).text, HasSubstr("Hidden from this account: CA 2."));
}

/// A reading that failed for `reason`.
assess::Reading failed_reading(assess::Reason reason, std::string address = {}, std::string protocol = {}) {
  assess::Reading reading;
  reading.result = tl::unexpected(assess::ReadFailure{reason, "Why.", {}});
  reading.address = std::move(address);
  reading.protocol = std::move(protocol);
  return reading;
}

TEST(Findings, AReadingStopsAtAStage) {
  using assess::Reason;
  EXPECT_EQ(stage_of(failed_reading(Reason::no_host_name)), Stage::directory_object);
  EXPECT_EQ(stage_of(failed_reading(Reason::name_not_resolved)), Stage::name);
  EXPECT_EQ(stage_of(failed_reading(Reason::timed_out)), Stage::name);
  EXPECT_EQ(stage_of(failed_reading(Reason::connection_refused, "10.0.0.1")), Stage::port);
  EXPECT_EQ(stage_of(failed_reading(Reason::timed_out, "10.0.0.1")), Stage::port);
  EXPECT_EQ(stage_of(failed_reading(Reason::kerberos_failed, "10.0.0.1")), Stage::logon);
  EXPECT_EQ(stage_of(failed_reading(Reason::remote_registry_unavailable, "10.0.0.1")), Stage::registry);
  EXPECT_EQ(stage_of(failed_reading(Reason::access_denied, "10.0.0.1", "SMB")), Stage::key);
  assess::Reading done;
  done.result = assess::RegistryFacts{};
  EXPECT_EQ(stage_of(done), Stage::done);
}

TEST(Findings, ACaThatCannotBeReadSaysWhereItStoppedAndWhatToDo) {
  const Finding finding = about_ca(some_ca, failed_reading(assess::Reason::remote_registry_unavailable, "10.0.0.1"));
  EXPECT_TRUE(fails_with(finding, assess::Reason::remote_registry_unavailable));
  EXPECT_EQ(finding.text, "Stopped at the Remote Registry service (remote-registry-unavailable): Why.");
  EXPECT_THAT(finding.advice, HasSubstr("Remote Registry"));
}

TEST(Findings, ACaWithoutAFlagCanBeRead) {
  assess::Reading reading;
  reading.address = "10.0.0.1";
  reading.result = assess::RegistryFacts{.key_path = "HKLM\\…\\CA",
                                         .matched_by = assess::KeyMatchedBy::certificate_hash,
                                         .interface_flags = std::nullopt,
                                         .key_last_write = {}};
  EXPECT_TRUE(is_ok(about_ca(some_ca, reading)));
  // Another CA's empty key may have this name.
  reading.result->matched_by = assess::KeyMatchedBy::key_name;
  EXPECT_TRUE(fails_with(about_ca(some_ca, reading), assess::Reason::ca_key_not_found));
}

/// A scan would find it unknown.
TEST(Findings, ACaWhoseValueCannotBeJudgedIsAFailure) {
  assess::Reading reading;
  reading.address = "10.0.0.1";
  reading.result = assess::RegistryFacts{.key_path = "HKLM\\…\\CA",
                                         .interface_flags = winreg::RegistryValue{.type = 1, .data = {0x41, 0x00}},
                                         .key_last_write = {}};
  const Finding finding = about_ca(some_ca, reading);
  const assess::Judgement judgement = assess::judge(reading, some_ca.dns_host_name);
  ASSERT_EQ(judgement.verdict, assess::Verdict::unknown);
  EXPECT_TRUE(fails_with(finding, judgement.reason));
  EXPECT_THAT(finding.text, AllOf(HasSubstr("gives no verdict (" + std::string(word_of(judgement.reason)) + ")"),
                                  HasSubstr(judgement.detail)));
}

/// The key may be a leftover on a former host.
TEST(Findings, ACaWhoseKeyNamesAnotherHostIsAFailure) {
  auto ca = test::enforced_example(1, "A");
  ca.service.dns_host_name = "new.corp.example";
  ca.reading->result->server_name = "OLD";
  EXPECT_TRUE(fails_with(about_ca(ca.service, *ca.reading), assess::Reason::server_name_differs));
}

TEST(Findings, OneKeyProvesOneCa) {
  auto one = test::enforced_example(1, "A");
  auto other = test::enforced_example(2, "A");
  other.service = one.service;
  other.service.object_guid = test::guid(2);
  const std::vector<discovery::EnrollmentService> cas{one.service, other.service};
  const auto findings = about_cas(cas, cas, {{test::guid(1), *one.reading}, {test::guid(2), *other.reading}});
  ASSERT_EQ(findings.size(), 2U);
  for (const Finding& finding : findings) EXPECT_TRUE(fails_with(finding, assess::Reason::different_ca_on_host));
}

}  // namespace
}  // namespace casweep::doctor
