// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

#include "cli/terminal/environment.h"
#include "hub/hub_address.h"
#include "hub/publication.h"

namespace casweep::cli {

/// Sends the history to the hub, with its progress on a terminal. Throws HubError and StoreError; Interrupted after a
/// signal.
hub::Publication publish_history(const std::filesystem::path& file, const hub::HubAddress& address,
                                 const Environment& environment);

/// What the hub has received of the history; nullopt: nothing. Throws HubError, also if the hub received something else
/// than the history has.
[[nodiscard]] std::optional<hub::Receipt> receipt_of_history(const std::filesystem::path& file,
                                                             const hub::HubAddress& address);

/// How the history compares with the hub. Throws HubError and StoreError; Interrupted after a signal.
[[nodiscard]] hub::HubComparison compare_history(const std::filesystem::path& file, const hub::HubAddress& address);

}  // namespace casweep::cli
