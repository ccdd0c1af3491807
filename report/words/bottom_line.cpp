// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/bottom_line.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/name_list.h"
#include "report/words/counts.h"

namespace casweep::report {
namespace {

constexpr std::size_t most_named = 10;

/// The computers whose requests a CA that enforces encryption refuses.
std::vector<std::string> refused_computers(const explain::Explanation& explanation) {
  std::vector<std::string> names;
  for (const explain::OldClient& client : explanation.old_clients) {
    if (client.system != explain::ClientSystem::before_xp) continue;
    names.push_back(client.computer.dns_host_name.empty() ? client.computer.name : client.computer.dns_host_name);
  }
  return names;
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
                       plural(computers.size(), "computer"), base::name_list(computers, most_named));
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
