// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/dns_name.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>

namespace casweep::base {

std::string canonical_name_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_CANONNAME;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::string name = found->ai_canonname != nullptr ? found->ai_canonname : "";
  freeaddrinfo(found);
  return name;
}

std::string name_of_address(const std::string& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), nullptr, &hints, &found) != 0) return {};
  std::array<char, NI_MAXHOST> name{};
  const int error = getnameinfo(found->ai_addr, found->ai_addrlen, name.data(), name.size(), nullptr, 0, NI_NAMEREQD);
  freeaddrinfo(found);
  return error == 0 ? name.data() : "";
}

}  // namespace casweep::base
