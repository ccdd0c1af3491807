// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/ascii_case.h"

namespace casweep::base {

bool is_host_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  return !name.empty() && name.size() <= longest && name.front() != '-' && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
             std::string_view::npos;
}

bool is_service_host_name(std::string_view name) {
  if (!is_host_name(name) || name.back() == '.' || name.find("..") != std::string_view::npos) return false;
  const std::string_view last_label = name.substr(name.rfind('.') + 1);
  return last_label.find_first_not_of("0123456789") != std::string_view::npos;
}

std::string_view without_root_dot(std::string_view name) {
  const bool absolute = name.size() > 1 && name.ends_with('.') && !name.ends_with("..");
  return absolute ? name.substr(0, name.size() - 1) : name;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

std::string comparable_host_name(std::string_view name) {
  std::string comparable(without_root_dot(name));
  std::ranges::transform(comparable, comparable.begin(), ascii_lower);
  return comparable;
}

bool same_host_name(std::string_view left, std::string_view right) {
  return comparable_host_name(left) == comparable_host_name(right);
}

}  // namespace casweep::base
