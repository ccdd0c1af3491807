// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/option.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <cctype>
#include <fstream>
#include <sstream>

#include "cli/command_error.h"
#include "cli/connection_options.h"
#include "cli/fail_on.h"
#include "cli/history_file.h"
#include "cli/nearest_word.h"
#include "cli/output_format.h"
#include "cli/sweep_settings.h"

namespace casweep::cli {
namespace {

std::vector<std::string> names_of(const po::options_description& options, std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back(std::string(prefix) + option->long_name());
  return names;
}

std::string variable_name(std::string_view option) {
  std::string name = "CASWEEP_";
  for (const char character : option) {
    name += character == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(character)));
  }
  return name;
}

/// "--password=hunter2" must not be repeated beyond the name.
std::string without_value(const std::string& option) { return option.substr(0, option.find('=')); }

po::parsed_options parse_arguments(const CommandLine& line, const po::options_description& options,
                                   std::span<const std::string> arguments) {
  po::positional_options_description positional;
  for (const std::string& operand : line.operands) positional.add(operand.c_str(), 1);
  const std::string see = fmt::format(" See 'casweep {} --help'.", line.command);
  try {
    // Guessing an option from its beginning would take --password for --password-file, and its value for a file name.
    using namespace po::command_line_style;
    return po::command_line_parser(std::vector<std::string>(arguments.begin(), arguments.end()))
        .options(options)
        .positional(positional)
        .style(unix_style & ~allow_guessing)
        .run();
  } catch (const po::unknown_option& error) {
    const std::string name = without_value(error.get_option_name());
    throw CommandError(ExitCode::usage, fmt::format("'{}' has no option '{}'.{}{}", line.command, name,
                                                    did_you_mean(name, names_of(options, "--")), see));
  } catch (const po::too_many_positional_options_error&) {
    throw CommandError(ExitCode::usage, fmt::format("'{}' was given more words than it takes; a name with blanks "
                                                    "needs quotes.{}",
                                                    line.command, see));
  } catch (const po::error& error) {
    throw CommandError(ExitCode::usage, fmt::format("{}.{}", error.what(), see));
  }
}

po::parsed_options parse_variables(const po::options_description& options, const Environment& environment) {
  po::parsed_options parsed(&options);
  for (const auto& option : options.options()) {
    const std::string_view value = environment.variable(variable_name(option->long_name()));
    if (value.empty()) continue;
    parsed.options.emplace_back(option->long_name(), std::vector<std::string>{std::string(value)});
  }
  return parsed;
}

po::parsed_options parse_config_file(const std::string& file, const po::options_description& options) {
  std::ifstream stream(file);
  if (!stream) {
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' cannot be read; check --config.", file));
  }
  const po::options_description known = config_file_options();
  try {
    po::parsed_options all = po::parse_config_file(stream, known);
    if (stream.bad()) throw po::error("it cannot be read to its end");
    po::parsed_options parsed(&options);
    std::ranges::copy_if(all.options, std::back_inserter(parsed.options), [&](const po::option& option) {
      return options.find_nothrow(option.string_key, false) != nullptr;
    });
    return parsed;
  } catch (const po::unknown_option& error) {
    const std::string name = without_value(error.get_option_name());
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' has the unknown key '{}'.{} A password never "
                                                   "stands in it, only the name of a --password-file.",
                                                   file, name, did_you_mean(name, names_of(known, ""))));
  } catch (const po::error& error) {
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' is wrong: {}.", file, error.what()));
  }
}

/// What was stored first stays: boost::program_options keeps the earlier source.
void store_values(const po::parsed_options& parsed, po::variables_map& values, ExitCode code, std::string_view source) {
  try {
    po::store(parsed, values);
  } catch (const po::error& error) {
    throw CommandError(code, fmt::format("{}{}.", source, error.what()));
  }
}

}  // namespace

po::options_description config_file_options() {
  po::options_description options;
  options.add(connection_options()).add(sweep_options()).add(history_options()).add(format_options());
  options.add(fail_on_options());
  return options;
}

po::variables_map parse_command_line(const CommandLine& line, std::span<const std::string> arguments,
                                     const Environment& environment) {
  po::options_description configurable;
  configurable.add(line.configurable);
  po::options_description all;
  all.add(line.configurable).add(line.arguments_only).add_options()("config", po::value<std::string>());
  po::options_description with_operands;
  with_operands.add(all);
  for (const std::string& operand : line.operands) {
    with_operands.add_options()(operand.c_str(), po::value<std::string>());
  }

  po::variables_map values;
  store_values(parse_arguments(line, with_operands, arguments), values, ExitCode::usage, "");
  store_values(parse_variables(configurable, environment), values, ExitCode::data, "A CASWEEP_ variable is wrong: ");

  std::string config(environment.variable("CASWEEP_CONFIG"));
  if (values.count("config") > 0) config = values["config"].as<std::string>();
  if (!config.empty()) {
    store_values(parse_config_file(config, configurable), values, ExitCode::data,
                 fmt::format("The config file '{}' is wrong: ", config));
  }
  return values;
}

}  // namespace casweep::cli
