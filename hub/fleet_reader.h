// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "history/fleet.h"
#include "hub/connection.h"

namespace casweep::hub {

/// The fleet of a hub: every site that the login may read. What is read is concluded from the same facts, by the same
/// functions, as from a history. Its members throw HubError.
class FleetOnHub : public history::FleetSource {
 public:
  /// Throws HubError also for a hub of another version.
  explicit FleetOnHub(Connection connection);

  [[nodiscard]] std::vector<history::SiteRecord> sites(base::Instant now) override;
  [[nodiscard]] std::vector<history::SiteTrend> trends(std::optional<base::Instant> since, base::Instant now) override;

 private:
  Connection connection_;
};

}  // namespace casweep::hub
