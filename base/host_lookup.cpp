// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_lookup.h"

#include <netdb.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "base/bounded_call.h"
#include "base/dns_name.h"

namespace casweep::base {
namespace {

/// The answers about hosts that threads look up. The threads outlive the question: the process ends with it.
class Lookups {
 public:
  explicit Lookups(std::span<const std::string> hosts) : awaited_(hosts.size()) {
    for (const std::string& host : hosts) lookups_.push_back({.host = host, .error = EAI_AGAIN});
  }

  /// What is known of a host so far.
  void record(std::size_t index, const HostLookup& lookup) {
    const std::lock_guard lock(mutex_);
    lookups_[index] = lookup;
  }

  /// Everything is recorded of one host more.
  void finish_one() {
    const std::lock_guard lock(mutex_);
    --awaited_;
    changed_.notify_all();
  }

  /// What is known when all hosts are finished, or at `deadline`.
  std::vector<HostLookup> wait_for_all(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return awaited_ == 0; });
    return lookups_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t awaited_;
  std::vector<HostLookup> lookups_;
};

void look_up_host(const std::string& host, LookUp what, std::size_t index, Lookups& lookups) {
  HostLookup lookup{.host = host};
  if (const auto addresses = resolve(host)) {
    for (const std::string& address : *addresses) lookup.addresses.push_back({address});
  } else {
    lookup.error = addresses.error().code;
  }
  lookups.record(index, lookup);
  if (what == LookUp::addresses_and_names) {
    for (auto& [address, name] : lookup.addresses) name = name_of_address(address);
    lookups.record(index, lookup);
  }
  lookups.finish_one();
}

std::string look_up_all(std::span<const std::string> hosts, LookUp what, std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  const auto lookups = std::make_shared<Lookups>(hosts);
  for (std::size_t index = 0; index < hosts.size(); ++index) {
    try {
      std::thread([lookups, what, index, host = hosts[index]] { look_up_host(host, what, index, *lookups); }).detach();
    } catch (const std::system_error&) {  // a limit on processes
      lookups->record(index, {.host = hosts[index], .error = EAI_MEMORY});
      lookups->finish_one();
    }
  }
  auto answers = nlohmann::json::array();
  for (const HostLookup& lookup : lookups->wait_for_all(deadline)) {
    auto addresses = nlohmann::json::array();
    for (const auto& [address, name] : lookup.addresses) addresses.push_back({address, name});
    answers.push_back({{"error", lookup.error}, {"addresses", std::move(addresses)}});
  }
  // A name from DNS may hold any octets.
  return answers.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The answer of look_up_all(). Its process talked to the network, so another text is taken for a crash.
tl::expected<std::vector<HostLookup>, TcpFailure> parse_lookups(std::span<const std::string> hosts,
                                                                const std::string& text) {
  std::vector<HostLookup> lookups;
  try {
    const auto answers = nlohmann::json::parse(text);
    for (std::size_t index = 0; index < hosts.size(); ++index) {
      const auto& answer = answers.at(index);
      HostLookup& lookup =
          lookups.emplace_back(HostLookup{.host = hosts[index], .error = answer.at("error").get<int>()});
      for (const auto& pair : answer.at("addresses"))
        lookup.addresses.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
    }
  } catch (const nlohmann::json::exception&) {
    return tl::unexpected(TcpFailure{TcpFailure::Kind::crashed, 0});
  }
  return lookups;
}

}  // namespace

tl::expected<std::vector<HostLookup>, TcpFailure> look_up_hosts(std::span<const std::string> hosts, LookUp what,
                                                                const Patience& patience) {
  Patience with_reserve = patience;
  with_reserve.time += std::chrono::seconds(1);
  const auto text = bounded_call(
      [&]() -> tl::expected<std::string, SlowCallError> { return look_up_all(hosts, what, patience.time); },
      with_reserve);
  if (!text && text.error().kind == BoundedCallFailure::Kind::interrupted)
    return tl::unexpected(TcpFailure{TcpFailure::Kind::interrupted, 0});
  if (text) return parse_lookups(hosts, *text);
  if (text.error().kind != BoundedCallFailure::Kind::timed_out)
    return tl::unexpected(TcpFailure{TcpFailure::Kind::crashed, 0});
  std::vector<HostLookup> silent;
  for (const std::string& host : hosts) silent.push_back({.host = host, .error = EAI_AGAIN});
  return silent;
}

}  // namespace casweep::base
