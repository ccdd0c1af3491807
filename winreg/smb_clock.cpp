// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/smb_clock.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

#include "base/file_descriptor.h"
#include "base/octets.h"
#include "base/patience.h"
#include "base/tcp_address.h"
#include "winreg/smb_negotiate_internal.h"
#include "winreg/smb_port.h"

namespace casweep::winreg {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

/// Exactly `size` octets; nullopt if they do not come by `deadline`.
std::optional<base::Octets> receive_octets(int socket, std::size_t size, Deadline deadline) {
  base::Octets octets(size);
  for (std::size_t got = 0; got < size;) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    if (!base::wait_until_ready(waiting, deadline, {})) return std::nullopt;
    const ssize_t more = ::recv(socket, octets.data() + got, size - got, 0);
    if (more < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (more <= 0) return std::nullopt;
    got += static_cast<std::size_t>(more);
  }
  return octets;
}

}  // namespace

std::optional<std::chrono::seconds> clock_lead_of_host(const std::string& address, Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto socket = base::connect_tcp({address}, smb_port, {.time = left});
  if (!socket) return std::nullopt;
  const base::Octets request = negotiate_request();
  // A new socket takes so small a message at once.
  if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return std::nullopt;
  const auto header = receive_octets(socket->get(), smb_transport_header, deadline);
  const auto length = header ? smb_message_length(*header) : std::nullopt;
  const auto answer = length ? receive_octets(socket->get(), *length, deadline) : std::nullopt;
  const auto time = answer ? system_time_of(*answer) : std::nullopt;
  if (!time) return std::nullopt;
  return *time - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace casweep::winreg
