// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/output_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <streambuf>
#include <string_view>
#include <utility>

#include "cli/command_error.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

CommandError cannot_write(const fs::path& file, int error) {
  return {ExitCode::file,
          fmt::format("'{}' cannot be written ({}); choose another place.", file.string(), std::strerror(error))};
}

base::PublishedFile create(const fs::path& file, base::Readers readers) {
  auto made = base::PublishedFile::create(file, readers);
  if (!made) throw cannot_write(file, made.error());
  return *std::move(made);
}

/// Writes to a file descriptor and keeps the errno of a failure.
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

CommandError is_there(const fs::path& file, Force force) {
  return {ExitCode::file,
          fmt::format("'{}' already exists{}", file.string(),
                      force == Force::not_offered ? " (not overwritten); name a new file." : "; --force replaces it.")};
}

/// Refuses early what `publish` would refuse.
fs::path checked(fs::path file, Force force) {
  if (file == "-") {
    throw CommandError(
        ExitCode::usage,
        "-o - is not standard output: omit -o for standard output, or use './-' for a file of that name.");
  }
  struct stat status {};
  if (lstat(file.c_str(), &status) != 0) return file;
  if (!S_ISREG(status.st_mode)) {
    throw CommandError(ExitCode::file,
                       fmt::format("'{}' is not a regular file; choose a regular file or a new name.", file.string()));
  }
  if (force != Force::given) throw is_there(file, force);
  return file;
}

}  // namespace

struct OutputFile::Impl {
  Impl(fs::path name, Force replaces, base::Readers readers)
      : file(checked(std::move(name), replaces)), force(replaces), content(create(file, readers)) {}

  fs::path file;
  Force force;
  base::PublishedFile content;
  DescriptorBuffer buffer{content.descriptor()};
  std::ostream stream{&buffer};
};

OutputFile::OutputFile(fs::path file, Force force, base::Readers readers)
    : impl_(std::make_unique<Impl>(std::move(file), force, readers)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

std::ostream& OutputFile::stream() { return impl_->stream; }

bool OutputFile::has_content() {
  impl_->stream.flush();
  struct stat status {};
  return fstat(impl_->content.descriptor(), &status) == 0 && status.st_size > 0;
}

void OutputFile::publish() {
  const fs::path& file = impl_->file;
  if (!impl_->stream.flush()) throw cannot_write(file, impl_->buffer.error());
  const auto published =
      impl_->content.publish(impl_->force == Force::given ? base::Existing::replace : base::Existing::keep);
  if (!published)
    throw published.error() == EEXIST ? is_there(file, impl_->force) : cannot_write(file, published.error());
}

}  // namespace casweep::cli
