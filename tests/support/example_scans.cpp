// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/example_scans.h"

#include "tests/support/example_certificates.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace casweep::test {
namespace {

using assess::Reason;
using namespace std::chrono_literals;

constexpr std::string_view configuration = R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration)";
constexpr base::Instant began{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 2h + 43min + 54s + 123ms};

discovery::EnrollmentService service(std::uint8_t number, const std::string& name, const std::string& host) {
  const std::array<std::uint8_t, 16> octets{0x52, 0x0c, 0x1e, 0x8b, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, number};
  discovery::EnrollmentService service{.object_guid = *base::ObjectGuid::from_octets(octets),
                                       .distinguished_name = "CN=" + name + ",CN=Enrollment Services",
                                       .common_name = name,
                                       .display_name = name,
                                       .dns_host_name = host,
                                       .ca_certificates = {},
                                       .ca_certificate_dn = {},
                                       .certificate_templates = {},
                                       .flags = {},
                                       .when_created = {},
                                       .when_changed = {},
                                       .enrollment_servers = {},
                                       .duplicates = {}};
  return service;
}

assess::Reading reading_from(const std::string& address) {
  assess::Reading reading;
  reading.address = address;
  reading.protocol = "required: SMB 2.02 or later, signing, RPC sealing, Kerberos";
  reading.account = "auditor@CORP.EXAMPLE";
  reading.started_at = began + 100ms;
  reading.finished_at = began + 250ms;
  return reading;
}

history::Observation record(discovery::EnrollmentService ca, assess::Reading reading) {
  assess::Judgement judgement = assess::judge(reading);
  return {std::move(ca), std::move(reading), std::move(judgement)};
}

history::Observation read_ca(const discovery::EnrollmentService& ca, std::optional<winreg::RegistryValue> value) {
  assess::Reading reading = reading_from("192.0.2.10");
  assess::RegistryFacts facts;
  facts.matched_by = assess::KeyMatchedBy::certificate_hash;
  facts.key_path = std::string(configuration) + "\\" + ca.common_name;
  facts.interface_flags = std::move(value);
  facts.key_last_write = std::chrono::sys_days{std::chrono::year{2024} / 2 / 29} + 23h + 59min + 59s;
  reading.result = facts;
  return record(ca, std::move(reading));
}

history::Observation unread_ca(const discovery::EnrollmentService& ca, assess::ReadFailure failure) {
  assess::Reading reading = reading_from(ca.dns_host_name.empty() ? "" : "192.0.2.20");
  reading.result = tl::unexpected(std::move(failure));
  return record(ca, std::move(reading));
}

winreg::RegistryValue dword(std::uint32_t bits) {
  winreg::RegistryValue value{.type = 4, .data = {}};
  for (int shift = 0; shift < 32; shift += 8) value.data.push_back(static_cast<std::uint8_t>(bits >> shift));
  return value;
}

history::ScanRecord scan(history::ScanState state) {
  history::ScanRecord scan;
  scan.id = 7;
  scan.uuid = "0b8f2a52-7a0e-4c1d-9f77-0a5f5f1b2c3d";
  scan.state = state;
  scan.start = {.started_at = began,
                .tool_version = "0.1.0",
                .account = "auditor@CORP.EXAMPLE",
                .host_name = "scanner",
                .os_user = "root"};
  scan.finished_at = began + 1s;
  return scan;
}

}  // namespace

history::ScanListing corp_listing() {
  history::ScanListing listing;
  listing.forest = "corp.example";
  listing.directory_server = "ldap://dc01.corp.example";
  listing.protection = "Kerberos sign and seal (256-bit)";
  listing.server = {.name = "dc01.corp.example",
                    .proof = "Kerberos ticket for ldap/dc01.corp.example/corp.example@CORP.EXAMPLE",
                    .address = "10.20.0.1",
                    .claimed_name = "dc01.corp.example"};
  listing.root_domain = discovery::RootDomain{
      .object_guid = base::ObjectGuid::from_string("b035a4d7-d5a8-4bfc-9af5-5194521a0ff4").value(),
      .sid = "S-1-5-21-1004336348-1177238915-682003330"};
  listing.nt_auth_certificates.emplace();
  return listing;
}

history::ScanRecord mixed_scan() {
  history::ScanRecord mixed = scan(history::ScanState::complete);
  mixed.listing = corp_listing();
  mixed.cas = {
      read_ca(service(1, "Contoso Issuing CA 01", "ca01.corp.example"), dword(0x641)),
      read_ca(service(2, "Contoso Issuing CA 02", "ca02.corp.example"), dword(0x41)),
      read_ca(service(3, "Contoso Issuing CA 03", "ca03.corp.example"), std::nullopt),
      read_ca(service(4, "Contoso Issuing CA 04", "ca04.corp.example"), dword(0x49)),
      unread_ca(service(5, "Contoso Issuing CA 05", "ca05.corp.example"),
                {Reason::access_denied,
                 "The server let nobody but administrators open the CA's key.",
                 {"win32", 5, "ERROR_ACCESS_DENIED"}}),
      unread_ca(service(6, "Contoso Issuing CA 06", ""),
                {Reason::no_host_name, "The directory does not say where this CA runs.", {}}),
      unread_ca(service(7, "Contoso Issuing CA 07", "ca07.corp.example"),
                {Reason::access_denied,
                 "The server let nobody but administrators open the CA's key.",
                 {"win32", 5, "ERROR_ACCESS_DENIED"}}),
  };
  mixed.cas[1].service.duplicates = {{*base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-0000000000c2"),
                                      "CN=Contoso Issuing CA 02\\0ACNF:8b1e0c52-0000-4000-8000-0000000000c2,"
                                      "CN=Enrollment Services"}};
  mixed.discovered = mixed.cas.size();
  mixed.cas.front().service.ca_certificates = {ca_01_certificate()};
  mixed.listing->nt_auth_certificates = {ca_01_certificate(), old_ca_certificate(), ca_01_other_key_certificate()};
  using Kind = history::CaChange::Kind;
  const auto change = [&](std::size_t which, Kind kind) {
    const auto& ca = mixed.cas[which].service;
    return history::CaChange{.kind = kind,
                             .object_guid = ca.object_guid,
                             .common_name = ca.common_name,
                             .display_name = ca.display_name,
                             .dns_host_name = ca.dns_host_name};
  };
  auto removed = change(0, Kind::removed);
  removed.object_guid = *base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-000000000009");
  removed.common_name = removed.display_name = "Contoso Issuing CA 09";
  removed.last_known = assess::Verdict::not_enforced;
  removed.reason.reset();
  auto moved = change(1, Kind::moved);
  moved.before = "ca99.corp.example";
  moved.after = moved.dns_host_name;
  auto added = change(2, Kind::added);
  added.after = "not-enforced";
  auto regressed = change(1, Kind::regressed);
  regressed.before = "enforced";
  regressed.after = "not-enforced";
  mixed.since = history::ChangesSince{
      .since = 6, .since_at = began - 24h, .changes = {regressed, removed, change(4, Kind::hidden), added, moved}};
  return mixed;
}

history::ScanRecord hostile_scan() {
  // A formula, an erased screen, a new line, a bell, a reversed line, an 8-bit CSI, quotes and invalid bytes.
  const std::string hostile =
      "=cmd|'/C calc'!A0\x1b[2J\r\n\x07\xe2\x80\xae\xc2\x9b"
      "31m \",\"\xff\xc0\xaf\xed\xa0\x80";
  history::ScanRecord scan = test::scan(history::ScanState::complete);
  scan.listing = corp_listing();
  scan.listing->forest = hostile;
  scan.listing->directory_server = hostile;
  scan.listing->server = {.name = hostile, .proof = hostile, .address = hostile, .claimed_name = hostile};
  scan.listing->root_domain.reset();
  scan.start.account = hostile;
  auto ca = service(1, hostile, "@" + hostile);
  ca.distinguished_name = hostile;
  ca.duplicates = {{*base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-0000000000c1"), hostile}};

  assess::Reading reading = reading_from("-1+1");
  reading.protocol = hostile;
  reading.account = hostile;
  assess::RegistryFacts facts;
  facts.key_path = hostile;
  facts.interface_flags = winreg::RegistryValue{.type = 0x1234, .data = {0x00, 0xff}};
  facts.key_last_write = std::chrono::sys_seconds(1'844'674'407'370s);  // a FILETIME with all bits set
  reading.result = facts;
  scan.cas.push_back(record(ca, reading));

  reading.key_path = hostile;
  reading.result = tl::unexpected(assess::ReadFailure{Reason::protocol_error, hostile, {hostile, INT64_MIN, hostile}});
  scan.cas.push_back(record(service(2, "", ""), reading));

  // A CA that does not enforce encryption, with a hostile name: people copy its commands.
  scan.cas.push_back(record(service(3, hostile, hostile), read_ca(ca, dword(0xffff'fdf7)).reading.value()));
  scan.discovered = scan.cas.size();
  scan.listing->nt_auth_certificates = {{0x00, 0xff}};
  scan.since = history::ChangesSince{.since = 6,
                                     .changes = {{.kind = history::CaChange::Kind::renamed,
                                                  .object_guid = ca.object_guid,
                                                  .common_name = hostile,
                                                  .display_name = hostile,
                                                  .before = hostile,
                                                  .after = hostile}}};
  return scan;
}

history::ScanRecord partial_scan() {
  history::ScanRecord partial = mixed_scan();
  partial.id = 8;
  partial.uuid = "5d0c1a7e-3f64-4c0b-8a11-6b1f3c2d4e5f";
  partial.state = history::ScanState::partial;
  for (std::size_t i = 1; i < partial.cas.size(); ++i) partial.not_read.push_back(partial.cas[i].service);
  partial.cas.resize(1, partial.cas.front());
  partial.ledger_before = history::LedgerHead{.seq = 14, .hash = std::string(64, 'a')};
  partial.ledger_after = history::LedgerHead{.seq = 16, .hash = std::string(64, 'b')};
  return partial;
}

history::ScanRecord failed_scan() {
  history::ScanRecord failed = scan(history::ScanState::failed);
  failed.failure = "No domain controller of corp.example answered: check the network.";
  return failed;
}

}  // namespace casweep::test
