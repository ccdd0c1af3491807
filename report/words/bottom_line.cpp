// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/bottom_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "report/words/counts.h"

namespace casweep::report {
namespace {

/// The computers whose requests a CA that enforces encryption refuses.
std::vector<std::string> refused_computers(const explain::Explanation& explanation) {
  std::vector<std::string> names;
  for (const explain::OldClient& client : explanation.old_clients) {
    if (client.system != explain::ClientSystem::before_xp) continue;
    names.push_back(client.computer.dns_host_name.empty() ? client.computer.name : client.computer.dns_host_name);
  }
  return names;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  const std::size_t shown = std::min(names.size(), most);
  std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

}  // namespace

std::string bottom_line(const explain::Explanation& explanation, std::optional<assess::Verdict> known) {
  const bool is_on = known == assess::Verdict::enforced;
  const std::vector<std::string> computers = refused_computers(explanation);
  const bool all_visible = explanation.unseen.empty();
  std::string line;
  if (computers.empty()) {
    line = fmt::format("Nothing that was visible speaks against {} enforcement on.", is_on ? "leaving" : "turning");
  } else {
    line = fmt::format("{} {}: {}. Nothing else found speaks against it.",
                       is_on ? "Enforcement is on; check" : "Before you turn enforcement on, check",
                       plural(computers.size(), "computer"), some_of(computers));
  }
  if (!all_visible) {
    line += fmt::format(" {} not visible and can change this.",
                        explanation.unseen.size() == 1
                            ? "1 part of the directory was"
                            : fmt::format("{} parts of the directory were", explanation.unseen.size()));
  }
  return line;
}

}  // namespace casweep::report
