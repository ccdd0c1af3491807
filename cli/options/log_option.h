// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <memory>
#include <span>

#include "cli/log/event_log.h"
#include "cli/options/help_section.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// --log. dispatch() gives the log to a command that has it.
[[nodiscard]] OptionGroup log_options();

/// The entries of a command with `events`, those that every command has included: their MESSAGE_ID and fields.
[[nodiscard]] HelpSection log_help(std::span<const LogEvent> events);

/// The log that --log names; null: none. Without a journal, notes that, and the entries go to standard error.
[[nodiscard]] std::shared_ptr<EventLog> log_of(const boost::program_options::variables_map& values,
                                               const Environment& environment);

}  // namespace casweep::cli
