// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/password.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ostream>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"

namespace casweep::cli {
namespace {

/// Longer than any password of Windows (256), short enough to notice that the wrong file was named.
constexpr std::size_t longest_password = 1024;

/// Keeps typed characters off the screen while it lives.
class EchoOff {
 public:
  explicit EchoOff(int fd) : fd_(fd), changed_(tcgetattr(fd, &before_) == 0) {
    if (!changed_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(fd, TCSAFLUSH, &silent) == 0;
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff() {
    if (changed_) tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  [[nodiscard]] bool works() const { return changed_; }

 private:
  int fd_;
  termios before_{};
  bool changed_;
};

/// The first line of what `fd` gives. Stream classes would leave copies in their buffers.
base::Secret read_line(int fd) {
  std::string line;
  line.reserve(longest_password + 1);  // growing would leave a copy behind
  for (char letter = 0; line.size() <= longest_password;) {
    Interruption::wait_for_input(fd);
    const ssize_t count = read(fd, &letter, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || letter == '\n') break;
    line += letter;
  }
  if (line.ends_with('\r')) line.pop_back();
  return base::Secret(std::move(line));
}

CommandError no_password(const std::string& message) { return {ExitCode::credentials, message}; }

}  // namespace

base::Secret read_password_file(const std::string& file, const Environment& environment) {
  const base::FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!input || fstat(input.get(), &status) != 0) {
    throw no_password(fmt::format("The password file '{}' cannot be read ({}).", file, std::strerror(errno)));
  }
  require_trusted_input("password file", file, input.get(), ExitCode::credentials);
  if (S_ISREG(status.st_mode) && (status.st_mode & S_IROTH) != 0) {
    note(environment,
         fmt::format("all users on this host can read the password file {}; chmod 600 it.", base::terminal_safe(file)));
  }
  base::Secret password = read_line(input.get());
  if (password.empty() || password.reveal().size() > longest_password) {
    throw no_password(fmt::format("The password file '{}' has no password on its first line.", file));
  }
  return password;
}

base::Secret ask_for_password(const std::string& whom, std::string_view instead) {
  const base::FileDescriptor terminal(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal) {
    throw no_password(fmt::format("There is no terminal to ask for the password of {}; give {}.", whom, instead));
  }
  const auto say = [&](std::string_view text) {
    if (write(terminal.get(), text.data(), text.size()) < 0) throw no_password("The terminal cannot be written to.");
  };
  const EchoOff silent(terminal.get());
  if (!silent.works()) throw no_password(fmt::format("The terminal does not hide what is typed; give {}.", instead));
  say(fmt::format("Password of {}: ", base::terminal_safe(whom)));
  base::Secret password = [&] {
    try {
      return read_line(terminal.get());
    } catch (const Interrupted&) {
      (void)!write(terminal.get(), "\n", 1);  // a terminal that went with the signal is no other failure
      throw;
    }
  }();
  say("\n");
  if (password.empty()) throw no_password("No password was typed.");
  return password;
}

}  // namespace casweep::cli
