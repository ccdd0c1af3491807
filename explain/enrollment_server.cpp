// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/enrollment_server.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/decimal.h"

namespace casweep::explain {

namespace {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

}  // namespace

std::optional<EnrollmentServer> parse_enrollment_server(std::string_view value) {
  const auto priority = base::parse_decimal<std::uint32_t>(take_line(value));
  const auto authentication = base::parse_decimal<std::uint32_t>(take_line(value));
  const std::string_view renewal_only = take_line(value);
  const std::string_view uri = take_line(value);
  if (!priority || !authentication || (renewal_only != "0" && renewal_only != "1") || uri.empty()) return std::nullopt;
  return EnrollmentServer{*priority, *authentication, renewal_only == "1", std::string(uri)};
}

std::string authentication_name(std::uint32_t authentication) {
  switch (authentication) {
    case 1:
      return "anonymous";
    case 2:
      return "Kerberos";
    case 4:
      return "user name and password";
    case 8:
      return "client certificate";
    default:
      return fmt::format("authentication {}", authentication);
  }
}

}  // namespace casweep::explain
