// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "cli/options/command_line.h"
#include "cli/options/help_section.h"
#include "cli/terminal/environment.h"
#include "history/fleet.h"
#include "hub/hub_address.h"
#include "store/fleet_files.h"

namespace casweep::cli {

/// --db (repeatable), --db-dir, --hub and --stale-after.
[[nodiscard]] OptionGroup fleet_options();

/// The hub that --hub names; nullopt: the histories are files. Throws CommandError (usage) beside files.
[[nodiscard]] std::optional<hub::HubAddress> fleet_hub(const po::variables_map& values);

/// The histories that the options name or, without any, those of the forests in the config file; if it has none, the
/// default history; none with --hub. Throws CommandError: usage for a file that is named twice, or if the output is one
/// of them.
[[nodiscard]] std::vector<store::FleetFile> fleet_files(const po::variables_map& values,
                                                        const Environment& environment);

/// --stale-after or its default. Throws CommandError (usage).
[[nodiscard]] std::chrono::milliseconds stale_after(const po::variables_map& values, base::Instant now);

/// Gives `read` the source of the histories: files, or the hub. Ctrl-C ends it at once. Throws StoreError and HubError.
void read_fleet(const po::variables_map& values, const Environment& environment,
                const std::function<void(history::FleetSource&)>& read);

/// The exit code `otherwise`, or that of a file that cannot be used if there is a site with a problem.
[[nodiscard]] int fleet_exit_code(bool has_problem, int otherwise);

/// The exit codes of a command that shows a fleet.
[[nodiscard]] std::vector<Definition> fleet_exit_codes();

}  // namespace casweep::cli
