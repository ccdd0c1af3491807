// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <streambuf>
#include <string>
#include <utility>

#include "cli/command_error.h"
#include "store/publication.h"

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
  TemporaryFile(const fs::path& file, Readers readers)
      : name_(store::temporary_name_beside(file)),
        // Not mkstemp: that would make it 0600 whatever the umask says.
        fd_(open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers == Readers::owner ? 0600 : 0666)) {
    if (fd_ < 0) throw cannot_write(file, errno);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    close(fd_);
    unlink(name_.c_str());  // after a rename there is nothing of that name any more
  }

  [[nodiscard]] const fs::path& name() const { return name_; }

  [[nodiscard]] int fd() const { return fd_; }

 private:
  fs::path name_;
  int fd_;
};

/// Writes to a file descriptor, and keeps why it could not.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int fd) : fd_(fd) { setp(buffer_.data(), buffer_.data() + buffer_.size()); }

  [[nodiscard]] int error() const { return error_; }

 protected:
  int_type overflow(int_type character) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
    return traits_type::not_eof(character);
  }

  int sync() override {
    std::string_view rest(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    while (!rest.empty() && error_ == 0) {
      const ssize_t written = write(fd_, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) error_ = errno;
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return error_ == 0 ? 0 : -1;
  }

 private:
  int fd_;
  int error_ = 0;
  std::array<char, 65536> buffer_{};
};

CommandError is_there(const fs::path& file, Existing existing) {
  return {ExitCode::file,
          fmt::format("'{}' is there already{}", file.string(),
                      existing == Existing::keep ? " and stays as it is; name a new file." : "; --force replaces it.")};
}

/// Refuses early what `publish` would refuse.
fs::path checked(fs::path file, Existing existing) {
  if (file == "-") {
    throw CommandError(
        ExitCode::usage,
        "-o - would make a file of that name: leave -o out for standard output, or name the file './-'.");
  }
  struct stat status {};
  if (lstat(file.c_str(), &status) != 0) return file;
  if (!S_ISREG(status.st_mode)) {
    throw CommandError(ExitCode::file, fmt::format("'{}' is no regular file and stays as it is.", file.string()));
  }
  if (existing != Existing::replace) throw is_there(file, existing);
  return file;
}

}  // namespace

struct OutputFile::Impl {
  Impl(fs::path to_make, Existing mode, Readers readers)
      : file(checked(std::move(to_make), mode)), existing(mode), temporary(file, readers) {}

  fs::path file;
  Existing existing;
  TemporaryFile temporary;
  DescriptorBuffer buffer{temporary.fd()};
  std::ostream stream{&buffer};
};

OutputFile::OutputFile(fs::path file, Existing existing, Readers readers)
    : impl_(std::make_unique<Impl>(std::move(file), existing, readers)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

std::ostream& OutputFile::stream() { return impl_->stream; }

void OutputFile::publish() {
  const fs::path& file = impl_->file;
  const TemporaryFile& temporary = impl_->temporary;
  if (!impl_->stream.flush()) throw cannot_write(file, impl_->buffer.error());
  if (fsync(temporary.fd()) != 0) throw cannot_write(file, errno);
  if (impl_->existing == Existing::replace) {
    if (rename(temporary.name().c_str(), file.c_str()) != 0) throw cannot_write(file, errno);
  } else if (link(temporary.name().c_str(), file.c_str()) != 0) {
    // link() never replaces: whoever made the file meanwhile keeps it.
    throw errno == EEXIST ? is_there(file, impl_->existing) : cannot_write(file, errno);
  }
  store::sync_name_of(file);
}

}  // namespace casweep::cli
