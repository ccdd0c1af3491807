// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "base/file_descriptor.h"

namespace casweep::test {

/// A port of 127.0.0.1 that drops every handshake, as a firewall does: the backlog of its listener is full.
class SilentPort {
 public:
  SilentPort() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 0) != 0 ||
        ::getsockname(listener_.get(), any, &size) != 0) {
      throw std::runtime_error("no port to listen on");
    }
    port_ = ::ntohs(address.sin_port);
    constexpr int enough = 8;
    for (int i = 0; i < enough; ++i) {
      waiting_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(waiting_.back().get(), any, size);
    }
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  base::FileDescriptor listener_;
  std::vector<base::FileDescriptor> waiting_;
  std::uint16_t port_ = 0;
};

}  // namespace casweep::test
