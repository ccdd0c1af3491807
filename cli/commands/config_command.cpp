// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/failure.h"
#include "cli/options/config_file.h"
#include "cli/options/connection_options.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/output_format.h"
#include "cli/options/trusted_input.h"
#include "hub/hub_error.h"
#include "report/table/text_columns.h"

namespace casweep::cli {
namespace {

/// The options of a scan, and all others that a config file may hold.
CommandLine line_of_settings() {
  CommandLine line{.command = "config show"};
  for (const OptionGroup& group : scan_command().line.options) {
    const bool is_of_all_forests = group.options.find_nothrow("all-forests", false) != nullptr;
    if (!is_of_all_forests) line.options.push_back(group);
  }
  OptionGroup others;
  const po::options_description keys = config_keys();
  for (const auto& key : keys.options()) {
    if (!has_option(line, key->long_name())) others.options.add(key);
  }
  line.options.push_back(std::move(others));
  return line;
}

/// The settings of a scan of `forest`; empty: of the forest that the options of `values` choose.
Settings settings_for(const po::variables_map& values, const std::string& forest, const Environment& environment) {
  std::vector<std::string> arguments;
  const auto pass_on = [&](const std::string& option, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {"--" + option, value});
  };
  pass_on("config", text_of(values, "config"));
  pass_on("forest", forest.empty() ? text_of(values, "forest") : forest);
  return settings_of(line_of_settings(), config_keys(), arguments, environment);
}

int run_config_show(const po::variables_map& values, const Environment& environment) {
  Settings settings = settings_for(values, "", environment);
  std::ranges::sort(settings.settings, {}, &Setting::option);
  const auto style = table_style(environment);
  const auto safe = [&](const std::string& text) {
    return report::TextCell{base::terminal_safe(text, charset_of(environment))};
  };
  // An address of a hub that holds a password is refused, and not repeated either.
  const auto shown = [](const std::string& option, const std::string& value) {
    if (option != "hub" || value.empty()) return value;
    try {
      (void)hub::read_hub_address(value);
      return value;
    } catch (const hub::HubError&) {
      return std::string("(cannot be used; 'casweep config check' says why)");
    }
  };
  std::vector<std::vector<report::TextCell>> rows;
  for (const auto& [option, value, from] : settings.settings) {
    if (option == "config" || option == "forest") continue;
    rows.push_back({{option}, safe(shown(option, value)), safe(from)});
  }
  if (rows.empty()) {
    environment.out << "Nothing is configured: every option has its default.\n";
  } else {
    report::write_columns(environment.out, {{"OPTION"}, {"VALUE"}, {"FROM"}}, rows, style.columns,
                          charset_of(environment));
  }
  return static_cast<int>(ExitCode::ok);
}

/// A file that a setting names must be there, and no other user may write it.
void require_readable(std::string_view what, const std::string& file) {
  if (file.empty()) return;
  if (access(file.c_str(), R_OK) != 0) {
    throw CommandError(ExitCode::data,
                       fmt::format("The {} '{}' cannot be read ({}).", what, file, std::strerror(errno)));
  }
  require_trusted_input(what, file, ExitCode::data);
}

/// Throws CommandError for settings with which no scan can begin; returns them in a sentence.
std::string checked(const po::variables_map& values, const Environment& environment) {
  require_scannable(values, environment);
  const ConnectionOptions connection = read_connection_options(values);
  require_readable("password file", connection.password_file);
  require_readable("keytab", connection.keytab);
  require_readable("file of trusted roots", connection.directory.ca_cert);
  try {
    (void)chosen_hub(values);
  } catch (const hub::HubError& error) {
    throw CommandError(ExitCode::data, error.what());
  }
  const std::string directory = !connection.directory.domain.empty() ? "domain " + connection.directory.domain
                                : connection.directory.servers.empty()
                                    ? "the domain of the account"
                                    : fmt::format("{}", fmt::join(connection.directory.servers, ", "));
  return fmt::format("{}, account {}, history {}", directory,
                     connection.user.empty() ? "of the Kerberos ticket" : connection.user,
                     history_file(values, environment).string());
}

int run_config_check(const po::variables_map& values, const Environment& environment) {
  const auto safe = [&](const std::string& text) { return base::terminal_safe(text, charset_of(environment)); };
  const auto style = table_style(environment);
  const auto files = config_files(text_of(values, "config"), environment);
  if (files.empty()) {
    environment.out << "No config file is read; 'casweep help' says where casweep looks for them.\n";
    return static_cast<int>(ExitCode::ok);
  }
  for (const ConfigFile& file : files) environment.out << safe(file.name) << '\n';
  auto forests = forests_in(files);
  if (forests.empty()) forests.emplace_back();
  bool all_valid = true;
  std::vector<std::pair<std::string, std::filesystem::path>> histories;
  for (const std::string& forest : forests) {
    const std::string subject = forest.empty() ? "" : fmt::format("Forest {}: ", forest);
    try {
      const Settings settings = settings_for(values, forest, environment);
      const std::filesystem::path history = history_file(settings.values, environment);
      const auto same =
          std::ranges::find_if(histories, [&](const auto& other) { return is_same_file(other.second, history); });
      if (same != histories.end()) {
        throw CommandError(ExitCode::data,
                           fmt::format("its history is also that of the forest {}; each needs its own.", same->first));
      }
      histories.emplace_back(forest, history);
      report::write_wrapped(environment.out,
                            fmt::format("{}valid: {}.", subject, safe(checked(settings.values, environment))), 0, 2,
                            style.columns);
    } catch (const CommandError& error) {
      all_valid = false;
      say(environment, {subject + error.text().sentence, error.text().lines});
    }
  }
  return static_cast<int>(all_valid ? ExitCode::ok : ExitCode::data);
}

}  // namespace

Command config_check_command() {
  return {
      .line = {.command = "config check"},
      .run = run_config_check,
      .summary = "check the config files",
      .usage = {"[OPTION]..."},
      .description = {"Reads the config files as a scan does and checks their options, every [forest NAME], and that "
                      "the files they name can be read and are safe from other users. It asks no server."},
      .examples = {{"Check the files", "casweep config check"}},
      .exit_codes = {{"0", "the configuration is valid"}, {"65", "it is not; the messages say where"}}};
}

Command config_show_command() {
  return {.line = {.command = "config show", .options = {forest_option()}},
          .run = run_config_show,
          .summary = "show the settings in effect and where each comes from",
          .usage = {"[OPTION]..."},
          .description = {"Shows each option that is not at its default, its value, and its source: an environment "
                          "variable, a config file, or a section of it."},
          .examples = {{"Show the settings", "casweep config show"},
                       {"Show those of one forest", "casweep config show --forest corp"}},
          .exit_codes = {{"0", "the settings were shown"},
                         {"64", "several forests, and none was named"},
                         {"65", "the configuration is wrong"}}};
}

}  // namespace casweep::cli
