// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/fleet_histories.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <map>
#include <system_error>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/config_file.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/period.h"
#include "cli/terminal/interruption.h"
#include "hub/connection.h"
#include "hub/fleet_hub.h"
#include "hub/hub_error.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

/// The settings of a command on one history.
po::variables_map settings_of_history(const po::variables_map& values, const Environment& environment,
                                      std::vector<std::string> arguments) {
  const CommandLine line{.command = "fleet", .options = {history_options()}};
  if (values.count("config") > 0) arguments.insert(arguments.end(), {"--config", text_of(values, "config")});
  return settings_of(line, config_keys(), arguments, environment).values;
}

std::vector<store::FleetFile> configured_files(const po::variables_map& values, const Environment& environment) {
  std::vector<store::FleetFile> files;
  for (const std::string& forest : forests_in(config_files(text_of(values, "config"), environment))) {
    const auto settings = settings_of_history(values, environment, {"--forest", forest});
    files.push_back({.name = forest, .file = history_file(settings, environment)});
  }
  if (!files.empty()) return files;
  return store::fleet_files_of({history_file(settings_of_history(values, environment, {}), environment)});
}

std::vector<store::FleetFile> named_files(const po::variables_map& values, const Environment& environment) {
  if (values.count("db") > 0) {
    const auto& names = values["db"].as<std::vector<std::string>>();
    if (std::ranges::find(names, "") != names.end()) {
      throw CommandError(ExitCode::usage, "--db needs the name of a file.");
    }
    return store::fleet_files_of({names.begin(), names.end()});
  }
  if (values.count("db-dir") == 0) return configured_files(values, environment);
  const fs::path folder = text_of(values, "db-dir");
  if (folder.empty()) throw CommandError(ExitCode::usage, "--db-dir needs the name of a folder.");
  auto files = store::fleet_files_in(folder);
  if (files.empty()) {
    throw CommandError(
        ExitCode::data,
        fmt::format("The folder '{}' has no history: neither NAME.db nor NAME/history.db.", folder.string()));
  }
  return files;
}

void require_different(const std::vector<store::FleetFile>& files) {
  std::map<fs::path, const store::FleetFile*> known;
  for (const store::FleetFile& file : files) {
    std::error_code ignored;
    const auto [same, is_new] = known.emplace(fs::weakly_canonical(fs::absolute(file.file), ignored), &file);
    if (is_new) continue;
    throw CommandError(ExitCode::usage, fmt::format("The history '{}' was given twice, also as '{}'.",
                                                    file.file.string(), same->second->file.string()));
  }
}

}  // namespace

OptionGroup fleet_options() {
  OptionGroup group{.heading = "Histories",
                    .source = Source::arguments_only,
                    .opposites = {{"db", "db-dir"}, {"db", "hub"}, {"db-dir", "hub"}}};
  auto add = group.options.add_options();
  add("db", po::value<std::vector<std::string>>()->value_name("FILE"),
      "a history; may be repeated (default: those of the forests in the config file)");
  add("db-dir", po::value<std::string>()->value_name("DIR"),
      "all histories in this folder: NAME.db and NAME/history.db");
  add("hub", po::value<std::string>()->value_name("CONNINFO"),
      "the histories on this hub that the login may read; see 'casweep publish'");
  add("stale-after", po::value<std::string>()->value_name("LENGTH"),
      "count a site as stale if its last complete scan is older: 36h, 8d, 2w (default: 48h)");
  return group;
}

std::optional<hub::HubAddress> fleet_hub(const po::variables_map& values) {
  const auto address = chosen_hub(values);
  if (!address) return std::nullopt;
  for (const char* option : {"db", "db-dir"}) {
    if (values.count(option) == 0) continue;
    throw CommandError(ExitCode::usage, fmt::format("--hub and --{} exclude each other; use one of them.", option));
  }
  return address;
}

std::vector<store::FleetFile> fleet_files(const po::variables_map& values, const Environment& environment) {
  if (values.count("db") > 0 && values.count("db-dir") > 0) {
    throw CommandError(ExitCode::usage, "--db and --db-dir exclude each other; use one of them.");
  }
  auto files = named_files(values, environment);
  require_different(files);
  if (values.count("output") > 0) {
    for (const store::FleetFile& file : files) require_not_of_history(text_of(values, "output"), file.file);
  }
  return files;
}

std::chrono::milliseconds stale_after(const po::variables_map& values, base::Instant now) {
  return length_of(values, "stale-after", now).value_or(history::default_stale_after);
}

void read_fleet(const po::variables_map& values, const Environment& environment,
                const std::function<void(history::FleetSource&)>& read) {
  const Interruption interruption;
  if (const auto address = fleet_hub(values)) {
    try {
      hub::Connection connection(*address, Interruption::flag());
      hub::FleetHub source(connection);
      read(source);
      Interruption::throw_if_signalled();
    } catch (const hub::HubError& error) {
      if (error.kind() == hub::HubError::Kind::interrupted) Interruption::throw_if_signalled();
      throw;
    }
    return;
  }
  store::FleetFiles source(fleet_files(values, environment), Interruption::flag());
  Interruption::or_interrupted([&] { read(source); });
  Interruption::throw_if_signalled();
}

int fleet_exit_code(bool has_problem, int otherwise) {
  return has_problem ? static_cast<int>(ExitCode::file) : otherwise;
}

std::vector<Definition> fleet_exit_codes() {
  return {{"0", "every history was read"},
          {"65", "there is no history in the folder"},
          {"69", "the hub cannot be reached"},
          {"74", "a history could not be read; the others are shown, and the output or a note names it"},
          {"77", "the login was refused by the hub, or may not read there"}};
}

}  // namespace casweep::cli
