// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include "history/fleet.h"
#include "hub/connection.h"

namespace casweep::hub {

/// A fleet of the sites on a hub that the login of the connection may read. Each site is as its history was when it was
/// published last. A site's name is the role that publishes it; a role of several sites is followed by the beginning of
/// the site's identity.
class FleetHub : public history::FleetSource {
 public:
  /// Throws HubError (older, newer, not_a_hub) unless it has the schema of this program. `hub` must outlive it.
  explicit FleetHub(Connection& hub);

  // All sites at one moment of the hub. Throw HubError.
  [[nodiscard]] std::vector<history::SiteRecord> sites(base::Instant now) override;
  [[nodiscard]] std::vector<history::SiteTrend> trends(std::optional<base::Instant> since, base::Instant now) override;

 private:
  Connection& hub_;
};

}  // namespace casweep::hub
