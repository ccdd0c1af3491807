// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/side_file.h"

#include <algorithm>
#include <array>

#include "evidence/checksums.h"

namespace casweep::evidence {

bool is_side_file(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"verify.log", ".DS_Store", "Thumbs.db", "desktop.ini"};
  constexpr std::string_view resource_fork = "._";  // macOS; followed by the name of the file it belongs to
  if (std::ranges::find(names, name) != names.end()) return true;
  if (!name.starts_with(resource_fork)) return false;
  const auto of = name.substr(resource_fork.size());
  return is_plain_name(of) || std::ranges::find(names, of) != names.end();
}

}  // namespace casweep::evidence
