// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/host_address.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/file_descriptor.h"
#include "winreg/foreign_symbol.h"

namespace casweep::assess {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* smb_port = "445";  // [MS-SMB2] 2.1, direct TCP

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// getaddrinfo for a TCP stream to SMB's port: the addresses, or its error.
tl::expected<Addresses, int> lookup(const std::string& name, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), smb_port, &hints, &found); error != 0) return tl::unexpected(error);
  return Addresses(found);
}

/// A TCP connection being made, without waiting for it.
class Connecting {
 public:
  explicit Connecting(const std::string& address) {
    const auto numeric = lookup(address, AI_NUMERICHOST);
    if (!numeric) {
      error_ = EADDRNOTAVAIL;
      return;
    }
    const addrinfo& to = **numeric;
    socket_ = base::FileDescriptor(::socket(to.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool begun = socket_ && (::connect(socket_.get(), to.ai_addr, to.ai_addrlen) == 0 || errno == EINPROGRESS);
    if (!begun) error_ = errno;
  }

  [[nodiscard]] bool failed() const { return error_ != 0; }
  [[nodiscard]] int error() const { return error_; }
  [[nodiscard]] int fd() const { return failed() ? -1 : socket_.get(); }

  /// After poll() said that the connection is made or lost.
  void settle() {
    socklen_t size = sizeof error_;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_, &size) != 0) error_ = errno;
  }

 private:
  base::FileDescriptor socket_;
  int error_ = 0;
};

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

ReadFailure failure_of(int error, const std::string& address) {
  const ForeignError foreign{"errno", error, std::string(winreg::errno_symbol(error))};
  switch (error) {
    case ECONNREFUSED:
      return {Reason::connection_refused,
              fmt::format("{} refused the connection to TCP port {}: nothing listens there, or a firewall rejects it.",
                          address, smb_port),
              foreign};
    case ETIMEDOUT:
      return {Reason::timed_out, fmt::format("{} did not answer on TCP port {}.", address, smb_port), foreign};
    default:
      return {Reason::host_unreachable,
              fmt::format("{} cannot be reached on TCP port {}: {}.", address, smb_port, std::strerror(error)),
              foreign};
  }
}

}  // namespace

tl::expected<std::vector<std::string>, ReadFailure> resolve(const std::string& host_name) {
  const auto found = lookup(host_name, 0);
  if (!found) {
    const int error = found.error();
    const ForeignError foreign{"resolver", error, std::string(winreg::resolver_symbol(error))};
    const bool absent = error == EAI_NONAME || error == EAI_NODATA;
    return tl::unexpected(
        ReadFailure{Reason::name_not_resolved,
                    absent ? fmt::format("DNS has no address for {}.", host_name)
                           : fmt::format("DNS could not be asked for {}: {}.", host_name, ::gai_strerror(error)),
                    foreign});
  }
  std::vector<std::string> addresses;
  for (const addrinfo* a = found->get(); a != nullptr; a = a->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (std::ranges::find(addresses, text) == addresses.end()) addresses.emplace_back(text);
  }
  return addresses;
}

std::optional<ReadFailure> connect_failure(const std::string& address, Clock::time_point deadline) {
  Connecting connection(address);
  if (!connection.failed()) {
    pollfd waiting{connection.fd(), POLLOUT, 0};
    if (::poll(&waiting, 1, milliseconds_until(deadline)) == 0) return failure_of(ETIMEDOUT, address);
    connection.settle();
  }
  if (connection.failed()) return failure_of(connection.error(), address);
  return std::nullopt;
}

std::string first_to_answer(const std::vector<std::string>& addresses, Clock::time_point deadline) {
  std::vector<Connecting> connections;
  connections.reserve(addresses.size());
  for (const std::string& address : addresses) connections.emplace_back(address);
  while (true) {
    std::vector<pollfd> waiting;
    waiting.reserve(connections.size());
    for (const Connecting& connection : connections) waiting.push_back({connection.fd(), POLLOUT, 0});
    if (std::ranges::all_of(waiting, [](const pollfd& p) { return p.fd < 0; })) return addresses.front();
    if (::poll(waiting.data(), waiting.size(), milliseconds_until(deadline)) <= 0) return addresses.front();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      connections[i].settle();
      if (!connections[i].failed()) return addresses[i];
    }
  }
}

}  // namespace casweep::assess
