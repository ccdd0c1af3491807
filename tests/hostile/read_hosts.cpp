// SPDX-License-Identifier: GPL-3.0-or-later
// Sweeps the given CAs and prints the results. Used by the tests in this folder:
//   {"logon", "principal", "password" or "ccache", "jobs", "deadline_ms", "cas": [{"host", "name"}, …]} on stdin,
//   {"cas": [{"reason", "elapsed_ms", …}, …], "peak_rss_kib"} on stdout.
#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "assess/judgement.h"
#include "assess/read_interface_flags.h"
#include "sweep/sweep.h"

namespace {

using namespace casweep;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

/// The result for each host, and the time it took.
class Readings : public sweep::SweepListener {
 public:
  void started(std::size_t index) override { started_[index] = Clock::now(); }
  void finished(std::size_t index, assess::Reading&& reading) override {
    elapsed_[index] = std::chrono::floor<std::chrono::milliseconds>(Clock::now() - started_[index]);
    readings_[index] = std::move(reading);
  }
  [[nodiscard]] const std::map<std::size_t, assess::Reading>& readings() const { return readings_; }
  [[nodiscard]] std::int64_t elapsed_ms(std::size_t index) const { return elapsed_.at(index).count(); }

 private:
  std::map<std::size_t, Clock::time_point> started_;
  std::map<std::size_t, std::chrono::milliseconds> elapsed_;
  std::map<std::size_t, assess::Reading> readings_;
};

json as_json(const assess::Reading& reading, std::int64_t elapsed_ms) {
  const assess::Judgement judgement = assess::judge(reading);
  const base::ForeignError error = reading.result ? base::ForeignError{} : reading.result.error().error;
  return {{"outcome", assess::word_of(judgement.verdict)},
          {"reason", assess::word_of(judgement.reason)},
          {"detail", reading.result ? "" : reading.result.error().detail},
          {"error", {error.domain, error.number, error.symbol}},
          {"protocol", reading.protocol},
          {"address", reading.address},
          {"key_path", reading.key_path},
          {"elapsed_ms", elapsed_ms}};
}

logon::Account account_of(const json& in) {
  const bool ntlm = in.at("logon") == "ntlm";
  return {.logon = ntlm ? logon::Logon::ntlm : logon::Logon::kerberos,
          .principal = in.at("principal").get<std::string>(),
          .ccache = in.value("ccache", ""),
          .password = base::Secret(in.value("password", ""))};
}

}  // namespace

int main() {
  const json in = json::parse(std::cin);
  std::vector<discovery::EnrollmentService> services;
  for (const json& ca : in.at("cas")) {
    discovery::EnrollmentService service{*base::ObjectGuid::from_string("5f2b1c0e-6d3a-4d8f-9c11-3a7e52d0b6a4")};
    service.common_name = service.display_name = ca.at("name").get<std::string>();
    service.dns_host_name = ca.at("host").get<std::string>();
    services.push_back(std::move(service));
  }
  const assess::InterfaceFlagsReader reader(account_of(in));
  Readings observations;
  sweep::sweep(services, std::cref(reader),
               {.jobs = in.at("jobs").get<unsigned>(),
                .deadline = std::chrono::milliseconds(in.at("deadline_ms").get<std::int64_t>())},
               observations);
  json out{{"cas", json::array()}};
  for (const auto& [index, reading] : observations.readings()) {
    out["cas"].push_back(as_json(reading, observations.elapsed_ms(index)));
  }
  rusage workers{};
  ::getrusage(RUSAGE_CHILDREN, &workers);
  out["peak_rss_kib"] = workers.ru_maxrss;
  // Words from a hostile host need not be UTF-8.
  std::cout << out.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
}
