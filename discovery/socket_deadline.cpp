// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/socket_deadline_internal.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "discovery/ldap_library_internal.h"

namespace casweep::discovery {

namespace {

int descriptor_of(Sockbuf_IO_Desc* io) {
  ber_socket_t descriptor = -1;
  ber_sockbuf_ctrl(io->sbiod_sb, LBER_SB_OPT_GET_FD, &descriptor);
  return descriptor;
}

/// Whether the socket is ready for `events` before the deadline; otherwise errno has the reason.
bool await(Sockbuf_IO_Desc* io, short events) {
  const auto& deadline = *static_cast<const SocketDeadline*>(io->sbiod_pvt);
  // The deadline also applies if data is ready; otherwise a server could continue byte by byte.
  if (events == POLLIN && std::chrono::steady_clock::now() >= deadline.instant) {
    errno = ETIMEDOUT;
    return false;
  }
  pollfd waiting{.fd = descriptor_of(io), .events = events, .revents = 0};
  return base::wait_until_ready(waiting, deadline.instant, deadline.patience);
}

int setup(Sockbuf_IO_Desc* io, void* deadline) {
  io->sbiod_pvt = deadline;
  return 0;
}

int remove(Sockbuf_IO_Desc* /*io*/) { return 0; }

/// This layer has no options, because it buffers nothing.
int control(Sockbuf_IO_Desc* /*io*/, int /*option*/, void* /*argument*/) { return 0; }

ber_slen_t read_some(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  return await(io, POLLIN) ? recv(descriptor_of(io), buffer, size, 0) : -1;
}

ber_slen_t write_some(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  return await(io, POLLOUT) ? send(descriptor_of(io), buffer, size, MSG_NOSIGNAL) : -1;
}

int close_socket(Sockbuf_IO_Desc* io) { return close(descriptor_of(io)); }

}  // namespace

void add_socket_deadline(Sockbuf* sockbuf, const SocketDeadline* deadline) {
  static Sockbuf_IO layer = {setup, remove, control, read_some, write_some, close_socket};
  ber_sockbuf_add_io(sockbuf, &layer, LBER_SBIOD_LEVEL_PROVIDER, const_cast<SocketDeadline*>(deadline));
}

}  // namespace casweep::discovery
