// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "sweep/sweep.h"

namespace casweep::test {

/// Sweeps `cas` and returns the observations in their order.
inline std::vector<assess::Reading> swept(std::span<const discovery::EnrollmentService> cas,
                                          const sweep::ReadOne& read_one, const sweep::SweepOptions& options) {
  struct Collector : sweep::SweepListener {
    std::vector<assess::Reading> readings;
    void finished(std::size_t index, assess::Reading&& reading) override { readings.at(index) = std::move(reading); }
  } collector;
  collector.readings.resize(cas.size());
  sweep::sweep(cas, read_one, options, collector);
  return std::move(collector.readings);
}

}  // namespace casweep::test
