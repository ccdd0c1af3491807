// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/host_name.h"

#include <cstddef>

namespace casweep::discovery {

bool is_host_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  return !name.empty() && name.size() <= longest && name.front() != '-' && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") ==
             std::string_view::npos;
}

}  // namespace casweep::discovery
