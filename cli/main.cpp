// SPDX-License-Identifier: GPL-3.0-or-later
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <iostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/terminal/environment.h"

namespace {

using casweep::cli::Environment;
using casweep::cli::ExitCode;

/// A password may be in memory: no core file, and none handed to a crash collector either, which a limit of 0 alone
/// does not keep from it (core(5)).
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

std::size_t columns_of(int fd) {
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Environment environment_of_process() {
  Environment environment{.out = std::cout, .err = std::cerr};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  environment.in = &std::cin;
  environment.system_config = "/etc/casweep";
  environment.system_data = "/var/lib/casweep";
  environment.journal_socket = "/run/systemd/journal/socket";
  environment.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  environment.err_is_terminal = isatty(STDERR_FILENO) == 1;
  environment.utf8 = std::string_view(nl_langinfo(CODESET)) == "UTF-8";
  environment.columns = columns_of(environment.out_is_terminal ? STDOUT_FILENO : STDERR_FILENO);
  return environment;
}

/// Whether standard output is a pipe that its reader has closed.
bool output_has_no_reader() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int run(std::span<const std::string> arguments) {
  const Environment environment = environment_of_process();
  return casweep::cli::exit_code_of_running(environment, [&] {
    const int code = casweep::cli::dispatch(arguments, environment);
    std::cout << std::flush;
    // A reader such as head(1) that has seen enough is no error, and takes nothing from the result of a scan.
    if (std::cout || output_has_no_reader()) return code;
    say(environment, "The output could not be written; check where standard output goes.");
    return static_cast<int>(ExitCode::file);
  });
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);  // a parent may have ignored it, and then no child process could be waited for
  // Only the character set: numbers and times are the same in every locale.
  std::setlocale(LC_CTYPE, "");
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return run(arguments);
}
