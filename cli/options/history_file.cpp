// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/history_file.h"

#include <string>

#include "cli/command_error.h"

namespace casweep::cli {

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description history_options() {
  po::options_description options;
  options.add_options()("db", po::value<std::string>());
  return options;
}

fs::path history_file(const po::variables_map& values, const Environment& environment) {
  if (values.count("db") > 0) {
    fs::path file = values["db"].as<std::string>();
    if (file.empty()) throw CommandError(ExitCode::usage, "--db needs the name of a file.");
    return file;
  }
  const fs::path data_home = environment.variable("XDG_DATA_HOME");
  if (data_home.is_absolute()) return data_home / "casweep" / "history.db";
  const fs::path home = environment.variable("HOME");
  if (home.is_absolute()) return home / ".local" / "share" / "casweep" / "history.db";
  throw CommandError(ExitCode::data, "Neither XDG_DATA_HOME nor HOME says where the history is; name it with --db.");
}

}  // namespace casweep::cli
