// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <lber.h>

#include <chrono>

#include "base/patience.h"

namespace casweep::discovery {

/// The deadline of the current step, and the flag that interrupts it.
struct SocketDeadline {
  std::chrono::steady_clock::time_point instant;
  base::Patience patience;
};

/// Makes `sockbuf` read and write its non-blocking socket until `*deadline` and no longer, then fail with ETIMEDOUT, or
/// with ECANCELED when interrupted. A server may stop within a TLS handshake, a TLS record or a SASL buffer, where
/// libldap's own timeouts have no effect. `deadline` is read at every call and must outlive the Sockbuf, which closes
/// the socket.
void add_socket_deadline(Sockbuf* sockbuf, const SocketDeadline* deadline);

}  // namespace casweep::discovery
