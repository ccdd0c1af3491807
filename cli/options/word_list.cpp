// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/word_list.h"

namespace casweep::cli {

std::vector<std::string> split_words(std::string_view list) {
  std::vector<std::string> parts;
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    more = comma != std::string_view::npos;
    parts.emplace_back(list.substr(0, comma));
    if (more) list.remove_prefix(comma + 1);
  }
  return parts;
}

}  // namespace casweep::cli
