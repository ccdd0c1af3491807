// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/stop_signal.h"
#include "history/fleet.h"

namespace casweep::store {

/// A history of a fleet: its name and its file.
struct FleetFile {
  std::string name;
  std::filesystem::path file;
};

/// A fleet of histories in SQLite files. A file that cannot be read is a site with a problem.
class FleetFiles : public history::FleetSource {
 public:
  /// Once `stop` is raised, a query ends at once, and so does the call: throws StoreError (busy).
  explicit FleetFiles(std::vector<FleetFile> files, base::StopSignal stop = {})
      : files_(std::move(files)), stop_(stop) {}

  [[nodiscard]] std::vector<history::SiteRecord> sites(base::Instant now) override;
  [[nodiscard]] std::vector<history::SiteTrend> trends(std::optional<base::Instant> since, base::Instant now) override;

 private:
  std::vector<FleetFile> files_;
  base::StopSignal stop_;
};

/// The histories in `folder`: each NAME.db, and history.db of each subfolder NAME; by name. Throws StoreError
/// (cannot_open) if the folder cannot be read.
[[nodiscard]] std::vector<FleetFile> fleet_files_in(const std::filesystem::path& folder);

/// The same for files that were named one by one. The name of DIR/NAME/history.db is NAME, that of DIR/NAME.db as well;
/// files that would have the same name are named by their whole paths.
[[nodiscard]] std::vector<FleetFile> fleet_files_of(const std::vector<std::filesystem::path>& files);

}  // namespace casweep::store
