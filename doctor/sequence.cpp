// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/sequence.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace casweep::doctor {

void Sequence::run(Check check, const std::vector<Check>& needs, const std::function<Finding()>& make) {
  if (stop_.is_raised()) return;
  Step step{.check = check};
  if (const auto obstacle = obstacle_to(needs)) {
    step.finding.outcome = Outcome::skipped;
    step.because_of = obstacle;
    return add(std::move(step));
  }
  const auto start = std::chrono::steady_clock::now();
  step.finding = make();
  step.duration = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  add(std::move(step));
}

std::optional<Check> Sequence::obstacle_to(const std::vector<Check>& needs) const {
  for (const Check need : needs) {
    const auto found = std::ranges::find(steps_, need, &Step::check);
    if (found == steps_.end()) continue;
    if (found->finding.outcome == Outcome::failed) return need;
    if (found->finding.outcome == Outcome::skipped) return found->because_of;
  }
  return std::nullopt;
}

void Sequence::add(Step step) {
  finished_(step);
  steps_.push_back(std::move(step));
}

}  // namespace casweep::doctor
