// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/base_directories.h"

#include <string_view>

namespace casweep::cli {
namespace {

std::filesystem::path base_directory(const Environment& environment, std::string_view variable,
                                     const std::filesystem::path& below_home) {
  const std::filesystem::path named = environment.variable(variable);
  if (named.is_absolute()) return named / "casweep";
  const std::filesystem::path home = environment.variable("HOME");
  return home.is_absolute() ? home / below_home / "casweep" : std::filesystem::path();
}

}  // namespace

std::filesystem::path user_data_directory(const Environment& environment) {
  return base_directory(environment, "XDG_DATA_HOME", ".local/share");
}

std::filesystem::path user_config_directory(const Environment& environment) {
  return base_directory(environment, "XDG_CONFIG_HOME", ".config");
}

}  // namespace casweep::cli
