// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a history of daily scans with the program's own code, and tells how long recording took as it grew:
//
//   make_history FILE [SCANS [CAS [SITE]]]      default: ten years of 500 CAs of corp.example
//
// The forest lives: flags are switched, hosts die for days, CAs are renamed, moved, renewed, removed and added. The
// same numbers make the same forest; SITE is the number of another one.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "assess/judgement.h"
#include "store/history.h"

namespace {

using namespace casweep;
using std::chrono::days;

/// Days, or one in so many CAs a day.
constexpr double switched = 0.002;
constexpr double died = 0.003;
constexpr double returned = 0.2;
constexpr double renamed = 0.0002;
constexpr double moved = 0.0002;
constexpr double renewed = 0.001;
constexpr double replaced = 0.0002;
constexpr double always_silent = 0.04;

struct Ca {
  discovery::EnrollmentService service;
  std::uint32_t flags = 0x641;
  bool silent = false;
  bool never_answers = false;
};

class Forest {
 public:
  Forest(std::size_t cas, unsigned site) : random_(11 + site) {
    for (std::size_t i = 0; i < cas; ++i) cas_.push_back(make());
  }

  void live_one_day() {
    for (Ca& ca : cas_) {
      if (happens(switched)) ca.flags ^= 0x200;
      ca.silent = ca.never_answers || (ca.silent ? !happens(returned) : happens(died));
      if (happens(renamed))
        ca.service.common_name = ca.service.display_name = fmt::format("Issuing CA {:05}", ++names_);
      if (happens(moved)) ca.service.dns_host_name = fmt::format("pki{:05}.corp.example", ++names_);
      if (happens(renewed)) ca.service.ca_certificates = {certificate()};
      if (happens(replaced)) ca = make();
    }
  }

  [[nodiscard]] std::vector<history::Observation> read(base::Instant at) const {
    std::vector<history::Observation> cas;
    for (const Ca& ca : cas_) {
      assess::Reading reading;
      reading.address = "192.0.2.10";
      reading.protocol = "required: SMB 2.02 or later, signing, RPC sealing, Kerberos";
      reading.account = "auditor@CORP.EXAMPLE";
      reading.started_at = at + std::chrono::milliseconds{500};
      reading.finished_at = at + std::chrono::milliseconds{700};
      if (ca.silent) {
        reading.result = tl::unexpected(assess::ReadFailure{
            assess::Reason::timed_out, "The host did not answer in time.", {"errno", 110, "ETIMEDOUT"}});
      } else {
        assess::RegistryFacts facts;
        facts.key_path = R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc\Configuration\)" + ca.service.common_name;
        facts.interface_flags = winreg::RegistryValue{.type = 4, .data = {}};
        for (unsigned shift = 0; shift < 32; shift += 8) {
          facts.interface_flags->data.push_back(static_cast<std::uint8_t>(ca.flags >> shift));
        }
        reading.result = facts;
      }
      cas.push_back({ca.service, reading, assess::judge(reading)});
    }
    return cas;
  }

 private:
  bool happens(double chance) { return std::uniform_real_distribution<>(0, 1)(random_) < chance; }

  base::Octets certificate() {
    base::Octets der(1'200);
    std::ranges::generate(der, [&] { return static_cast<std::uint8_t>(random_()); });
    return der;
  }

  Ca make() {
    std::array<std::uint8_t, 16> octets{};
    std::ranges::generate(octets, [&] { return static_cast<std::uint8_t>(random_()); });
    const auto name = fmt::format("Issuing CA {:05}", ++names_);
    discovery::EnrollmentService service{.object_guid = *base::ObjectGuid::from_octets(octets)};
    service.distinguished_name = "CN=" + name + ",CN=Enrollment Services,CN=Public Key Services,CN=Services";
    service.common_name = service.display_name = name;
    service.dns_host_name = fmt::format("pki{:05}.corp.example", names_);
    service.ca_certificates = {certificate()};
    service.certificate_templates = {"User", "Machine", "WebServer"};
    return {.service = service,
            .flags = happens(0.4) ? 0x441U : 0x641U,
            .silent = false,
            .never_answers = happens(always_silent)};
  }

  std::mt19937 random_;
  std::size_t names_ = 0;
  std::vector<Ca> cas_;
};

/// What recording one scan took.
struct Cost {
  double wall_ms = 0;
  double cpu_ms = 0;  ///< bears a busy machine better, and leaves out the disk
};

class Clock {
 public:
  [[nodiscard]] Cost so_far() const {
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - began_;
    return {wall.count(), static_cast<double>(std::clock() - cpu_began_) * 1000 / CLOCKS_PER_SEC};
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::clock_t cpu_began_ = std::clock();
};

double median(std::vector<Cost> costs, double Cost::*part) {
  std::ranges::sort(costs, {}, part);
  return costs[costs.size() / 2].*part;
}

int make_history(const std::string& file, int scans, std::size_t cas, unsigned site) {
  auto history = store::History::open(file);
  Forest forest(cas, site);
  const base::Instant today =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - std::chrono::hours{1};
  history::ScanListing listing;
  listing.forest = site == 0 ? "corp.example" : fmt::format("corp{:03}.example", site);
  listing.attributes = {"cn"};
  listing.entries_returned = cas;
  std::vector<Cost> last;
  for (int scan = 1; scan <= scans; ++scan) {
    const base::Instant at = today - days{scans - scan};
    forest.live_one_day();
    const auto read = forest.read(at);
    std::vector<discovery::EnrollmentService> listed;
    for (const auto& ca : read) listed.push_back(ca.service);

    const Clock clock;
    {
      const auto lock = history.lock_for_scan([](int) {});
      const auto id = history.begin_scan(lock, {.started_at = at,
                                                .tool_version = "0.1.0",
                                                .account = "auditor@CORP.EXAMPLE",
                                                .host_name = "scanner",
                                                .os_user = "root"});
      history.finish_scan(id, history::ScanState::complete, at + std::chrono::seconds{20}, listing, listed, read);
    }
    last.push_back(clock.so_far());
    if (last.size() > 5) last.erase(last.begin());
    for (const int milestone : {1, 10, 100, 1'000, 3'650}) {
      if (scan != milestone) continue;
      fmt::print("scan {:>5}: {:.1f} ms to record, {:.1f} ms of CPU (median of the last {})\n", scan,
                 median(last, &Cost::wall_ms), median(last, &Cost::cpu_ms), last.size());
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 5) {
    fmt::print(stderr, "usage: make_history FILE [SCANS [CAS [SITE]]]\n");
    return 64;
  }
  try {
    return make_history(argv[1], argc > 2 ? std::stoi(argv[2]) : 3'650,
                        argc > 3 ? static_cast<std::size_t>(std::stoul(argv[3])) : 500,
                        argc > 4 ? static_cast<unsigned>(std::stoul(argv[4])) : 0);
  } catch (const std::exception& error) {
    fmt::print(stderr, "make_history: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
