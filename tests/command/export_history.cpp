// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a history of CAs whose names try to harm the readers of its exports: export_history FILE [CERTIFICATE |
// --story]. CERTIFICATE (DER) is the cACertificate of the second CA, which does not enforce encryption. With --story,
// many events precede.
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assess/judgement.h"
#include "store/history.h"
#include "tests/support/example_scans.h"

namespace {

using namespace casweep;
using namespace std::chrono_literals;
using assess::Reason;
using winreg::RegistryValue;

base::ObjectGuid guid(std::uint8_t number) {
  const std::array<std::uint8_t, 16> octets{0x52, 0x0c, 0x1e, 0x8b, 0, 0, 0, 0x40, 0x80, 0, 0, 0, 0, 0, 0, number};
  return *base::ObjectGuid::from_octets(octets);
}

/// A CA in a lying directory: cn, displayName, host and DN are all `name`.
discovery::EnrollmentService service(std::uint8_t number, const std::string& name, const std::string& host) {
  return {.object_guid = guid(number),
          .distinguished_name = "CN=" + name,
          .common_name = name,
          .display_name = name,
          .dns_host_name = host};
}

assess::Reading reading_at(base::Instant at) {
  assess::Reading reading;
  reading.address = "192.0.2.10";
  reading.protocol = "required: SMB 2.02 or later, signing, RPC sealing, Kerberos";
  reading.account = "auditor@CORP.EXAMPLE";
  reading.started_at = at;
  reading.finished_at = at + 150ms;
  return reading;
}

history::Observation read(discovery::EnrollmentService ca, base::Instant at, std::optional<RegistryValue> value) {
  assess::Reading reading = reading_at(at);
  assess::RegistryFacts facts;
  facts.matched_by = assess::KeyMatchedBy::certificate_hash;
  facts.key_path = R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration\)" + ca.common_name;
  facts.interface_flags = std::move(value);
  reading.result = facts;
  assess::Judgement judgement = assess::judge(reading);
  return {std::move(ca), std::move(reading), std::move(judgement)};
}

history::Observation unread_ca(discovery::EnrollmentService ca, base::Instant at, const std::string& detail) {
  assess::Reading reading = reading_at(at);
  reading.result =
      tl::unexpected(assess::ReadFailure{Reason::access_denied, detail, {"win32", 5, "ERROR_ACCESS_DENIED"}});
  assess::Judgement judgement = assess::judge(reading);
  return {std::move(ca), std::move(reading), std::move(judgement)};
}

RegistryValue flags(std::uint8_t low, std::uint8_t high) { return {.type = 4, .data = {low, high, 0, 0}}; }

std::vector<history::Observation> hostile_cas(base::Instant at, const base::Octets& certificate) {
  const std::string host = "ca01.corp.example";
  std::string non_latin;
  for (int i = 0; i < 64; ++i) non_latin += "証";
  auto second = service(2, "Contoso CA", host);  // the same names, another CA
  if (!certificate.empty()) second.ca_certificates = {{0x30, 0x03, 0x02, 0x01, 0x00}, certificate};
  auto first = service(1, "Contoso CA", host);
  first.duplicates = {
      {*base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-0000000000d1"), "CN=x\\0ACNF:],\"y\":1,CN=Sub"},
      {*base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-0000000000d2"), "CN=Contoso CA,CN=[Sub]"}};
  return {
      read(std::move(first), at, flags(0x41, 0x06)),
      read(std::move(second), at, flags(0x41, 0x00)),
      read(service(3,
                   "=cmd|'/C calc'!A0,\"x\"\x1b[2J\r\n\x07\xc2\x9b"
                   "31m",
                   "@SUM(A1)"),
           at, flags(0x41, 0x00)),
      read(service(4, "a\"} 1\nadcs_esc11_forged{x=\"\\", host + "\\"), at, flags(0x49, 0x00)),
      read(service(5, "<script>alert(1)</script>&amp;'\"", "<b>"), at, std::nullopt),
      unread_ca(service(6, "{0} [click](https://evil.example) \\", host), at,
                "{1} [and](https://evil.example) it failed."),
      read(service(7,
                   "\xe2\x80\xae"
                   "live CA\xe2\x80\xa8second line\xe2\x80\x8b",
                   host),
           at, flags(0x41, 0x00)),
      read(service(8, non_latin, host), at, flags(0x41, 0x02)),
      unread_ca(service(9, "\xff\xc0\xaf\xed\xa0\x80", ""), at, "\xff failed."),
      read(service(10, "", ""), at, RegistryValue{.type = 1, .data = {0x00, 0xff}}),
      read(service(11, "-2+3", "+1"), at, flags(0x41, 0x00)),
      // Right-to-left letters with directional marks, and an unterminated isolate.
      read(service(12,
                   "\xe2\x80\x8f"
                   "\xd7\xa8\xd7\x90\xd7\xa9\xd7\x99 CA\xd8\x9c \xe2\x81\xa7 (1)",
                   host),
           at, flags(0x41, 0x06)),
  };
}

std::int64_t record(store::History& history, const store::History::ScanLock& lock, base::Instant at,
                    history::ScanState state, std::vector<history::Observation> cas) {
  const history::RunContext start{.started_at = at,
                                  .tool_version = "0.1.0",
                                  .program_sha256 = {},
                                  .account = "=auditor\x1b[31m@CORP.EXAMPLE",
                                  .host_name = "scanner",
                                  .os_user = "root",
                                  .clock = {}};
  const std::int64_t scan = history.begin_scan(lock, start);
  if (state == history::ScanState::failed) {
    history.fail_scan(scan, state, at + 1s, "No domain controller answered: check the network.");
    return scan;
  }
  history::ScanListing listing = test::corp_listing();
  listing.forest += "\"\n";
  std::vector<discovery::EnrollmentService> listed;
  for (const auto& ca : cas) listed.push_back(ca.service);
  if (state != history::ScanState::complete) cas.resize(1, cas.front());
  listing.entries_returned = listed.size();
  // A certificate that is trusted for logon and belongs to no CA.
  listing.nt_auth_certificates = {{0x00, 0xff}};
  history.finish_scan(scan, state, at + 1s + 500ms, listing, listed, cas);
  return scan;
}

history::Decision decision(std::uint8_t ca, history::Status status, base::Instant set_at) {
  history::Decision decision{.object_guid = guid(ca), .status = status};
  decision.reason = "=HYPERLINK(\"https://evil.example\"), \"until\"\r\nthe {0} move";
  decision.approver = "@J. Doe, CISO";
  decision.ticket = "+CHG-4711";
  decision.set_at = set_at;
  const bool ends = status != history::Status::to_address;
  if (ends) decision.until = set_at + 90 * 24h;
  decision.os_user = "root";
  return decision;
}

/// Forty days before `now`, in which every kind of event happens, some of them twice.
void tell_story(store::History& history, const store::History::ScanLock& lock, base::Instant now) {
  using history::ScanState, history::Status;
  const auto at = [&](int days) { return now - days * 24h; };
  const auto with = [&](int days, std::size_t ca, RegistryValue value) {
    auto cas = hostile_cas(at(days), {});
    cas[ca] = read(cas[ca].service, at(days), std::move(value));
    return cas;
  };
  auto first = with(40, 0, flags(0x41, 0x00));
  first.resize(9, first.front());
  record(history, lock, at(40), ScanState::complete, first);
  history.decide(decision(7, Status::alternate_mitigation, at(39)));
  auto ended = decision(8, Status::risk_accepted, at(39));
  ended.until = at(30);
  history.decide(ended);
  record(history, lock, at(35), ScanState::complete, hostile_cas(at(35), {}));
  record(history, lock, at(32), ScanState::interrupted, hostile_cas(at(32), {}));
  record(history, lock, at(28), ScanState::complete, with(28, 7, flags(0x41, 0x00)));
  auto ending = decision(11, Status::risk_accepted, at(25));
  ending.until = now + 5 * 24h;
  history.decide(ending);
  record(history, lock, at(24), ScanState::failed, {});
  auto moved = with(20, 7, flags(0x41, 0x02));
  moved[3].service.display_name = "\"><img src=x onerror=alert(1)>";
  moved[3].service.dns_host_name = "javascript:alert(1)";
  moved.erase(moved.begin() + 8);
  record(history, lock, at(20), ScanState::complete, moved);
  history.decide(decision(7, Status::to_address, at(19)));
  auto unread = hostile_cas(at(10), {});
  unread[0] = unread_ca(unread[0].service, at(10), "</summary><h1>");
  record(history, lock, at(10), ScanState::complete, unread);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "Usage: export_history FILE [CERTIFICATE | --story]\n";
    return 64;
  }
  const bool with_story = argc == 3 && std::string_view(argv[2]) == "--story";
  base::Octets certificate;
  if (argc == 3 && !with_story) {
    std::ifstream file(argv[2], std::ios::binary);
    certificate.assign(std::istreambuf_iterator<char>(file), {});
  }
  using history::ScanState;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  store::History history = store::History::open(argv[1]);
  const auto lock = history.lock_for_scan([](int) {});
  if (with_story) tell_story(history, lock, now);
  record(history, lock, now - 72h, ScanState::complete, hostile_cas(now - 72h, certificate));
  history.decide(decision(2, history::Status::risk_accepted, now - 48h));
  history.decide(decision(3, history::Status::planned, now - 48h));
  history.decide(decision(5, history::Status::third_party, now - 48h));
  record(history, lock, now - 24h, ScanState::complete, hostile_cas(now - 24h, certificate));
  record(history, lock, now - 12h, ScanState::partial, hostile_cas(now - 12h, certificate));
  record(history, lock, now - 6h, ScanState::failed, {});
}
