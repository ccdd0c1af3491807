// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "cli/commands/command.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

[[nodiscard]] Command scan_command();

/// Throws CommandError for values with which a scan would not begin, without asking anyone.
void require_scannable(const po::variables_map& values, const Environment& environment);

[[nodiscard]] Command doctor_command();
[[nodiscard]] Command list_command();
[[nodiscard]] Command show_command();
[[nodiscard]] Command status_command();
[[nodiscard]] Command history_command();
[[nodiscard]] Command trend_command();
[[nodiscard]] Command diff_command();
[[nodiscard]] Command scans_command();
[[nodiscard]] Command explain_command();
[[nodiscard]] Command accept_command();
[[nodiscard]] Command export_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command fleet_status_command();
[[nodiscard]] Command fleet_sites_command();
[[nodiscard]] Command fleet_trend_command();
[[nodiscard]] Command fleet_changes_command();
[[nodiscard]] Command fleet_export_command();
[[nodiscard]] Command fleet_report_command();
[[nodiscard]] Command evidence_create_command();
[[nodiscard]] Command evidence_verify_command();
[[nodiscard]] Command db_check_command();
[[nodiscard]] Command db_backup_command();
[[nodiscard]] Command db_restore_command();
[[nodiscard]] Command db_info_command();
[[nodiscard]] Command publish_command();
[[nodiscard]] Command hub_init_command();
[[nodiscard]] Command hub_upgrade_command();
[[nodiscard]] Command hub_enroll_command();
[[nodiscard]] Command hub_revoke_command();
[[nodiscard]] Command hub_check_command();
[[nodiscard]] Command init_command();
[[nodiscard]] Command config_check_command();
[[nodiscard]] Command config_show_command();
[[nodiscard]] Command completion_command();
[[nodiscard]] Command man_command();

/// All commands in the order of the help; commands with the same first word are adjacent.
[[nodiscard]] std::span<const Command> commands();

/// The command with the name that `words` are, such as "db" and "check". Throws CommandError (usage) if there is none.
[[nodiscard]] const Command& command_named(std::span<const std::string> words);

/// Every option that a config file may hold.
[[nodiscard]] po::options_description config_keys();

/// Runs the command named by the program's `arguments`, or prints help. Throws CommandError (usage) if there is none.
int dispatch(std::span<const std::string> arguments, const Environment& environment);

}  // namespace casweep::cli
