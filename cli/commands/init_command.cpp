// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/host_name.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/base_directories.h"
#include "cli/options/command_line.h"
#include "cli/options/config_file.h"
#include "cli/options/connection_options.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/output_file.h"
#include "logon/kerberos_ticket.h"

namespace casweep::cli {
namespace {

/// What a section of the config file needs.
struct Answers {
  std::string domain;
  std::string forest;
  std::string user;    ///< empty: the account of the Kerberos ticket at hand
  std::string keytab;  ///< empty: a password is asked for
};

/// Asks on standard error, so that standard output may be a file, and takes a line of standard input for an answer.
class Interview {
 public:
  explicit Interview(const Environment& environment) : environment_(environment) {}

  /// Asks until `is_valid`; an empty answer is `otherwise`.
  std::string ask(std::string_view question, const std::string& otherwise,
                  const std::function<bool(const std::string&)>& is_valid, std::string_view what_is_wrong) {
    for (;;) {
      environment_.err << question << (otherwise.empty() ? "" : fmt::format(" [{}]", base::terminal_safe(otherwise)))
                       << ": " << std::flush;
      std::string answer = line();
      if (answer.empty()) answer = otherwise;
      if (is_valid(answer)) return answer;
      environment_.err << what_is_wrong << '\n';
    }
  }

 private:
  std::string line() {
    std::string text;
    if (environment_.in == nullptr || !std::getline(*environment_.in, text)) {
      environment_.err << '\n';
      throw CommandError(ExitCode::usage, "The answers ended before the questions; nothing was written.");
    }
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
  }

  const Environment& environment_;
};

bool is_principal(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && base::is_host_name(text.substr(at + 1)) &&
         std::ranges::none_of(text, [](char letter) { return letter == ' ' || letter == '#' || letter == '\t'; });
}

bool is_file_name(const std::string& text) { return std::filesystem::path(text).is_absolute(); }

Answers ask(const Environment& environment, const std::vector<std::string>& configured) {
  Interview interview(environment);
  Answers answers;
  const std::string at_hand = logon::KerberosTicket::owner_at_hand();
  answers.domain =
      interview.ask("DNS name of a domain in the forest, for example corp.example", domain_of_principal(at_hand),
                    base::is_host_name, "That is not the DNS name of a domain.");
  const auto is_free = [&](const std::string& name) {
    return is_forest_name(name) && std::ranges::find(configured, name) == configured.end();
  };
  const std::string label = answers.domain.substr(0, answers.domain.find('.'));
  answers.forest =
      interview.ask("Short name for the forest", is_free(label) ? label : "", is_free,
                    "A name has letters, digits, dots, hyphens and underscores, and no other forest has it.");
  answers.user = interview.ask(
      "Account, as USER@REALM, or nothing for the Kerberos ticket of each run", "",
      [](const std::string& user) { return user.empty() || is_principal(user); },
      "Write it like svc-casweep@CORP.EXAMPLE.");
  if (answers.user.empty()) return answers;
  answers.keytab = interview.ask(
      "Keytab of the account, or nothing to be asked for the password", "",
      [](const std::string& file) { return file.empty() || is_file_name(file); }, "Write the whole path of the file.");
  return answers;
}

/// While it exists, only this account can write to files and folders that the process creates. The usual umask of a
/// user is 002 on some systems, and a config file that a group can write to is refused.
class CautiousUmask {
 public:
  CautiousUmask() : before_(::umask(S_IWGRP | S_IWOTH)) { ::umask(before_ | S_IWGRP | S_IWOTH); }
  ~CautiousUmask() { ::umask(before_); }
  CautiousUmask(const CautiousUmask&) = delete;
  CautiousUmask& operator=(const CautiousUmask&) = delete;

 private:
  mode_t before_;
};

std::string section_of(const Answers& answers) {
  std::string section = fmt::format("[forest {}]\ndomain = {}\n", answers.forest, answers.domain);
  if (!answers.user.empty()) section += fmt::format("user = {}\n", answers.user);
  if (!answers.keytab.empty()) section += fmt::format("keytab = {}\n", config_value(answers.keytab));
  return section;
}

/// The config file for all users, for root, and otherwise the user's own.
std::filesystem::path default_file(const Environment& environment) {
  const auto directory = geteuid() == 0 && !environment.system_config.empty() ? environment.system_config
                                                                              : user_config_directory(environment);
  if (directory.empty()) throw CommandError(ExitCode::data, "HOME is not set; name the file to write.");
  return directory / "casweep.conf";
}

int run_init(const po::variables_map& values, const Environment& environment) {
  const std::filesystem::path file =
      values.count("FILE") > 0 ? std::filesystem::path(text_of(values, "FILE")) : default_file(environment);
  std::error_code ignored;
  const bool exists = std::filesystem::exists(file, ignored);
  std::vector<ConfigFile> before;
  if (exists) before = config_files(file.string(), environment);
  const Answers answers = ask(environment, forests_in(before));
  const std::string section = section_of(answers);

  const CautiousUmask umask;
  std::filesystem::create_directories(std::filesystem::absolute(file).parent_path(), ignored);  // else the file fails
  OutputFile output(file, Force::given);
  if (exists) output.stream() << before.front().text << (before.front().text.ends_with('\n') ? "\n" : "\n\n");
  output.stream() << section;
  output.publish();

  environment.out << fmt::format(
      "{}:\n\n{}\nNext:\n  casweep config check\n  casweep doctor --forest {}\n  casweep scan --forest {}\n",
      base::terminal_safe(file.string()), section, answers.forest, answers.forest);
  require_trusted_input("config file", file, ExitCode::data);  // a folder that was there may be open to others
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command init_command() {
  return {
      .line = {.command = "init",
               .operands = {{.name = "FILE",
                             .text = "the config file to write (default: /etc/casweep/casweep.conf for root, otherwise "
                                     "~/.config/casweep/casweep.conf)",
                             .count = OperandCount::optional,
                             .kind = OperandKind::file}}},
      .run = run_init,
      .summary = "ask a few questions and add a forest to the config file",
      .usage = {"[FILE] [OPTION]..."},
      .description = {"Asks for a domain of the forest, a short name for it, the account and its keytab, and adds a "
                      "[forest NAME] section to the config file. What is in the file stays. It asks on standard error "
                      "and reads standard input, a line for each answer."},
      .examples = {{"Configure a forest", "casweep init"}, {"Write another file", "casweep init ./casweep.conf"}},
      .exit_codes = {{"0", "the section was added"},
                     {"64", "the answers ended too early; nothing was written"},
                     {"65", "the existing file is wrong, or others can change the file that was written"},
                     {"74", "the file cannot be written"}}};
}

}  // namespace casweep::cli
