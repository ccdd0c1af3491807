// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/to_do.h"

#include <algorithm>

#include "report/words/reading_text.h"

namespace casweep::report {

using assess::Verdict;

std::vector<ToDo> to_dos(const history::ScanRecord& scan) {
  std::vector<ToDo> groups;
  for (const Verdict verdict : {Verdict::not_enforced, Verdict::unknown}) {
    for (const history::Observation& ca : scan.cas) {
      if (ca.judgement.verdict != verdict) continue;
      assess::Remediation remediation = remediation_of(ca);
      auto group = std::ranges::find_if(
          groups, [&](const ToDo& other) { return other.verdict == verdict && other.advice == remediation.advice; });
      if (group == groups.end()) group = groups.insert(groups.end(), ToDo{verdict, remediation.advice, {}, {}});
      if (std::ranges::find(group->reasons, ca.judgement.reason) == group->reasons.end()) {
        group->reasons.push_back(ca.judgement.reason);
      }
      group->cas.emplace_back(&ca, std::move(remediation));
    }
  }
  return groups;
}

}  // namespace casweep::report
