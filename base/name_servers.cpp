// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name_servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>

namespace casweep::base {

std::vector<std::string> name_servers() {
  std::vector<std::string> addresses;
  struct __res_state state {};
  if (::res_ninit(&state) != 0) return addresses;
  for (int index = 0; index < state.nscount; ++index) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const sockaddr_in& four = state.nsaddr_list[index];
    const sockaddr_in6* const six = state._u._ext.nsaddrs[index];
    if (four.sin_family == AF_INET) {
      ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    } else if (six != nullptr) {
      ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    }
    if (text.front() != '\0') addresses.emplace_back(text.data());
  }
  ::res_nclose(&state);
  return addresses;
}

}  // namespace casweep::base
