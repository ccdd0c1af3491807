// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/command_line.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/any.hpp>
#include <boost/program_options/option.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <ostream>
#include <sstream>

#include "base/ascii_case.h"
#include "base/file_descriptor.h"
#include "base/nearest_word.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/connection_options.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "cli/options/signing_options.h"
#include "cli/options/sweep_settings.h"
#include "cli/options/trusted_input.h"

namespace casweep::cli {
namespace {

std::vector<std::string> names_of(const po::options_description& options, std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back(std::string(prefix) + option->long_name());
  return names;
}

/// Far more than every option there is.
constexpr std::size_t longest_config_file = std::size_t{1024} * 1024;

constexpr std::string_view variable_prefix = "CASWEEP_";

std::string variable_name(std::string_view option) {
  std::string name(variable_prefix);
  for (const char character : option) {
    name += character == '-' ? '_' : base::ascii_upper(character);
  }
  return name;
}

/// "--password=hunter2" must not be repeated beyond the name.
std::string without_value(const std::string& option) { return option.substr(0, option.find('=')); }

po::parsed_options parse_arguments(const CommandLine& line, const po::options_description& options,
                                   std::span<const std::string> arguments) {
  po::positional_options_description positional;
  for (const std::string& operand : line.operands) positional.add(operand.c_str(), 1);
  if (!line.more_operands.empty()) positional.add(line.more_operands.c_str(), -1);
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
                                                    base::did_you_mean(name, names_of(options, "--")), see));
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

/// Points out variables that are nearly one of ours: misspelt, they would be passed over without a word. Others that
/// begin with CASWEEP_ may be somebody's own. Never a value: it may be a secret.
void warn_of_slips(const Environment& environment) {
  std::vector<std::string> known{"CONFIG"};
  const po::options_description options = config_file_options();
  for (const auto& option : options.options()) {
    known.push_back(variable_name(option->long_name()).substr(variable_prefix.size()));
  }
  for (const auto& [name, value] : environment.variables) {
    if (!name.starts_with(variable_prefix)) continue;
    const std::string word = name.substr(variable_prefix.size());
    const std::string nearest = base::nearest_word(word, known);
    if (nearest.empty() || nearest == word) continue;
    environment.err << fmt::format("casweep: the variable {} is not one that casweep reads. Did you mean '{}{}'?\n",
                                   base::terminal_safe(name), variable_prefix, nearest);
  }
}

/// What is in `file`, which decides where a password goes, so others must not be able to write it.
std::istringstream read_config_file(const std::string& file) {
  const base::FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (input) require_trusted_input("config file", file, input.get(), ExitCode::data);
  std::string text;
  std::array<char, 4096> octets{};
  ssize_t got = input ? 1 : -1;
  while (got > 0) {
    got = read(input.get(), octets.data(), octets.size());
    if (got > 0) text.append(octets.data(), static_cast<std::size_t>(got));
    if (text.size() > longest_config_file) got = -1;
  }
  if (got < 0) {
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' cannot be read; check --config.", file));
  }
  return std::istringstream(text);
}

po::parsed_options parse_config_file(const std::string& file, const po::options_description& options) {
  std::istringstream stream = read_config_file(file);
  const po::options_description known = config_file_options();
  try {
    po::parsed_options all = po::parse_config_file(stream, known);
    po::parsed_options parsed(&options);
    std::ranges::copy_if(all.options, std::back_inserter(parsed.options), [&](const po::option& option) {
      return options.find_nothrow(option.string_key, false) != nullptr;
    });
    return parsed;
  } catch (const po::unknown_option& error) {
    const std::string name = without_value(error.get_option_name());
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' has the unknown key '{}'.{} A password never "
                                                   "stands in it, only the name of a --password-file.",
                                                   file, name, base::did_you_mean(name, names_of(known, ""))));
  } catch (const po::error& error) {
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' is wrong: {}.", file, error.what()));
  }
}

/// Whether a source said so; a flag that was switched off is as good as none.
bool is_given(const po::variables_map& values, std::string_view option) {
  const auto found = values.find(std::string(option));
  if (found == values.end() || found->second.defaulted()) return false;
  const auto* flag = boost::any_cast<bool>(&found->second.value());
  return flag == nullptr || *flag;
}

/// Drops what an option of a higher source excludes.
void yield_to(const po::variables_map& higher, po::parsed_options& parsed) {
  std::erase_if(parsed.options, [&](const po::option& option) {
    return std::ranges::any_of(connection_opposites(), [&](const auto& pair) {
      return (option.string_key == pair.first && is_given(higher, pair.second)) ||
             (option.string_key == pair.second && is_given(higher, pair.first));
    });
  });
}

/// What was stored first stays: boost::program_options keeps the earlier source.
void store_values(po::parsed_options parsed, po::variables_map& values, ExitCode code, std::string_view source) {
  try {
    yield_to(values, parsed);
    po::store(parsed, values);
  } catch (const po::error& error) {
    throw CommandError(code, fmt::format("{}{}.", source, error.what()));
  }
}

}  // namespace

po::options_description config_file_options() {
  po::options_description options;
  options.add(connection_options()).add(sweep_options()).add(history_options()).add(format_options());
  options.add(fail_on_options()).add(signing_options());
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
  if (!line.more_operands.empty()) {
    with_operands.add_options()(line.more_operands.c_str(), po::value<std::vector<std::string>>());
  }

  po::variables_map values;
  store_values(parse_arguments(line, with_operands, arguments), values, ExitCode::usage, "");
  warn_of_slips(environment);
  store_values(parse_variables(configurable, environment), values, ExitCode::data, "A CASWEEP_ variable is wrong: ");

  std::string config(environment.variable("CASWEEP_CONFIG"));
  if (values.count("config") > 0) config = values["config"].as<std::string>();
  if (!config.empty()) {
    store_values(parse_config_file(config, configurable), values, ExitCode::data,
                 fmt::format("The config file '{}' is wrong: ", config));
  }
  return values;
}

std::string text_of(const po::variables_map& values, const char* option) {
  return values.count(option) > 0 ? values[option].as<std::string>() : std::string{};
}

}  // namespace casweep::cli
