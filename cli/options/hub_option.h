// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>

#include "cli/options/option_group.h"
#include "hub/hub_address.h"

namespace casweep::cli {

/// --hub, with what the command does there.
[[nodiscard]] OptionGroup hub_options(const char* text =
                                          "the hub, as libpq finds it: \"service=NAME\", \"host=NAME "
                                          "dbname=NAME\" or postgresql://NAME/NAME");

/// nullopt: no hub is named. Throws HubError (conninfo) for an address that cannot be used.
[[nodiscard]] std::optional<hub::HubAddress> chosen_hub(const boost::program_options::variables_map& values);

/// The same; throws CommandError (usage) if no hub is named.
[[nodiscard]] hub::HubAddress required_hub(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
