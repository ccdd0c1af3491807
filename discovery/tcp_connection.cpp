// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/tcp_connection_internal.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace casweep::discovery {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

/// The errno of a connect to `address`, awaited for `timeout`; 0: connected.
int try_connect(int descriptor, const addrinfo& address, milliseconds timeout) {
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
  const auto deadline = steady_clock::now() + timeout;
  int ready = -1;
  do {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    ready = poll(&waiting, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

DirectoryError resolve_failure(const DirectoryServer& server, int code) {
  if (code == EAI_AGAIN) {
    return {DirectoryErrorKind::name_not_resolved,
            fmt::format("DNS gave no answer about {}; check /etc/resolv.conf.", server.host)};
  }
  return {DirectoryErrorKind::name_not_resolved,
          fmt::format("{} has no address ({}); check the name and that this host asks the domain's DNS.", server.host,
                      gai_strerror(code))};
}

DirectoryError connect_failure(const DirectoryServer& server, int error) {
  if (error == ETIMEDOUT) {
    return {DirectoryErrorKind::timed_out,
            fmt::format("{} did not answer on port {}; check that it is up and that no firewall is between.",
                        server.uri(), server.port)};
  }
  return {DirectoryErrorKind::unreachable,
          fmt::format("{} could not be reached on port {} ({}); check that it is a domain controller and up.",
                      server.uri(), server.port, std::strerror(error))};
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

int Socket::release() noexcept { return std::exchange(descriptor_, -1); }

tl::expected<Socket, DirectoryError> connect_tcp(const DirectoryServer& server, milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* made = nullptr;
  if (const int code = getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &made)) {
    return tl::unexpected(resolve_failure(server, code));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> resolved(made);
  std::vector<const addrinfo*> addresses;
  for (const addrinfo* address = made; address != nullptr; address = address->ai_next) addresses.push_back(address);

  const auto deadline = steady_clock::now() + timeout;
  int error = ETIMEDOUT;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const addrinfo& address = *addresses[i];
    Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // A share of what is left, so that one dead address does not use up the others' time.
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
    const auto share = left / static_cast<milliseconds::rep>(addresses.size() - i);
    error = socket.get() < 0 ? errno : try_connect(socket.get(), address, share);
    if (error == 0) return socket;
  }
  return tl::unexpected(connect_failure(server, error));
}

}  // namespace casweep::discovery
