// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/tcp_address.h"

namespace casweep::base {

/// An address of a host, and the name that DNS has for it (PTR); empty: none.
struct NamedAddress {
  std::string address;
  std::string name{};

  bool operator==(const NamedAddress&) const = default;
};

/// What the system's resolver says about a host; nothing of it is proven.
struct HostLookup {
  std::string host;
  std::vector<NamedAddress> addresses{};
  int error = 0;  ///< of getaddrinfo(), if there is no address; EAI_AGAIN: no answer in time
};

enum class LookUp { addresses, addresses_and_names };

/// Looks up all `hosts` at once, in a process that ends with `patience`. A name that DNS does not give in time is
/// missing; the address stays. The only failures are `interrupted` and `crashed`.
[[nodiscard]] tl::expected<std::vector<HostLookup>, TcpFailure> look_up_hosts(std::span<const std::string> hosts,
                                                                              LookUp what, const Patience& patience);

}  // namespace casweep::base
