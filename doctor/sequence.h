// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/stop_signal.h"
#include "doctor/step.h"

namespace casweep::doctor {

/// Makes checks one after the other. A check that needs one that failed, or that was skipped, is skipped as well, so
/// that one cause is reported once.
class Sequence {
 public:
  /// `finished` receives each step as soon as it is done. After `stop` is raised, no check is made.
  Sequence(std::function<void(const Step&)> finished, base::StopSignal stop)
      : finished_(std::move(finished)), stop_(stop) {}

  /// Makes `check`, unless one of `needs` failed. A check of `needs` that was not made does not count.
  void run(Check check, const std::vector<Check>& needs, const std::function<Finding()>& make);

  /// The failed check because of which one with these `needs` would be skipped; nullopt: there is none.
  [[nodiscard]] std::optional<Check> obstacle_to(const std::vector<Check>& needs) const;

  /// Adds a step that was made otherwise.
  void add(Step step);

  [[nodiscard]] std::vector<Step> take() { return std::move(steps_); }

 private:
  std::function<void(const Step&)> finished_;
  base::StopSignal stop_;
  std::vector<Step> steps_;
};

}  // namespace casweep::doctor
