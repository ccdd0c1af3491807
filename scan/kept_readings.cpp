// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/kept_readings.h"

#include <utility>

#include "assess/judgement.h"
#include "assess/key_claims.h"

namespace casweep::scan {

void KeptReadings::started(std::size_t index) { watcher_.started(index); }

void KeptReadings::waiting() { watcher_.waiting(); }

void KeptReadings::finished(std::size_t index, assess::Reading&& reading) {
  readings_.emplace(services_[index].object_guid, reading);
  watcher_.finished(index, std::move(reading));
}

std::vector<history::Observation> KeptReadings::take(std::span<const discovery::EnrollmentService> listed) {
  assess::settle_key_claims(listed, readings_);
  std::vector<history::Observation> observations;
  for (const discovery::EnrollmentService& ca : services_) {
    auto found = readings_.extract(ca.object_guid);
    if (found.empty()) continue;
    assess::Judgement judgement = assess::judge(found.mapped(), ca.dns_host_name);
    observations.push_back({ca, std::move(found.mapped()), std::move(judgement)});
  }
  return observations;
}

}  // namespace casweep::scan
