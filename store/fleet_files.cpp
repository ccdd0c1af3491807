// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/fleet_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>

#include "store/history.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_in_folder = "history.db";
constexpr std::string_view extension = ".db";

base::Instant moment_of(const History& history, base::Instant now) {
  return history::moment_of_decisions(history.newest_scan_moment(), now);
}

std::string name_of_file(const fs::path& file) {
  const std::string folder = fs::absolute(file).lexically_normal().parent_path().filename();
  if (file.filename() == name_in_folder && !folder.empty()) return folder;
  return file.extension() == extension ? file.stem() : file.filename();
}

/// Calls `read` with the open history; returns why that failed, or nothing.
template <typename Read>
std::string problem_of(const FleetFile& file, base::StopSignal stop, const Read& read) {
  if (stop.is_raised()) throw StoreError(StoreError::Kind::busy, "Interrupted.");
  try {
    read(History::open_existing(file.file, stop));
    return {};
  } catch (const StoreError& error) {
    if (stop.is_raised()) throw;
    return error.what();
  }
}

std::optional<history::ScanHeadline> newest_that_ended(const History& history) {
  const auto newest = history.headlines(2);  // one scan at a time runs
  const auto ended = std::find_if(newest.rbegin(), newest.rend(), [](const history::ScanHeadline& scan) {
    return scan.state != history::ScanState::running;
  });
  return ended == newest.rend() ? std::nullopt : std::optional(*ended);
}

/// The last complete scan that began before `since`; nullopt: there is none.
std::optional<history::ScanHeadline> complete_scan_before(const History& history, base::Instant since) {
  const auto id = history.complete_scan_at(since - std::chrono::milliseconds{1});
  if (!id) return std::nullopt;
  const auto scans = history.headlines({});
  const auto found = std::ranges::find(scans, *id, &history::ScanHeadline::id);
  return found == scans.end() ? std::nullopt : std::optional(*found);
}

history::Site site_of(const FleetFile& file) { return {.name = file.name, .source = file.file.string()}; }

}  // namespace

std::vector<history::SiteRecord> FleetFiles::sites(base::Instant now) {
  std::vector<history::SiteRecord> sites;
  for (const FleetFile& file : files_) {
    history::SiteRecord site{.site = site_of(file)};
    std::string problem = problem_of(file, stop_, [&](const History& history) {
      site.site.id = history.site_id().value_or("");
      site.forest = history.forest_status(moment_of(history, now));
      const History::Forest forest = history.forest();
      if (site.forest.forest.empty()) site.forest.forest = forest.name;
      site.root_domain = forest.root_domain;
      site.newest = newest_that_ended(history);
      site.head = history.ledger_head();
    });
    if (!problem.empty()) site = {.site = site_of(file), .problem = std::move(problem)};
    sites.push_back(std::move(site));
  }
  return sites;
}

std::vector<history::SiteTrend> FleetFiles::trends(std::optional<base::Instant> since, base::Instant now) {
  std::vector<history::SiteTrend> trends;
  for (const FleetFile& file : files_) {
    history::SiteTrend trend{.site = site_of(file)};
    std::string problem = problem_of(file, stop_, [&](const History& history) {
      trend.site.id = history.site_id().value_or("");
      trend.root_domain = history.forest().root_domain;
      trend.trend = history.trend(since, moment_of(history, now));
      const auto before = since ? complete_scan_before(history, *since) : std::nullopt;
      // A clock may have been set back, so it is not always the first.
      auto& scans = trend.trend.scans;
      if (before) scans.insert(std::ranges::lower_bound(scans, before->id, {}, &history::ScanHeadline::id), *before);
    });
    if (!problem.empty()) trend = {.site = site_of(file), .problem = std::move(problem)};
    trends.push_back(std::move(trend));
  }
  return trends;
}

std::vector<FleetFile> fleet_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      std::error_code ignored;  // a subfolder that this account may not enter is reported when its file is opened
      if (entry.is_directory(ignored)) {
        const fs::path file = entry.path() / name_in_folder;
        std::error_code error;  // a link that leads nowhere is there as well
        if (fs::symlink_status(file, error).type() != fs::file_type::not_found) files.push_back(file);
      } else if (entry.is_symlink(ignored) && !entry.exists(ignored) && entry.path().extension() != extension) {
        files.push_back(entry.path() / name_in_folder);  // a folder that is not there now
      } else if (entry.path().extension() == extension) {
        files.push_back(entry.path());
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw StoreError(StoreError::Kind::cannot_open,
                     fmt::format("The folder {} cannot be read: {}.", folder.string(), error.code().message()));
  }
  std::ranges::sort(files);
  return fleet_files_of(files);
}

std::vector<FleetFile> fleet_files_of(const std::vector<fs::path>& files) {
  std::map<std::string, std::size_t> uses;
  for (const fs::path& file : files) ++uses[name_of_file(file)];
  std::vector<FleetFile> named;
  for (const fs::path& file : files) {
    const std::string name = name_of_file(file);
    named.push_back({.name = uses[name] == 1 ? name : file.string(), .file = file});
  }
  return named;
}

}  // namespace casweep::store
