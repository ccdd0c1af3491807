// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a history of CAs whose names try to harm whatever reads an export of it: export_history FILE.
#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assess/verdict.h"
#include "store/history.h"

namespace {

using namespace casweep;
using namespace std::chrono_literals;
using assess::Reason;
using assess::RegistryValue;

discovery::ObjectGuid guid(std::uint8_t number) {
  const std::array<std::uint8_t, 16> octets{0x52, 0x0c, 0x1e, 0x8b, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, number};
  return *discovery::ObjectGuid::from_octets(octets);
}

/// A CA as a directory that lies describes it: cn, displayName, host and DN are all `name`.
discovery::EnrollmentService service(std::uint8_t number, const std::string& name, const std::string& host) {
  return {.object_guid = guid(number),
          .distinguished_name = "CN=" + name,
          .common_name = name,
          .display_name = name,
          .dns_host_name = host};
}

assess::Observation observation(store::Instant at) {
  assess::Observation observation;
  observation.address = "192.0.2.10";
  observation.protocol = "SMB 3.1.1 signed, RPC sealed, Kerberos";
  observation.account = "auditor@CORP.EXAMPLE";
  observation.started_at = at;
  observation.finished_at = at + 150ms;
  return observation;
}

store::CaRecord read(discovery::EnrollmentService ca, store::Instant at, std::optional<RegistryValue> value) {
  assess::Observation reading = observation(at);
  assess::RegistryFacts facts;
  facts.matched_by = assess::KeyMatchedBy::certificate_hash;
  facts.key_path = R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration\)" + ca.common_name;
  facts.interface_flags = std::move(value);
  reading.result = facts;
  assess::Verdict verdict = assess::judge(reading);
  return {std::move(ca), std::move(reading), std::move(verdict)};
}

store::CaRecord unread(discovery::EnrollmentService ca, store::Instant at, const std::string& detail) {
  assess::Observation reading = observation(at);
  reading.result =
      tl::unexpected(assess::ReadFailure{Reason::access_denied, detail, {"win32", 5, "ERROR_ACCESS_DENIED"}});
  assess::Verdict verdict = assess::judge(reading);
  return {std::move(ca), std::move(reading), std::move(verdict)};
}

RegistryValue flags(std::uint8_t low, std::uint8_t high) { return {.type = 4, .data = {low, high, 0, 0}}; }

std::vector<store::CaRecord> hostile_cas(store::Instant at) {
  const std::string host = "ca01.corp.example";
  std::string non_latin;
  for (int i = 0; i < 64; ++i) non_latin += "証";
  return {
      read(service(1, "Contoso CA", host), at, flags(0x41, 0x06)),
      read(service(2, "Contoso CA", host), at, flags(0x41, 0x00)),  // the same names, another CA
      read(service(3,
                   "=cmd|'/C calc'!A0,\"x\"\x1b[2J\r\n\x07\xc2\x9b"
                   "31m",
                   "@SUM(A1)"),
           at, flags(0x41, 0x00)),
      read(service(4, "a\"} 1\nadcs_esc11_forged{x=\"\\", host + "\\"), at, flags(0x49, 0x00)),
      read(service(5, "<script>alert(1)</script>&amp;'\"", "<b>"), at, std::nullopt),
      unread(service(6, "{0} [click](https://evil.example) \\", host), at,
             "{1} [and](https://evil.example) it failed."),
      read(service(7,
                   "\xe2\x80\xae"
                   "live CA\xe2\x80\xa8second line\xe2\x80\x8b",
                   host),
           at, flags(0x41, 0x00)),
      read(service(8, non_latin, host), at, flags(0x41, 0x02)),
      unread(service(9, "\xff\xc0\xaf\xed\xa0\x80", ""), at, "\xff failed."),
      read(service(10, "", ""), at, RegistryValue{.type = 1, .data = {0x00, 0xff}}),
      read(service(11, "-2+3", "+1"), at, flags(0x41, 0x00)),
  };
}

std::int64_t record(store::History& history, const store::History::ScanLock& lock, store::Instant at,
                    store::ScanState state, std::vector<store::CaRecord> cas) {
  const store::ScanStart start{at, "0.1.0", "=auditor\x1b[31m@CORP.EXAMPLE", "scanner", "root", "{}"};
  const std::int64_t scan = history.begin_scan(lock, start);
  if (state == store::ScanState::failed) {
    history.fail_scan(scan, state, at + 1s, "No domain controller answered: check the network.");
    return scan;
  }
  store::ScanListing listing;
  listing.forest = "corp.example\"\n";
  listing.directory_server = "ldap://dc01.corp.example";
  std::vector<discovery::EnrollmentService> listed;
  for (const auto& ca : cas) listed.push_back(ca.service);
  if (state == store::ScanState::partial) cas.resize(1, cas.front());
  listing.entries_returned = listed.size();
  history.finish_scan(scan, state, at + 1s + 500ms, listing, listed, cas);
  return scan;
}

store::Disposition decision(std::uint8_t ca, store::Status status, store::Instant set_at) {
  store::Disposition decision{.object_guid = guid(ca), .status = status};
  decision.reason = "=HYPERLINK(\"https://evil.example\"), \"until\"\r\nthe {0} move";
  decision.approver = "@J. Doe, CISO";
  decision.ticket = "+CHG-4711";
  decision.set_at = set_at;
  if (status != store::Status::third_party) decision.until = set_at + 90 * 24h;
  decision.os_user = "root";
  return decision;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "Usage: export_history FILE\n";
    return 64;
  }
  using store::ScanState;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  store::History history = store::History::open(argv[1]);
  const auto lock = history.lock_for_scan([](int) {});
  record(history, lock, now - 72h, ScanState::complete, hostile_cas(now - 72h));
  history.decide(decision(2, store::Status::risk_accepted, now - 48h));
  history.decide(decision(3, store::Status::planned, now - 48h));
  history.decide(decision(5, store::Status::third_party, now - 48h));
  record(history, lock, now - 24h, ScanState::complete, hostile_cas(now - 24h));
  record(history, lock, now - 12h, ScanState::partial, hostile_cas(now - 12h));
  record(history, lock, now - 6h, ScanState::failed, {});
}
