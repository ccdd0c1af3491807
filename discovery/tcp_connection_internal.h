// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "discovery/directory_error.h"
#include "discovery/directory_server_internal.h"

namespace casweep::discovery {

/// A socket, closed with the object unless it was released.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.release()) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  [[nodiscard]] int get() const { return descriptor_; }

  /// Gives the descriptor away.
  [[nodiscard]] int release() noexcept;

 private:
  int descriptor_;
};

/// A non-blocking, connected socket to `server`: its addresses are tried in the resolver's order, and share `timeout`.
/// Resolving the name is the resolver's own time.
[[nodiscard]] tl::expected<Socket, DirectoryError> connect_tcp(const DirectoryServer& server,
                                                               std::chrono::milliseconds timeout);

}  // namespace casweep::discovery
