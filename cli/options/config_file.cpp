// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/ascii_case.h"
#include "base/file_descriptor.h"
#include "base/nearest_word.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/base_directories.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/note.h"

namespace casweep::cli {
namespace {

/// Far more than all options need.
constexpr std::size_t longest_config_file = std::size_t{1024} * 1024;

constexpr std::string_view blanks = " \t\r";

constexpr auto file_name = "casweep.conf";

CommandError unreadable(const std::string& file, std::string_view why) {
  return {ExitCode::data, fmt::format("The config file '{}' cannot be read ({}).", file, why)};
}

std::string content_of(const std::string& file, const base::FileDescriptor& input) {
  require_trusted_input("config file", file, input.get(), ExitCode::data);
  std::string text;
  std::array<char, 4096> octets{};
  for (;;) {
    const ssize_t got = read(input.get(), octets.data(), octets.size());
    if (got < 0) throw unreadable(file, std::strerror(errno));
    if (got == 0) return text;
    text.append(octets.data(), static_cast<std::size_t>(got));
    if (text.size() > longest_config_file) throw unreadable(file, "it is larger than 1 MiB");
  }
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

/// The name in "[forest NAME]".
std::string forest_of_section(const std::string& file, std::string_view section) {
  constexpr std::string_view begin = "[forest ";
  const bool is_forest = section.starts_with(begin) && section.ends_with(']');
  const auto name = is_forest ? trimmed(section.substr(begin.size(), section.size() - begin.size() - 1)) : "";
  if (is_forest_name(name)) return std::string(name);
  throw CommandError(ExitCode::data,
                     fmt::format("The config file '{}' has the section '{}'; write it as [forest NAME], with a name of "
                                 "letters, digits, dots, hyphens and underscores.",
                                 file, section));
}

void split_into_sections(ConfigFile& file) {
  std::istringstream stream(file.text);
  std::string* lines = &file.lines;
  for (std::string line; std::getline(stream, line);) {
    const std::string_view words = trimmed(std::string_view(line).substr(0, line.find('#')));
    if (!words.starts_with('[')) {
      *lines += line + '\n';
      continue;
    }
    const std::string forest = forest_of_section(file.name, words);
    if (file.find(forest) != nullptr) {
      throw CommandError(ExitCode::data,
                         fmt::format("The config file '{}' has the section [forest {}] twice.", file.name, forest));
    }
    lines = &file.forests.emplace_back(ConfigFile::Forest{forest, {}}).lines;
  }
}

/// One line of a config file.
struct ConfigSetting {
  std::string name;
  std::string value;
};

/// The text in the quotes with which `text` begins. Throws CommandError (data), and never repeats it.
std::string unquoted(const std::string& file, const std::string& name, std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return CommandError(
        ExitCode::data,
        fmt::format("The config file '{}' has a value for '{}' that {}; quote the whole value, and write "
                    "\\\" for a quote in it.",
                    file, name, what));
  };
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      const std::string_view rest = trimmed(text.substr(i + 1));
      if (!rest.empty() && !rest.starts_with('#')) throw wrong("goes on after its closing quote");
      return value;
    }
    const bool is_escape = text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    if (is_escape) ++i;
    value += text[i];
  }
  throw wrong("has no closing quote");
}

/// nullopt: the line is empty, or a comment. Throws CommandError (data) for what is neither, and never repeats it.
std::optional<ConfigSetting> setting_in(const std::string& file, std::string_view line) {
  const auto comment = std::min(line.find('#'), line.size());
  const auto equals = line.find('=');
  if (equals > comment || equals == std::string_view::npos) {
    if (trimmed(line.substr(0, comment)).empty()) return std::nullopt;
    throw CommandError(ExitCode::data,
                       fmt::format("The config file '{}' has a line that is neither \"name = value\", a "
                                   "section nor a comment.",
                                   file));
  }
  std::string name(trimmed(line.substr(0, equals)));
  const std::string_view value = trimmed(line.substr(equals + 1));
  if (value.starts_with('"')) {
    std::string text = unquoted(file, name, value);
    return ConfigSetting{std::move(name), std::move(text)};
  }
  return ConfigSetting{std::move(name), std::string(trimmed(value.substr(0, value.find('#'))))};
}

CommandError unknown_key(const std::string& file, const std::string& name, const po::options_description& config_keys) {
  std::vector<std::string> known;
  for (const auto& option : config_keys.options()) known.push_back(option->long_name());
  return {ExitCode::data,
          fmt::format("The config file '{}' has the unknown key '{}'.{} It never holds a password, only "
                      "the name of a password-file.",
                      file, name, base::did_you_mean(name, known))};
}

/// nullopt: there is no such file, or what should be its folder is none.
std::optional<ConfigFile> read_config_file(const std::string& name, const std::filesystem::path& data) {
  struct stat status {};
  if (lstat(name.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  const base::FileDescriptor input(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!input) throw unreadable(name, std::strerror(errno));  // also a link that leads nowhere
  if (fstat(input.get(), &status) == 0 && !S_ISREG(status.st_mode)) throw unreadable(name, "it is not a plain file");
  ConfigFile file{.name = name, .data = data, .text = content_of(name, input), .lines = {}};
  split_into_sections(file);
  return file;
}

}  // namespace

bool is_forest_name(std::string_view name) {
  const auto is_letter_or_digit = [](char character) {
    return base::is_ascii_letter(character) || base::is_ascii_digit(character);
  };
  return !name.empty() && name.size() <= 64 && is_letter_or_digit(name.front()) &&
         std::ranges::all_of(name, [&](char character) {
           return is_letter_or_digit(character) || character == '.' || character == '-' || character == '_';
         });
}

std::string config_value(const std::string& text) {
  const bool is_plain = trimmed(text) == text && !text.starts_with('"') && text.find('#') == std::string::npos;
  if (is_plain) return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

const ConfigFile::Forest* ConfigFile::find(const std::string& forest) const {
  const auto found = std::ranges::find(forests, forest, &Forest::name);
  return found == forests.end() ? nullptr : &*found;
}

std::vector<ConfigFile> config_files(const std::string& named, const Environment& environment) {
  const auto variable = environment.variables.find("CASWEEP_CONFIG");
  const bool in_variable = named.empty() && variable != environment.variables.end();
  const std::string& name = in_variable ? variable->second : named;
  if (in_variable && name.empty()) return {};
  if (!name.empty()) {
    std::error_code ignored;
    const bool of_system = std::filesystem::equivalent(name, environment.system_config / file_name, ignored);
    auto file = read_config_file(name, of_system ? environment.system_data : user_data_directory(environment));
    if (!file) throw unreadable(name, std::strerror(ENOENT));
    return {*std::move(file)};
  }

  std::vector<ConfigFile> files;
  const auto add = [&](const std::filesystem::path& directory, const std::filesystem::path& data) {
    if (directory.empty()) return;
    const std::string file = directory / file_name;
    if (access(file.c_str(), R_OK) != 0 && errno == EACCES) {
      return note(environment, fmt::format("the config file {} is left out, because this account may not read it.",
                                           base::terminal_safe(file)));
    }
    if (auto read = read_config_file(file, data)) files.push_back(*std::move(read));
  };
  add(user_config_directory(environment), user_data_directory(environment));
  add(environment.system_config, environment.system_data);
  return files;
}

std::vector<std::string> forests_in(const std::vector<ConfigFile>& files) {
  std::vector<std::string> names;
  for (const ConfigFile& file : files) {
    for (const ConfigFile::Forest& forest : file.forests) {
      if (std::ranges::find(names, forest.name) == names.end()) names.push_back(forest.name);
    }
  }
  return names;
}

po::parsed_options parse_config_lines(const ConfigFile& file, const std::string& lines,
                                      const po::options_description& options,
                                      const po::options_description& config_keys) {
  po::parsed_options parsed(&options);
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const auto setting = setting_in(file.name, line);
    if (!setting) continue;
    const auto& [name, value] = *setting;
    if (config_keys.find_nothrow(name, false) == nullptr) throw unknown_key(file.name, name, config_keys);
    if (value.empty()) {
      throw CommandError(ExitCode::data,
                         fmt::format("The config file '{}' has no value for '{}'; a flag is switched on "
                                     "with yes.",
                                     file.name, name));
    }
    if (options.find_nothrow(name, false) != nullptr) parsed.options.emplace_back(name, std::vector{value});
  }
  return parsed;
}

}  // namespace casweep::cli
