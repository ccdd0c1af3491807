// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/scout.h"

#include <fmt/format.h>
#include <malloc.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"
#include "base/file_descriptor.h"
#include "base/tcp_address.h"
#include "sweep/confinement.h"

namespace casweep::sweep {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ScoutReport::Kind;

constexpr std::array kind_words{std::pair{Kind::answered, std::string_view("answered")},
                                std::pair{Kind::failed, std::string_view("failed")},
                                std::pair{Kind::silent, std::string_view("silent")}};

constexpr std::size_t most_threads = 32;             // that look up names
constexpr std::size_t stack_of_thread = 256 * 1024;  // the memory of a confined process is limited
constexpr std::size_t most_connections = 900;        // at a time
constexpr std::size_t most_addresses = 8;            // of a host; a name may have as many as an attacker likes
constexpr std::size_t longest_line = 128;

/// The index of a report about a host that a worker reads already.
constexpr std::size_t dropped = SIZE_MAX;

/// A host in the scout's process.
struct Host {
  std::size_t index = 0;
  std::string name;
  Clock::time_point deadline = Clock::time_point::max();
  std::vector<std::string> addresses{};
  std::vector<base::FileDescriptor> connections{};
  bool resolved = false;  ///< its addresses are no longer those of a thread
  bool all_tried = true;  ///< otherwise an address was left out, and the host may answer there
  bool reported = false;
};

/// The names that threads look up, one after the other. The threads outlive it: the process ends with them.
class NameQueue {
 public:
  explicit NameQueue(std::vector<Host>& hosts) : hosts_(hosts), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  /// In a thread.
  void look_up_all(std::chrono::milliseconds time) {
    for (;;) {
      std::string name;
      std::size_t host = 0;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == hosts_.size()) return;
        host = next_++;
        hosts_[host].deadline = Clock::now() + time;
        name = hosts_[host].name;
      }
      auto addresses = base::resolve(name);
      const std::lock_guard lock(mutex_);
      if (addresses) hosts_[host].addresses = *std::move(addresses);
      resolved_.push_back(host);
      const std::uint64_t one = 1;
      if (::write(wake_.get(), &one, sizeof one) < 0) continue;  // it is full of such numbers already
    }
  }

  [[nodiscard]] int fd() const { return wake_.get(); }

  /// The hosts whose names were looked up since the last call.
  std::vector<std::size_t> take() {
    std::uint64_t count = 0;
    if (::read(wake_.get(), &count, sizeof count) < 0) return {};
    const std::lock_guard lock(mutex_);
    return std::exchange(resolved_, {});
  }

  /// Calls `look` with each host that was begun, while no thread changes one.
  template <typename Look>
  void for_each_begun(const Look& look) {
    const std::lock_guard lock(mutex_);
    for (std::size_t host = 0; host < next_; ++host) look(hosts_[host]);
  }

 private:
  std::vector<Host>& hosts_;
  base::FileDescriptor wake_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::vector<std::size_t> resolved_;
};

struct ThreadWork {
  NameQueue* names;
  std::chrono::milliseconds time;
};

void* run_thread(void* argument) {
  const auto* work = static_cast<const ThreadWork*>(argument);
  work->names->look_up_all(work->time);
  return nullptr;
}

/// Returns how many threads there are.
std::size_t start_threads(ThreadWork& work, std::size_t count) {
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, stack_of_thread);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  std::size_t started = 0;
  for (; started < count; ++started) {
    pthread_t thread;
    if (::pthread_create(&thread, &attributes, run_thread, &work) != 0) break;
  }
  ::pthread_attr_destroy(&attributes);
  return started;
}

/// A connection in progress to the numeric `address`; empty: it failed at once. Sets `tried` to false if this process
/// has no descriptor for it.
base::FileDescriptor begin_connection(const std::string& address, std::uint16_t port, bool& tried) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return base::FileDescriptor{};
  base::FileDescriptor socket(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket && errno != EAFNOSUPPORT) tried = false;
  const bool begun =
      socket && (::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0 || errno == EINPROGRESS);
  ::freeaddrinfo(found);
  return begun ? std::move(socket) : base::FileDescriptor{};
}

/// The work of the scout's process.
class Scouting {
 public:
  Scouting(int to_parent, std::vector<Host> hosts, std::uint16_t port, std::chrono::milliseconds time)
      : to_parent_(to_parent), port_(port), time_(time), hosts_(std::move(hosts)), names_(hosts_) {}

  /// Ends the process when everything is reported. Returns if there is no thread.
  int run() {
    ThreadWork work{&names_, time_};
    if (start_threads(work, std::min(most_threads, hosts_.size())) == 0) return 1;
    while (reported_ < hosts_.size()) {
      connect_waiting();
      wait();
      for (const std::size_t host : names_.take()) resolved(hosts_[host]);
      give_up_on_silent();
    }
    ::_exit(0);  // threads may still look up names
  }

 private:
  void report(Host& host, Kind kind) {
    if (host.reported) return;
    if (kind == Kind::silent && !host.all_tried) kind = Kind::failed;
    host.reported = true;
    ++reported_;
    open_ -= host.connections.size();
    host.connections.clear();
    const auto word = std::ranges::find(kind_words, kind, &std::pair<Kind, std::string_view>::first)->second;
    const std::string address = !host.resolved || host.addresses.empty() ? "-" : host.addresses.front();
    if (!base::write_all(to_parent_, fmt::format("{} {} {}\n", host.index, word, address))) ::_exit(1);
  }

  void resolved(Host& host) {
    if (host.reported) return;
    host.resolved = true;
    if (host.addresses.empty()) return report(host, Kind::failed);
    if (host.addresses.size() > most_addresses) {
      host.addresses.resize(most_addresses);
      host.all_tried = false;
    }
    waiting_.push_back(&host);
  }

  void connect_waiting() {
    while (!waiting_.empty() && open_ < most_connections) {
      Host& host = *waiting_.front();
      waiting_.pop_front();
      if (host.reported) continue;
      for (const std::string& address : host.addresses) {
        if (auto connection = begin_connection(address, port_, host.all_tried))
          host.connections.push_back(std::move(connection));
      }
      open_ += host.connections.size();
      if (host.connections.empty()) {
        report(host, Kind::failed);
      } else {
        host.deadline = std::max(host.deadline, Clock::now() + least_time());
        connecting_.push_back(&host);
      }
    }
  }

  /// A host that waited for a descriptor has some time all the same.
  [[nodiscard]] std::chrono::milliseconds least_time() const { return time_ / 2; }

  void wait() {
    constexpr int moment = 50;  // in milliseconds
    std::vector<pollfd> polled{{names_.fd(), POLLIN, 0}};
    std::vector<std::pair<Host*, std::size_t>> of_polled;
    std::erase_if(connecting_, [](const Host* host) { return host->reported; });
    for (Host* host : connecting_) {
      for (std::size_t i = 0; i < host->connections.size(); ++i) {
        polled.push_back({host->connections[i].get(), POLLOUT, 0});
        of_polled.emplace_back(host, i);
      }
    }
    if (::poll(polled.data(), polled.size(), moment) <= 0) return;
    std::vector<Host*> lost;
    for (std::size_t i = 0; i < of_polled.size(); ++i) {
      if (polled[i + 1].revents == 0) continue;
      auto& [host, which] = of_polled[i];
      if (host->reported) continue;
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(host->connections[which].get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error == 0) {
        report(*host, Kind::answered);
      } else {
        host->connections[which] = base::FileDescriptor{};
        lost.push_back(host);
      }
    }
    for (Host* host : lost) {
      if (host->reported) continue;
      open_ -= std::erase_if(host->connections, [](const base::FileDescriptor& one) { return !one; });
      if (host->connections.empty()) report(*host, Kind::failed);
    }
  }

  void give_up_on_silent() {
    const auto now = Clock::now();
    std::vector<Host*> silent;
    names_.for_each_begun([&](Host& host) {
      if (!host.reported && host.deadline <= now && std::ranges::find(waiting_, &host) == waiting_.end()) {
        silent.push_back(&host);
      }
    });
    for (Host* host : silent) report(*host, Kind::silent);
  }

  int to_parent_;
  std::uint16_t port_;
  std::chrono::milliseconds time_;
  std::vector<Host> hosts_;
  NameQueue names_;
  std::deque<Host*> waiting_;  // for a descriptor
  std::vector<Host*> connecting_;
  std::size_t open_ = 0;
  std::size_t reported_ = 0;
};

int scout(int to_parent, const std::vector<ScoutTarget>& targets, std::uint16_t port, std::chrono::milliseconds time) {
  silence();
  ::mallopt(M_ARENA_MAX, 1);  // an arena for each thread would exceed the memory of a confined process
  static_cast<void>(confine_worker(to_parent, most_connections + most_addresses + 32));
  std::vector<Host> hosts;
  for (const ScoutTarget& target : targets) hosts.push_back({.index = target.index, .name = target.host});
  return Scouting(to_parent, std::move(hosts), port, time).run();
}

bool is_address(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char character) {
    return base::is_ascii_letter(character) || base::is_ascii_digit(character) || character == ':' ||
           character == '.' || character == '%' || character == '-' || character == '_';
  });
}

}  // namespace

Scout::Scout(std::vector<ScoutTarget> targets, std::uint16_t port, std::chrono::milliseconds time)
    : unreported_(std::move(targets)),
      process_([&](int to_parent) { return scout(to_parent, unreported_, port, time); }) {}

std::optional<ScoutReport> Scout::report_in(const std::string& line) {
  const auto first = line.find(' ');
  const auto second = line.find(' ', first + 1);
  if (first == std::string::npos || second == std::string::npos) return std::nullopt;
  ScoutReport report;
  const auto [end, error] = std::from_chars(line.data(), line.data() + first, report.index);
  const std::string_view word = std::string_view(line).substr(first + 1, second - first - 1);
  const auto kind = std::ranges::find(kind_words, word, &std::pair<Kind, std::string_view>::second);
  const auto target = std::ranges::find(unreported_, report.index, &ScoutTarget::index);
  const auto taken = std::ranges::find(taken_, report.index);
  const std::string address = line.substr(second + 1);
  if (error != std::errc() || end != line.data() + first || kind == kind_words.end() ||
      (target == unreported_.end() && taken == taken_.end()) || (address != "-" && !is_address(address))) {
    return std::nullopt;
  }
  if (target == unreported_.end()) {
    taken_.erase(taken);
    report.index = dropped;
  } else {
    unreported_.erase(target);
  }
  report.kind = kind->first;
  if (address != "-") report.address = address;
  return report;
}

std::optional<std::size_t> Scout::take_unreported() {
  if (unreported_.empty()) return std::nullopt;
  const std::size_t index = unreported_.front().index;
  taken_.push_back(index);
  unreported_.erase(unreported_.begin());
  return index;
}

std::vector<ScoutReport> Scout::take() {
  std::vector<ScoutReport> reports;
  std::array<char, std::size_t{16} * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  const ssize_t got = ::read(fd(), bytes.data(), bytes.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return reports;
  if (got > 0) received_.append(bytes.data(), static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n', begin)) {
    auto report = report_in(received_.substr(begin, end - begin));
    begin = end + 1;
    if (!report) {
      ended_ = true;
      break;
    }
    if (report->index != dropped) reports.push_back(*std::move(report));
  }
  received_.erase(0, begin);
  if (got <= 0 || received_.size() > longest_line || unreported_.empty()) ended_ = true;
  if (ended_) process_.end();
  return reports;
}

}  // namespace casweep::sweep
