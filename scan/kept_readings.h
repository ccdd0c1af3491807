// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "base/object_guid.h"
#include "discovery/enrollment_service.h"
#include "history/scan_record.h"
#include "sweep/sweep.h"

namespace casweep::scan {

/// Keeps the readings of a sweep as they arrive, in case the sweep is interrupted, and forwards its progress.
/// `services` and `watcher` must outlive it.
class KeptReadings : public sweep::SweepListener {
 public:
  KeptReadings(std::span<const discovery::EnrollmentService> services, sweep::SweepListener& watcher)
      : services_(services), watcher_(watcher) {}

  void started(std::size_t index) override;
  void waiting() override;
  void finished(std::size_t index, assess::Reading&& reading) override;

  /// Judges and removes the readings so far. `listed` is every CA in the directory, including hidden ones, because a
  /// registry key proves only one of them.
  [[nodiscard]] std::vector<history::Observation> take(std::span<const discovery::EnrollmentService> listed);

 private:
  std::span<const discovery::EnrollmentService> services_;
  sweep::SweepListener& watcher_;
  std::map<base::ObjectGuid, assess::Reading> readings_;
};

}  // namespace casweep::scan
