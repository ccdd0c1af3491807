// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "report/words/ca_background.h"

namespace casweep::report {

/// One for each CA that `scan` listed: nothing was decided about the first, the others are planned, accepted, resolved
/// by a third party, and so on from the beginning.
[[nodiscard]] inline std::vector<CaBackground> example_backgrounds(const history::ScanRecord& scan) {
  constexpr std::array statuses{history::Status::to_address, history::Status::planned, history::Status::risk_accepted,
                                history::Status::third_party};
  std::vector<CaBackground> backgrounds;
  const auto listed = scan.listed();
  for (std::size_t i = 0; i < listed.size(); ++i) {
    CaBackground background{.first_seen_at = scan.start.started_at - std::chrono::days(i),
                            .is_new = i == 0,
                            .since = scan.start.started_at - std::chrono::hours(i),
                            .regressed = i == 1,
                            .status = statuses[i % statuses.size()]};
    if (background.status != history::Status::to_address) {
      background.decision = history::Decision{.object_guid = listed[i].service.object_guid,
                                              .status = background.status,
                                              .reason = "Clients of 2003 \x1b[2J{0}",
                                              .approver = "J. Doe",
                                              .until = scan.start.started_at + std::chrono::days(90),
                                              .ticket = "CHG-4711"};
    }
    backgrounds.push_back(std::move(background));
  }
  return backgrounds;
}

}  // namespace casweep::report
