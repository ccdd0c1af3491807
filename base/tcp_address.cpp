// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/tcp_address.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <sstream>
#include <utility>

#include "base/bounded_call.h"

namespace casweep::base {
namespace {

using std::chrono::steady_clock;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

/// getaddrinfo() for a TCP stream to `port` of `host`: the addresses, or its error.
tl::expected<std::unique_ptr<addrinfo, FreeAddresses>, int> look_up(const std::string& host, std::uint16_t port,
                                                                    int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); error != 0) {
    return tl::unexpected(error);
  }
  return std::unique_ptr<addrinfo, FreeAddresses>(found);
}

/// A TCP connection in progress; creating it does not block.
class Connecting {
 public:
  Connecting(const std::string& address, std::uint16_t port) {
    const auto numeric = look_up(address, port, AI_NUMERICHOST);
    if (!numeric) {
      error_ = EADDRNOTAVAIL;
      return;
    }
    const addrinfo& to = **numeric;
    socket_ = FileDescriptor(::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool begun = socket_ && (::connect(socket_.get(), to.ai_addr, to.ai_addrlen) == 0 || errno == EINPROGRESS);
    if (!begun) error_ = errno;
  }

  [[nodiscard]] bool failed() const { return error_ != 0; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] pollfd waiting() const { return {failed() ? -1 : socket_.get(), POLLOUT, 0}; }

  /// After poll() reported that the connection succeeded or failed.
  void settle() {
    socklen_t size = sizeof error_;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_, &size) != 0) error_ = errno;
  }

  void wait(steady_clock::time_point deadline, const Patience& patience) {
    if (failed()) return;
    pollfd poll_me = waiting();
    if (wait_until_ready(poll_me, deadline, patience)) {
      settle();
    } else {
      error_ = errno;
    }
  }

  [[nodiscard]] FileDescriptor take() { return std::move(socket_); }

 private:
  FileDescriptor socket_;
  int error_ = 0;
};

int milliseconds_until(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

TcpFailure resolve_failure_of(const BoundedCallFailure& failure) {
  switch (failure.kind) {
    case BoundedCallFailure::Kind::failed:
      return {TcpFailure::Kind::not_resolved, failure.error.code};
    case BoundedCallFailure::Kind::timed_out:
      return {TcpFailure::Kind::not_resolved, EAI_AGAIN};
    case BoundedCallFailure::Kind::interrupted:
      return {TcpFailure::Kind::interrupted, 0};
    case BoundedCallFailure::Kind::crashed:
      break;
  }
  return {TcpFailure::Kind::crashed, 0};
}

/// The numeric addresses of `host`, each once.
tl::expected<std::vector<std::string>, TcpFailure> addresses_of(const std::string& host, int flags) {
  const auto found = look_up(host, 0, flags);
  if (!found) return tl::unexpected(TcpFailure{TcpFailure::Kind::not_resolved, found.error()});
  std::vector<std::string> addresses;
  for (const addrinfo* address = found->get(); address != nullptr; address = address->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(address->ai_addr, address->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
      continue;
    }
    if (std::ranges::find(addresses, text.data()) == addresses.end()) addresses.emplace_back(text.data());
  }
  return addresses;
}

/// The addresses of `host`, one a line.
tl::expected<std::string, SlowCallError> resolve_to_lines(const std::string& host, int flags) {
  const auto addresses = addresses_of(host, flags);
  if (!addresses) return tl::unexpected(SlowCallError{.code = addresses.error().code});
  std::string lines;
  for (const std::string& address : *addresses) lines += address + '\n';
  return lines;
}

}  // namespace

tl::expected<std::vector<std::string>, TcpFailure> resolve(const std::string& host) { return addresses_of(host, 0); }

tl::expected<std::vector<std::string>, TcpFailure> resolve(const std::string& host, const Patience& patience) {
  if (look_up(host, 0, AI_NUMERICHOST)) return std::vector{host};
  const auto lines = bounded_call([&] { return resolve_to_lines(host, AI_ADDRCONFIG); }, patience);
  if (!lines) return tl::unexpected(resolve_failure_of(lines.error()));
  std::vector<std::string> addresses;
  std::istringstream words(*lines);
  for (std::string address; words >> address;) addresses.push_back(std::move(address));
  return addresses;
}

tl::expected<FileDescriptor, TcpFailure> connect_tcp(const std::vector<std::string>& addresses, std::uint16_t port,
                                                     const Patience& patience) {
  const auto deadline = steady_clock::now() + patience.time;
  int error = ETIMEDOUT;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Connecting connection(addresses[i], port);
    // A share of the remaining time, so that one dead address does not use up all of it.
    const auto now = steady_clock::now();
    connection.wait(now + (deadline - now) / static_cast<steady_clock::rep>(addresses.size() - i), patience);
    if (!connection.failed()) return connection.take();
    error = connection.error();
    if (error == ECANCELED) return tl::unexpected(TcpFailure{TcpFailure::Kind::interrupted, 0});
  }
  return tl::unexpected(TcpFailure{TcpFailure::Kind::not_connected, error});
}

std::string first_to_answer(const std::vector<std::string>& addresses, std::uint16_t port,
                            steady_clock::time_point deadline) {
  std::vector<Connecting> connections;
  connections.reserve(addresses.size());
  for (const std::string& address : addresses) connections.emplace_back(address, port);
  while (true) {
    std::vector<pollfd> waiting;
    waiting.reserve(connections.size());
    for (const Connecting& connection : connections) waiting.push_back(connection.waiting());
    if (std::ranges::all_of(waiting, [](const pollfd& p) { return p.fd < 0; })) return addresses.front();
    if (::poll(waiting.data(), waiting.size(), milliseconds_until(deadline)) <= 0) return addresses.front();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      connections[i].settle();
      if (!connections[i].failed()) return addresses[i];
    }
  }
}

}  // namespace casweep::base
