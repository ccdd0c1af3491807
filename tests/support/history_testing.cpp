// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/history_testing.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <system_error>
#include <tuple>
#include <utility>

namespace casweep::test {

using base::Octets;

base::Instant at(std::int64_t unix_milliseconds) { return base::Instant{std::chrono::milliseconds{unix_milliseconds}}; }

base::ObjectGuid guid(std::uint8_t number) {
  std::array<std::uint8_t, 16> octets{0x52, 0x0c, 0x1e, 0x8b};
  octets.back() = number;
  return base::ObjectGuid::from_octets(octets).value();
}

history::RunContext start_example() {
  return {.started_at = at(1'790'000'000'123),
          .tool_version = "0.1.0",
          .account = "auditor@CORP.EXAMPLE",
          .host_name = "scanner.corp.example",
          .os_user = "casweep"};
}

history::ScanListing listing_example() {
  return {.forest = "corp.example",
          .directory_server = "ldap://dc1.corp.example",
          .protection = "Kerberos sign and seal (256-bit)",
          .base = "CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example",
          .filter = "(objectClass=pKIEnrollmentService)",
          .attributes = {"cn", "objectGUID"},
          .entries_returned = 3,
          .server = {.name = "dc1.corp.example",
                     .proof = "Kerberos ticket for ldap/dc1.corp.example/corp.example@CORP.EXAMPLE",
                     .address = "10.20.0.1",
                     .claimed_name = "DC1.corp.example"},
          .root_domain = discovery::RootDomain{.object_guid = guid(200), .sid = "S-1-5-21-1-2-3"},
          .nt_auth_certificates = std::vector{Octets{0x30, 0x82, 1}, Octets{0x30, 0x82, 99}}};
}

discovery::EnrollmentService service_example(std::uint8_t number, std::string common_name) {
  return {.object_guid = guid(number),
          .distinguished_name = "CN=" + common_name + ",CN=Enrollment Services",
          .common_name = common_name,
          .display_name = common_name + " (display)",
          .dns_host_name = "pki" + std::to_string(number) + ".corp.example",
          .ca_certificates = {Octets{0x30, 0x82, number}, Octets{0x30, 0x00}},
          .ca_certificate_dn = "CN=" + common_name,
          .certificate_templates = {"User", "WebServer"},
          .flags = 10,
          .when_created = std::chrono::sys_seconds{std::chrono::seconds{1'600'000'000}},
          .when_changed = std::chrono::sys_seconds{std::chrono::seconds{1'700'000'000}},
          .enrollment_servers = {"1\n4\n1\nhttps://ces.corp.example/\n0"},
          .duplicates = {}};
}

history::Observation enforced_example(std::uint8_t number, std::string common_name) {
  history::Observation ca{
      .service = service_example(number, common_name), .reading = assess::Reading{}, .judgement = {}};
  ca.reading->result = assess::RegistryFacts{
      .key_path = R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration\)" + common_name,
      .found_by = assess::KeyFoundBy::enumeration,
      .matched_by = assess::KeyMatchedBy::certificate_hash,
      .interface_flags = winreg::RegistryValue{.type = 4, .data = {0x41, 0x06, 0x00, 0x00}},
      .key_last_write = std::chrono::sys_seconds{std::chrono::seconds{1'650'000'000}},
      .server_name = "PKI"};
  ca.reading->address = "192.0.2.7";
  ca.reading->protocol = "SMB 3.1.1 signed, RPC sealed, Kerberos";
  ca.reading->account = "auditor@CORP.EXAMPLE";
  ca.reading->started_at = at(1'790'000'001'000);
  ca.reading->finished_at = at(1'790'000'001'250);
  ca.judgement = {.verdict = assess::Verdict::enforced,
                  .reason = assess::Reason::flag_set,
                  .detail = "IF_ENFORCEENCRYPTICERTREQUEST is set.",
                  .interface_flags = assess::InterfaceFlags{0x641}};
  return ca;
}

history::Observation not_enforced_example(std::uint8_t number, std::string common_name) {
  auto ca = enforced_example(number, std::move(common_name));
  ca.reading->result->interface_flags = winreg::RegistryValue{.type = 4, .data = {0x41, 0x04, 0x00, 0x00}};
  ca.judgement = {.verdict = assess::Verdict::not_enforced,
                  .reason = assess::Reason::flag_clear,
                  .detail = "IF_ENFORCEENCRYPTICERTREQUEST is clear.",
                  .interface_flags = assess::InterfaceFlags{0x441}};
  return ca;
}

history::Observation unknown_example(std::uint8_t number, std::string common_name, assess::Reason reason) {
  history::Observation ca{
      .service = service_example(number, std::move(common_name)), .reading = assess::Reading{}, .judgement = {}};
  ca.reading->result = tl::unexpected(
      assess::ReadFailure{.reason = reason,
                          .detail = "The host refused it.",
                          .error = {.domain = "ntstatus", .number = 0xC0000022, .symbol = "STATUS_ACCESS_DENIED"}});
  ca.reading->started_at = at(1'790'000'001'000);
  ca.reading->finished_at = at(1'790'000'002'000);
  ca.judgement = {
      .verdict = assess::Verdict::unknown, .reason = reason, .detail = "It is not known.", .interface_flags = {}};
  return ca;
}

std::vector<discovery::EnrollmentService> services_of(const std::vector<history::Observation>& cas) {
  std::vector<discovery::EnrollmentService> services;
  for (const auto& ca : cas) services.push_back(ca.service);
  return services;
}

std::int64_t record_scan(store::History& history, const std::vector<history::Observation>& cas,
                         history::ScanState state) {
  const auto lock = history.lock_for_scan([](int) {});
  const auto scan = history.begin_scan(lock, start_example());
  history.finish_scan(scan, state, at(1'790'000'009'000), listing_example(), services_of(cas), cas);
  return scan;
}

void expect_same(const discovery::EnrollmentService& actual, const discovery::EnrollmentService& expected) {
  const auto all = [](const auto& service) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = service;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
  };
  EXPECT_TRUE(all(actual) == all(expected)) << actual.common_name;
}

void expect_same(const assess::Reading& actual, const assess::Reading& expected) {
  const auto all = [](const auto& reading) {
    const auto& [result, a, b, c, d, e, f] = reading;
    return std::tuple(result.has_value(), a, b, c, d, e, f);
  };
  ASSERT_TRUE(all(actual) == all(expected));
  if (expected.result) {
    EXPECT_TRUE(*actual.result == *expected.result);
  } else {
    EXPECT_TRUE(actual.result.error() == expected.result.error());
  }
}

void expect_same(const assess::Judgement& actual, const assess::Judgement& expected) {
  const auto all = [](const auto& judgement) {
    const auto& [a, b, c, d] = judgement;
    return std::tie(a, b, c, d);
  };
  EXPECT_TRUE(all(actual) == all(expected)) << actual.detail;
}

void expect_same(const history::RunContext& actual, const history::RunContext& expected) {
  const auto all = [](const auto& start) {
    const auto& [a, b, c, d, e, f, g, h] = start;
    return std::tie(a, b, c, d, e, f, g, h);
  };
  EXPECT_TRUE(all(actual) == all(expected));
}

void expect_same(const history::ScanListing& actual, const history::ScanListing& expected) {
  const auto all = [](const auto& listing) {
    const auto& [a, b, c, d, e, f, g, server, i, j] = listing;
    const auto& [k, l, m, n] = server;
    return std::tie(a, b, c, d, e, f, g, i, j, k, l, m, n);
  };
  EXPECT_TRUE(all(actual) == all(expected));
}

void expect_same(const history::Observation& actual, const history::Observation& expected) {
  expect_same(actual.service, expected.service);
  ASSERT_EQ(actual.reading.has_value(), expected.reading.has_value());
  if (actual.reading) expect_same(*actual.reading, *expected.reading);
  expect_same(actual.judgement, expected.judgement);
}

store::StoreError::Kind kind_of_error(const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const store::StoreError& error) {
    EXPECT_EQ(std::string{error.what()}.back(), '.') << error.what();
    return error.kind();
  }
  return store::StoreError::Kind::failed;
}

std::string in_child(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return "exception: no pipe";
  const auto child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    std::string result;
    try {
      result = work();
    } catch (const std::exception& error) {
      result = std::string{"exception: "} + error.what();
    }
    [[maybe_unused]] const auto written = ::write(ends[1], result.data(), result.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string result;
  std::array<char, 512> part{};
  for (ssize_t size = 0; (size = ::read(ends[0], part.data(), part.size())) > 0;) {
    result.append(part.data(), static_cast<std::size_t>(size));
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return result;
}

std::string without_root(const std::function<std::string()>& work) {
  return in_child([&]() -> std::string {
    constexpr int nobody = 65534;
    if (::getuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return "exception: still root";
    return work();
  });
}

}  // namespace casweep::test
