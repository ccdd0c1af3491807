// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/to_do.h"

#include <algorithm>

#include "report/words/evidence.h"

namespace casweep::report {

using assess::Outcome;

std::vector<ToDo> to_dos(const history::ScanRecord& scan) {
  std::vector<ToDo> groups;
  for (const Outcome outcome : {Outcome::not_enforced, Outcome::unknown}) {
    for (const history::CaRecord& ca : scan.cas) {
      if (ca.verdict.outcome != outcome) continue;
      assess::Remediation remediation = remediation_of(ca);
      auto group = std::ranges::find_if(
          groups, [&](const ToDo& other) { return other.outcome == outcome && other.advice == remediation.advice; });
      if (group == groups.end()) group = groups.insert(groups.end(), ToDo{outcome, remediation.advice, {}, {}});
      if (std::ranges::find(group->reasons, ca.verdict.reason) == group->reasons.end()) {
        group->reasons.push_back(ca.verdict.reason);
      }
      group->cas.emplace_back(&ca, std::move(remediation));
    }
  }
  return groups;
}

}  // namespace casweep::report
