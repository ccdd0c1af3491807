// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "assess/sweep.h"

namespace casweep::assess {

/// Sweeps `cas`, and gives the observations in their order.
inline std::vector<Observation> swept(std::span<const discovery::EnrollmentService> cas, const ReadOne& read_one,
                                      const SweepOptions& options) {
  struct Collector : SweepListener {
    std::vector<Observation> observations;
    void finished(std::size_t index, Observation&& observation) override {
      observations.at(index) = std::move(observation);
    }
  } collector;
  collector.observations.resize(cas.size());
  sweep(cas, read_one, options, collector);
  return std::move(collector.observations);
}

}  // namespace casweep::assess
