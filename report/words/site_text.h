// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/fleet.h"

namespace casweep::report {

/// How the state of a site looks to a person: never a colour or a glyph alone.
struct SiteLook {
  std::string_view words;  ///< "no complete scan"
  std::string_view glyph;
  std::string_view letter;  ///< the glyph for a terminal without Unicode
  std::string_view colour;  ///< SGR ([ECMA-48] 8.3.117)
  std::string_view badge;   ///< class of the page's badge
};

[[nodiscard]] SiteLook look_of(history::SiteState state);

/// When the site last completed a scan: "3 h ago", "never".
[[nodiscard]] std::string last_report_text(const history::SiteRecord& site, base::Instant now);

/// "3 sites: 2 current, 1 stale."
[[nodiscard]] std::string sites_sentence(const history::FleetStatus& fleet);

/// "25 CAs: 20 enforced, 1 not enforced, 0 not exposed, 2 unknown, 2 outdated.", and what "outdated" means if there are
/// any.
[[nodiscard]] std::string totals_sentence(const history::FleetStatus& fleet);

/// "3 CAs need action, 1 planned, 2 covered by exceptions."
[[nodiscard]] std::string fleet_needs_sentence(const history::FleetTotals& totals);

/// Why sites are not current, a sentence each. Foreign text.
[[nodiscard]] std::vector<std::string> site_problems(const history::FleetStatus& fleet);

/// The sites that are copies of one history, a sentence for each pair. Foreign text.
[[nodiscard]] std::vector<std::string> copies_of_one_history(const history::FleetStatus& fleet);

/// For each CA about which sites disagree, what each of them last knew. Foreign text.
[[nodiscard]] std::vector<std::string> disagreements(const history::FleetStatus& fleet);

}  // namespace casweep::report
