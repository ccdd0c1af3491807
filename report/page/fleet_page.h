// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "history/fleet.h"

namespace casweep::report {

/// The content of the page of a fleet.
struct FleetPageSubject {
  history::FleetStatus fleet{};
  std::vector<history::SiteTrend> sites{};     ///< over time
  std::vector<history::FleetDay> days{};       ///< of `sites`
  std::map<std::string, std::string> pages{};  ///< the file beside the page that shows a site, by the site's name
  std::string tool_version{};
};

/// Writes one self-contained HTML page, without JavaScript, which links the pages of the sites.
void write_fleet_page(std::ostream& out, const FleetPageSubject& subject);

/// A file name for the page of each site, made of the site's name: letters, digits, '.', '-' and '_', ending in
/// ".html"; none is `taken`, and each is different also for a file system that ignores case. By the sites' names.
[[nodiscard]] std::map<std::string, std::string> page_names(const std::vector<std::string>& sites,
                                                            const std::string& taken);

}  // namespace casweep::report
