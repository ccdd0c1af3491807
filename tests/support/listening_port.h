// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>

#include "base/file_descriptor.h"

namespace casweep::test {

/// A port of 127.0.0.1 that accepts connections: its socket is not blocking.
class ListeningPort {
 public:
  ListeningPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(socket_.get(), any, size) != 0 || ::listen(socket_.get(), 64) != 0 ||
        ::getsockname(socket_.get(), any, &size) != 0) {
      throw std::runtime_error("no port to listen on");
    }
    port_ = ::ntohs(address.sin_port);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  base::FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace casweep::test
