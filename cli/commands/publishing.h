// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "cli/terminal/environment.h"
#include "hub/hub_address.h"
#include "hub/publication.h"

namespace casweep::cli {

/// Sends the history to the hub, with its progress on a terminal. Throws HubError and StoreError; Interrupted after a
/// signal.
hub::Publication publish_history(const std::filesystem::path& file, const hub::HubAddress& address,
                                 const Environment& environment);

}  // namespace casweep::cli
