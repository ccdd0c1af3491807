// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_name.h"

#include <algorithm>
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

std::string comparable_host_name(std::string_view name) {
  std::string comparable(without_root_dot(name));
  std::ranges::transform(comparable, comparable.begin(), ascii_lower);
  return comparable;
}

}  // namespace casweep::base
