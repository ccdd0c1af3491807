// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "hub/connection.h"

namespace casweep::hub {

/// The version of the columns that publish() sends.
inline constexpr int publication_format = 1;

/// One numbered step of schema/hub.
struct HubMigration {
  int version;
  std::string_view name;
  std::string_view sql;
};

/// All steps, lowest version first.
[[nodiscard]] std::span<const HubMigration> hub_migrations();
[[nodiscard]] int newest_hub_version();

/// The version of the hub's schema. Throws HubError (not_a_hub).
[[nodiscard]] int hub_version(Connection& hub);

/// Throws HubError (older) for a hub that has to be upgraded first. A newer hub is usable by publishers: it says which
/// formats it knows.
void require_schema(Connection& hub);

/// The same, and `newer` for a hub that a later version made: for everything that reads its tables.
void require_same_schema(Connection& hub);

}  // namespace casweep::hub
