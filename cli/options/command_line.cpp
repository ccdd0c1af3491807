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
#include <boost/program_options/value_semantic.hpp>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/ascii_case.h"
#include "base/file_descriptor.h"
#include "base/nearest_word.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/document_file.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/note.h"

namespace casweep::cli {
namespace {

std::vector<std::string> names_of(const po::options_description& options, std::string_view prefix) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back(std::string(prefix) + option->long_name());
  return names;
}

/// The options of `line` that may also come from a variable or the config file.
po::options_description configurable_options(const CommandLine& line) {
  po::options_description options;
  for (const OptionGroup& group : line.options) {
    if (group.source == Source::anywhere) options.add(group.options);
  }
  return options;
}

OptionGroup config_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()(
      "config", po::value<std::string>()->value_name("FILE"),
      "read option values from FILE, one \"name = value\" per line (\"start-tls = yes\" for a flag)");
  return group;
}

/// Far more than all options need.
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

std::string see_help(const CommandLine& line) { return fmt::format(" See 'casweep {} --help'.", line.command); }

/// The options of `line`, and each operand as if it were one: boost::program_options has no other way.
po::options_description with_operands(const CommandLine& line, const po::options_description& options) {
  po::options_description all;
  all.add(options);
  for (const Operand& operand : line.operands) {
    if (operand.count == OperandCount::many) {
      all.add_options()(operand.name.c_str(), po::value<std::vector<std::string>>());
    } else {
      all.add_options()(operand.name.c_str(), po::value<std::string>());
    }
  }
  return all;
}

po::parsed_options parse_arguments(const CommandLine& line, const po::options_description& options,
                                   const po::options_description& all, std::span<const std::string> arguments) {
  po::positional_options_description positional;
  for (const Operand& operand : line.operands) {
    positional.add(operand.name.c_str(), operand.count == OperandCount::many ? -1 : 1);
  }
  try {
    // Guessing an option from its beginning would take --password for --password-file, and its value for a file name.
    using namespace po::command_line_style;
    auto parsed = po::command_line_parser(std::vector<std::string>(arguments.begin(), arguments.end()))
                      .options(all)
                      .positional(positional)
                      .style(unix_style & ~allow_guessing)
                      .run();
    for (const po::option& option : parsed.options) {
      const bool has_dashes = option.position_key < 0;
      if (has_dashes && options.find_nothrow(option.string_key, false) == nullptr) {
        throw po::unknown_option("--" + option.string_key);  // an operand is no option
      }
    }
    return parsed;
  } catch (const po::unknown_option& error) {
    const std::string name = without_value(error.get_option_name());
    throw CommandError(ExitCode::usage, fmt::format("'{}' has no option '{}'.{}{}", line.command, name,
                                                    base::did_you_mean(name, names_of(options, "--")), see_help(line)));
  } catch (const po::too_many_positional_options_error&) {
    const auto* what = line.operands.empty() ? "takes options only; a file name, for example, follows its option"
                                             : "got too many arguments; quote names that contain spaces";
    throw CommandError(ExitCode::usage, fmt::format("'{}' {}.{}", line.command, what, see_help(line)));
  } catch (const po::error& error) {
    throw CommandError(ExitCode::usage, fmt::format("'{}': {}.{}", line.command, error.what(), see_help(line)));
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

/// Points out variables whose names are nearly right: they would be ignored without a word. Others that begin with
/// CASWEEP_ may belong to something else. Never shows a value: it may be a secret.
void warn_of_slips(const po::options_description& config_keys, const Environment& environment) {
  std::vector<std::string> known{"CONFIG"};
  for (const auto& option : config_keys.options()) {
    known.push_back(variable_name(option->long_name()).substr(variable_prefix.size()));
  }
  for (const auto& [name, value] : environment.variables) {
    if (!name.starts_with(variable_prefix)) continue;
    const std::string word = name.substr(variable_prefix.size());
    const std::string nearest = base::nearest_word(word, known);
    if (nearest.empty() || nearest == word) continue;
    note(environment, fmt::format("the variable {} is not one that casweep reads. Did you mean '{}{}'?",
                                  base::terminal_safe(name), variable_prefix, nearest));
  }
}

/// The content of `file`, which decides where a password is sent, so other users must not be able to write it.
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
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' cannot be read.", file));
  }
  return std::istringstream(text);
}

po::parsed_options parse_config_file(const std::string& file, const po::options_description& options,
                                     const po::options_description& config_keys) {
  std::istringstream stream = read_config_file(file);
  try {
    po::parsed_options all = po::parse_config_file(stream, config_keys);
    po::parsed_options parsed(&options);
    std::ranges::copy_if(all.options, std::back_inserter(parsed.options), [&](const po::option& option) {
      return options.find_nothrow(option.string_key, false) != nullptr;
    });
    return parsed;
  } catch (const po::unknown_option& error) {
    const std::string name = without_value(error.get_option_name());
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' has the unknown key '{}'.{} It never holds a "
                                                   "password, only the name of a password-file.",
                                                   file, name, base::did_you_mean(name, names_of(config_keys, ""))));
  } catch (const po::error& error) {
    throw CommandError(ExitCode::data, fmt::format("The config file '{}' is wrong: {}.", file, error.what()));
  }
}

/// Whether a source set it; a flag that is switched off counts as not set.
bool is_given(const po::variables_map& values, std::string_view option) {
  const auto found = values.find(std::string(option));
  if (found == values.end() || found->second.defaulted()) return false;
  const auto* flag = boost::any_cast<bool>(&found->second.value());
  return flag == nullptr || *flag;
}

/// Drops what an option of a higher source excludes.
void yield_to(const po::variables_map& higher, const CommandLine& line, po::parsed_options& parsed) {
  for (const OptionGroup& group : line.options) {
    for (const auto& [left, right] : group.opposites) {
      std::erase_if(parsed.options, [&, &left = left, &right = right](const po::option& option) {
        return (option.string_key == left && is_given(higher, right)) ||
               (option.string_key == right && is_given(higher, left));
      });
    }
  }
}

/// boost::program_options keeps a value that an earlier call stored.
void store_values(po::parsed_options parsed, const CommandLine& line, po::variables_map& values, ExitCode code,
                  std::string_view source) {
  try {
    yield_to(values, line, parsed);
    po::store(parsed, values);
  } catch (const po::error& error) {
    throw CommandError(code, fmt::format("{}{}.", source, error.what()));
  }
}

}  // namespace

std::vector<OptionGroup> groups_of(const CommandLine& line) {
  std::vector<OptionGroup> groups = line.options;
  if (line.prints_document) groups.push_back(document_options());
  groups.push_back(config_option());
  return groups;
}

po::options_description config_keys_of(std::span<const CommandLine> lines) {
  po::options_description keys;
  for (const CommandLine& line : lines) {
    const po::options_description options = configurable_options(line);
    for (const auto& option : options.options()) {
      if (keys.find_nothrow(option->long_name(), false) == nullptr) keys.add(option);
    }
  }
  return keys;
}

po::variables_map parse_command_line(const CommandLine& line, const po::options_description& config_keys,
                                     std::span<const std::string> arguments, const Environment& environment) {
  po::options_description options;
  for (const OptionGroup& group : groups_of(line)) options.add(group.options);
  const po::options_description all = with_operands(line, options);
  const po::options_description configurable = configurable_options(line);

  po::variables_map values;
  store_values(parse_arguments(line, options, all, arguments), line, values, ExitCode::usage,
               fmt::format("'{}': ", line.command));
  warn_of_slips(config_keys, environment);
  store_values(parse_variables(configurable, environment), line, values, ExitCode::data,
               "A CASWEEP_ variable is wrong: ");

  std::string config(environment.variable("CASWEEP_CONFIG"));
  if (values.count("config") > 0) config = values["config"].as<std::string>();
  if (!config.empty()) {
    store_values(parse_config_file(config, configurable, config_keys), line, values, ExitCode::data,
                 fmt::format("The config file '{}' is wrong: ", config));
  }
  for (const Operand& operand : line.operands) {
    if (operand.count == OperandCount::optional || values.count(operand.name) > 0) continue;
    throw CommandError(ExitCode::usage,
                       fmt::format("'{}' needs the argument {}.{}", line.command, operand.name, see_help(line)));
  }
  return values;
}

std::string text_of(const po::variables_map& values, const char* option) {
  return values.count(option) > 0 ? values[option].as<std::string>() : std::string{};
}

}  // namespace casweep::cli
