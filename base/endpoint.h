// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casweep::base {

/// A TCP service: a host name or an address, and its port.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// "HOST", "HOST:PORT", "[IPV6-ADDRESS]" or "[IPV6-ADDRESS]:PORT"; nullopt for any other text. The dot of an absolute
/// host name is left out.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port);

/// The host, an IPv6 address in brackets.
[[nodiscard]] std::string host_text(const Endpoint& endpoint);

/// The host and the port: "dc1.corp.example:88", "[2001:db8::7]:88".
[[nodiscard]] std::string endpoint_text(const Endpoint& endpoint);

}  // namespace casweep::base
