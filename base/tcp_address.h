// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/file_descriptor.h"
#include "base/patience.h"

namespace casweep::base {

/// Why there is no connection to a host.
struct TcpFailure {
  enum class Kind {
    not_resolved,   ///< `code` is getaddrinfo's
    not_connected,  ///< `code` is an errno, of the last address that was tried
    interrupted,    ///< a signal ended the waiting
    crashed,        ///< the process that asked the resolver crashed
  };
  Kind kind = Kind::not_resolved;
  int code = 0;
};

/// The numeric addresses of `host`, in the system's order of preference (RFC 6724); at least one. Blocks for as long as
/// the system's resolver does.
[[nodiscard]] tl::expected<std::vector<std::string>, TcpFailure> resolve(const std::string& host);

/// The same, in a process that ends with `patience` (the code is then EAI_AGAIN), and only addresses of a family that
/// this machine has an address of.
[[nodiscard]] tl::expected<std::vector<std::string>, TcpFailure> resolve(const std::string& host,
                                                                         const Patience& patience);

/// A non-blocking, connected socket to `port` of the first of `addresses` that answers. They are tried one after the
/// other and share the time. Blocks for the `patience` at most.
[[nodiscard]] tl::expected<FileDescriptor, TcpFailure> connect_tcp(const std::vector<std::string>& addresses,
                                                                   std::uint16_t port, const Patience& patience);

/// The first of `addresses` whose `port` answers, all tried at once; the first of them if none does by `deadline`.
[[nodiscard]] std::string first_to_answer(const std::vector<std::string>& addresses, std::uint16_t port,
                                          std::chrono::steady_clock::time_point deadline);

}  // namespace casweep::base
