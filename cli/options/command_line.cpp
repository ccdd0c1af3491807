// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/any.hpp>
#include <boost/program_options/option.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/ascii_case.h"
#include "base/nearest_word.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/command_variables.h"
#include "cli/options/config_file.h"
#include "cli/options/document_file.h"
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

/// Whether the command is about one forest.
bool is_about_a_forest(const CommandLine& line) {
  return !line.of_fleet && (has_option(line, "domain") || has_option(line, "db"));
}

OptionGroup config_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()(
      "config", po::value<std::string>()->value_name("FILE"),
      "read option values from FILE instead of casweep.conf, one \"name = value\" per line (\"start-tls = yes\" for a "
      "flag)");
  return group;
}

constexpr std::string_view variable_prefix = "CASWEEP_";

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
  std::vector<std::string> known{"CONFIG", "FOREST"};
  known.insert(known.end(), command_variables.begin(), command_variables.end());
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
    for (const auto& opposites : group.opposites) {
      std::erase_if(parsed.options, [&](const po::option& option) {
        return (option.string_key == opposites.first && is_given(higher, opposites.second)) ||
               (option.string_key == opposites.second && is_given(higher, opposites.first));
      });
    }
  }
}

/// What the sources say, the higher ones first: boost::program_options keeps a value that an earlier call stored.
class Collected {
 public:
  explicit Collected(const CommandLine& line) : line_(line) {}

  /// `from` names the source; `wrong` begins the sentence about an error in it, which has the exit code `code`.
  void store(po::parsed_options parsed, std::string_view from, ExitCode code, std::string_view wrong) {
    try {
      yield_to(values_, line_, parsed);
      std::vector<Setting> added;
      for (const po::option& option : parsed.options) {
        const auto known = values_.find(option.string_key);
        if (known != values_.end() && !known->second.defaulted()) continue;  // also a flag that was switched off
        added.push_back({option.string_key, fmt::format("{}", fmt::join(option.value, " ")), std::string(from)});
      }
      po::store(parsed, values_);
      settings_.insert(settings_.end(), added.begin(), added.end());
    } catch (const po::error& error) {
      throw CommandError(code, fmt::format("{}{}.", wrong, error.what()));
    }
  }

  [[nodiscard]] const po::variables_map& values() const { return values_; }
  [[nodiscard]] Settings take() && { return {std::move(values_), std::move(settings_)}; }

 private:
  const CommandLine& line_;
  po::variables_map values_;
  std::vector<Setting> settings_;
};

/// `environment`, or with --forest without_one_forest(), which may be another. Throws CommandError (usage) for --forest
/// beside --domain.
Environment without_other_forest(const po::variables_map& arguments, const Environment& environment) {
  Environment rest = environment;
  if (arguments.count("forest") == 0) return rest;
  if (is_given(arguments, "domain")) {
    throw CommandError(ExitCode::usage,
                       "--forest and --domain exclude each other; the section of the forest has its domain.");
  }
  return without_one_forest(std::move(rest));
}

/// The forest that the command is about, of those that the files configure; empty: none of them.
std::string chosen_forest(const CommandLine& line, const po::variables_map& values,
                          const std::vector<ConfigFile>& files, const Environment& environment) {
  if (!is_about_a_forest(line) || is_given(values, "all-forests")) return {};
  const auto configured = forests_in(files);
  const auto require_configured = [&](const std::string& named, ExitCode code) {
    if (std::ranges::find(configured, named) != configured.end()) return named;
    const std::string known = configured.empty() ? "It has no section [forest NAME]."
                                                 : fmt::format("Its forests are {}.", fmt::join(configured, ", "));
    throw CommandError(code, fmt::format("No forest '{}' in the config file.{} {}", named,
                                         base::did_you_mean(named, configured), known));
  };
  if (values.count("forest") > 0) return require_configured(text_of(values, "forest"), ExitCode::usage);
  if (is_given(values, "domain") || is_given(values, "server")) {
    if (!configured.empty()) {
      note(environment,
           fmt::format("--domain or --server was given, so no [forest NAME] of the config file is used ({}).",
                       fmt::join(configured, ", ")));
    }
    return {};
  }
  const std::string in_variable(environment.variable("CASWEEP_FOREST"));
  if (!in_variable.empty()) return require_configured(in_variable, ExitCode::data);
  if (configured.empty()) return {};
  if (configured.size() == 1) return configured.front();
  const bool needs_history_only = !has_option(line, "domain");
  if (needs_history_only && is_given(values, "db")) return {};
  throw CommandError(
      ExitCode::usage,
      fmt::format("The config file has several forests: {}. Choose one with --forest.{}", fmt::join(configured, ", "),
                  has_option(line, "all-forests") ? " --all-forests scans them all." : ""));
}

/// The history of a forest for which the config files name none.
std::optional<std::filesystem::path> history_of(const std::string& forest, const std::vector<ConfigFile>& files) {
  const auto file =
      std::ranges::find_if(files, [&](const ConfigFile& candidate) { return candidate.find(forest) != nullptr; });
  if (file == files.end() || file->data.empty()) return std::nullopt;
  return file->data / forest / "history.db";
}

/// Says so if the lines above the sections name a history: with it, all forests would share one.
void note_unused_history(const std::string& forest, const std::filesystem::path& history,
                         const std::vector<ConfigFile>& files, const po::options_description& configurable,
                         const po::options_description& config_keys, const Environment& environment) {
  for (const ConfigFile& file : files) {
    const auto common = parse_config_lines(file, file.lines, configurable, config_keys);
    if (std::ranges::find(common.options, "db", &po::option::string_key) == common.options.end()) continue;
    note(environment, fmt::format("the db above the sections of '{}' is not used for the forest {}, which has its own "
                                  "history ({}); to name another, write db below [forest {}].",
                                  file.name, forest, history.string(), forest));
  }
}

/// `files` and the forest that the command is about, in the order in which they override.
void store_config(Collected& collected, const std::string& forest, const std::vector<ConfigFile>& files,
                  const po::options_description& configurable, const po::options_description& config_keys,
                  const Environment& environment) {
  const auto store_lines = [&](const ConfigFile& file, const std::string& lines, std::string_view section) {
    collected.store(parse_config_lines(file, lines, configurable, config_keys), file.name + std::string(section),
                    ExitCode::data, fmt::format("The config file '{}' is wrong: ", file.name));
  };
  for (const ConfigFile& file : files) {
    const ConfigFile::Forest* section = file.find(forest);
    if (section != nullptr) store_lines(file, section->lines, fmt::format(" [forest {}]", forest));
  }
  const auto history = history_of(forest, files);
  if (history && configurable.find_nothrow("db", false) != nullptr && collected.values().count("db") == 0) {
    note_unused_history(forest, *history, files, configurable, config_keys, environment);
  }
  if (history && configurable.find_nothrow("db", false) != nullptr) {
    po::parsed_options parsed(&configurable);
    parsed.options.emplace_back("db", std::vector<std::string>{history->string()});
    collected.store(parsed, "default", ExitCode::data, "");
  }
  for (const ConfigFile& file : files) store_lines(file, file.lines, "");
}

}  // namespace

bool has_option(const CommandLine& line, const std::string& name) {
  return std::ranges::any_of(
      line.options, [&](const OptionGroup& group) { return group.options.find_nothrow(name, false) != nullptr; });
}

const std::vector<std::string>& options_of_one_forest() {
  static const std::vector<std::string> options{"forest", "domain", "server", "db", "ca", "output"};
  return options;
}

Environment without_one_forest(Environment environment) {
  for (const std::string& option : options_of_one_forest()) environment.variables.erase(variable_name(option));
  return environment;
}

OptionGroup forest_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()("forest", po::value<std::string>()->value_name("NAME"),
                              "use the values below [forest NAME] in the config file");
  return group;
}

std::string variable_name(std::string_view option) {
  std::string name(variable_prefix);
  for (const char character : option) {
    name += character == '-' ? '_' : base::ascii_upper(character);
  }
  return name;
}

std::vector<OptionGroup> groups_of(const CommandLine& line) {
  std::vector<OptionGroup> groups = line.options;
  if (line.prints_document) groups.push_back(document_options());
  groups.push_back(config_option());
  if (is_about_a_forest(line)) groups.push_back(forest_option());
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

Settings settings_of(const CommandLine& line, const po::options_description& config_keys,
                     std::span<const std::string> arguments, const Environment& environment) {
  po::options_description options;
  for (const OptionGroup& group : groups_of(line)) options.add(group.options);
  const po::options_description all = with_operands(line, options);
  const po::options_description configurable = configurable_options(line);

  Collected collected(line);
  collected.store(parse_arguments(line, options, all, arguments), "argument", ExitCode::usage,
                  fmt::format("'{}': ", line.command));
  warn_of_slips(config_keys, environment);
  collected.store(parse_variables(configurable, without_other_forest(collected.values(), environment)), "environment",
                  ExitCode::data, "A CASWEEP_ variable is wrong: ");
  const auto files = config_files(text_of(collected.values(), "config"), environment);
  const std::string forest = chosen_forest(line, collected.values(), files, environment);
  store_config(collected, forest, files, configurable, config_keys, environment);
  return std::move(collected).take();
}

po::variables_map parse_command_line(const CommandLine& line, const po::options_description& config_keys,
                                     std::span<const std::string> arguments, const Environment& environment) {
  po::variables_map values = settings_of(line, config_keys, arguments, environment).values;
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
