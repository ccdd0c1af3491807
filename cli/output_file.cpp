// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/command_error.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

CommandError cannot_write(const fs::path& file, int error) {
  return {ExitCode::file,
          fmt::format("'{}' cannot be written ({}); choose another place.", file.string(), std::strerror(error))};
}

/// A file beside the one to be made, gone at the end unless it was given its name.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& file)
      : name_(file.parent_path() / fmt::format(".{}.{}.tmp", file.filename().string(), getpid())),
        // Not mkstemp: that would make it 0600 whatever the umask says.
        fd_(open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (fd_ < 0) throw cannot_write(file, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    close(fd_);
    unlink(name_.c_str());  // after a rename there is nothing of that name any more
  }

  [[nodiscard]] const fs::path& name() const { return name_; }

  bool write_all(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = write(fd_, content.data(), content.size());
      if (written < 0 && errno != EINTR) return false;
      if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(fd_) == 0;
  }

 private:
  fs::path name_;
  int fd_;
};

void sync_folder(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;  // a folder that may be written and not read
  fsync(fd);
  close(fd);
}

}  // namespace

void write_output_file(const fs::path& file, std::string_view content, Existing existing) {
  struct stat status {};
  const bool there = lstat(file.c_str(), &status) == 0;
  if (there && !S_ISREG(status.st_mode)) {
    throw CommandError(ExitCode::file, fmt::format("'{}' is no regular file and stays as it is.", file.string()));
  }
  const CommandError kept(ExitCode::file, fmt::format("'{}' is there already; --force replaces it.", file.string()));
  if (there && existing == Existing::keep) throw kept;

  TemporaryFile temporary(file);
  if (!temporary.write_all(content)) throw cannot_write(file, errno);
  if (existing == Existing::replace) {
    if (rename(temporary.name().c_str(), file.c_str()) != 0) throw cannot_write(file, errno);
  } else if (link(temporary.name().c_str(), file.c_str()) != 0) {
    // link() never replaces: whoever made the file meanwhile keeps it.
    throw errno == EEXIST ? kept : cannot_write(file, errno);
  }
  sync_folder(file);
}

}  // namespace casweep::cli
