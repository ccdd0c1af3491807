// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/endpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "base/host_name.h"

namespace casweep::base {
namespace {

bool is_ipv6_address(const std::string& host) { return host.find(':') != std::string::npos && is_address(host); }

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text, std::uint16_t default_port) {
  Endpoint endpoint{.host = {}, .port = default_port};
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    endpoint.host = text.substr(1, bracket - 1);
    rest = text.substr(bracket + 1);
    if (!is_ipv6_address(endpoint.host)) return std::nullopt;
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    if (!is_host_name(text.substr(0, colon))) return std::nullopt;
    endpoint.host = without_root_dot(text.substr(0, colon));
    rest = text.substr(colon);
  }
  if (rest.empty()) return endpoint;
  const auto port = rest.starts_with(':') ? parse_decimal<std::uint16_t>(rest.substr(1)) : std::nullopt;
  if (!port || *port == 0) return std::nullopt;
  endpoint.port = *port;
  return endpoint;
}

std::string host_text(const Endpoint& endpoint) {
  return is_ipv6_address(endpoint.host) ? fmt::format("[{}]", endpoint.host) : endpoint.host;
}

std::string endpoint_text(const Endpoint& endpoint) { return fmt::format("{}:{}", host_text(endpoint), endpoint.port); }

}  // namespace casweep::base
