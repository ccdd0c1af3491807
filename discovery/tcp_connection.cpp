// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/tcp_connection_internal.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "discovery/bounded_call_internal.h"

namespace casweep::discovery {

namespace {

using std::chrono::steady_clock;

struct FreeAddresses {
  void operator()(addrinfo* addresses) const { freeaddrinfo(addresses); }
};

/// The errno of a connect to `address`, awaited until `deadline`; 0: connected.
int try_connect(int descriptor, const addrinfo& address, steady_clock::time_point deadline,
                const base::Patience& patience) {
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (!base::wait_until_ready(waiting, deadline, patience)) return errno;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

/// getaddrinfo() for TCP to `port` of `host`; the error is its own.
tl::expected<std::unique_ptr<addrinfo, FreeAddresses>, int> get_addresses(const std::string& host, std::uint16_t port,
                                                                          int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | flags;
  addrinfo* made = nullptr;
  if (const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &made)) {
    return tl::unexpected(code);
  }
  return std::unique_ptr<addrinfo, FreeAddresses>(made);
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

/// The numeric addresses of `server`, one a line, in the order to try them.
tl::expected<std::string, DirectoryError> resolve(const DirectoryServer& server) {
  const auto resolved = get_addresses(server.host, server.port, AI_ADDRCONFIG);
  if (!resolved) return tl::unexpected(resolve_failure(server, resolved.error()));
  std::string lines;
  for (const addrinfo* address = resolved->get(); address != nullptr; address = address->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(address->ai_addr, address->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      lines += fmt::format("{}\n", text.data());
    }
  }
  return lines;
}

/// The same as a list. A resolver may be silent, so it is asked in a process that can be left; a number needs nobody.
tl::expected<std::vector<std::string>, DirectoryError> addresses_of(const DirectoryServer& server,
                                                                    const base::Patience& patience) {
  if (get_addresses(server.host, server.port, AI_NUMERICHOST)) return std::vector{server.host};
  const auto lines = bounded_call([&] { return resolve(server); }, patience, resolve_failure(server, EAI_AGAIN));
  if (!lines) return tl::unexpected(lines.error());
  std::vector<std::string> addresses;
  std::istringstream words(*lines);
  for (std::string address; words >> address;) addresses.push_back(std::move(address));
  return addresses;
}

}  // namespace

tl::expected<base::FileDescriptor, DirectoryError> connect_tcp(const DirectoryServer& server,
                                                               const base::Patience& patience) {
  const auto found = addresses_of(server, patience);
  if (!found) return tl::unexpected(found.error());
  const std::vector<std::string>& addresses = *found;

  const auto deadline = steady_clock::now() + patience.time;
  int error = ETIMEDOUT;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const auto numeric = get_addresses(addresses[i], server.port, AI_NUMERICHOST);
    if (!numeric) continue;
    const addrinfo& address = **numeric;
    base::FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // A share of what is left, so that one dead address does not use up the others' time.
    const auto now = steady_clock::now();
    const auto share = (deadline - now) / static_cast<steady_clock::rep>(addresses.size() - i);
    error = socket ? try_connect(socket.get(), address, now + share, patience) : errno;
    if (error == 0) return socket;
    if (error == ECANCELED) return tl::unexpected(interrupted_error());
  }
  return tl::unexpected(connect_failure(server, error));
}

}  // namespace casweep::discovery
