// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name_list.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace casweep::base {

std::string name_list(std::span<const std::string> names, std::size_t most) {
  const std::string text = fmt::format("{}", fmt::join(names.first(std::min(names.size(), most)), ", "));
  return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

}  // namespace casweep::base
