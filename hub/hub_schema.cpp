// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "hub/hub_error.h"
#include "hub/hub_schema_internal.h"

namespace casweep::hub {
namespace {

constexpr auto hub_files = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "hub_schema.inc"
});

/// "0001_hub.sql" makes version 1.
HubMigration hub_migration_of(const std::pair<std::string_view, std::string_view>& file) {
  HubMigration migration{.version = 0, .name = file.first, .sql = file.second};
  std::from_chars(file.first.data(), file.first.data() + file.first.size(), migration.version);
  return migration;
}

}  // namespace

std::span<const HubMigration> hub_migrations() {
  static const auto migrations = [] {
    std::array<HubMigration, hub_files.size()> all{};
    std::ranges::transform(hub_files, all.begin(), hub_migration_of);
    return all;
  }();
  return migrations;
}

int newest_hub_version() { return hub_migrations().back().version; }

int hub_version(Connection& hub) {
  return static_cast<int>(hub.select("SELECT casweep.schema_version()").number(0, 0).value_or(0));
}

void require_schema(Connection& hub) {
  const int version = hub_version(hub);
  if (version >= newest_hub_version()) return;
  throw HubError(
      HubError::Kind::older,
      fmt::format("The schema of the hub ({}) has version {}, and this program needs {}: ask the hub's owner "
                  "to run 'casweep hub upgrade'.",
                  hub.shown(), version, newest_hub_version()));
}

void require_same_schema(Connection& hub) {
  require_schema(hub);
  const int version = hub_version(hub);
  if (version == newest_hub_version()) return;
  throw HubError(HubError::Kind::newer,
                 fmt::format("The schema of the hub ({}) has version {}, and this program knows {} at most: use the "
                             "version of casweep that upgraded the hub, or a later one.",
                             hub.shown(), version, newest_hub_version()));
}

}  // namespace casweep::hub
