// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/published_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <random>
#include <utility>

namespace casweep::base {
namespace {

/// nullopt: there is no regular file of this name.
std::optional<struct stat> regular_file(const std::filesystem::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

/// Lets the same users read the file as `replaced`. What this process may not set makes the file readable for fewer.
void keep_access(int descriptor, const struct stat& replaced) {
  constexpr mode_t permissions = 0775;  // other users may not change what this process writes
  constexpr mode_t of_group = 0070;
  mode_t mode = replaced.st_mode & permissions;
  // Not the owner: in a folder that others may write to, root would give the file to the owner of what was put there.
  if (::fchown(descriptor, static_cast<uid_t>(-1), replaced.st_gid) != 0) mode &= ~of_group;
  (void)::fchmod(descriptor, mode);  // a file system without modes refuses
}

}  // namespace

tl::expected<PublishedFile, int> PublishedFile::create(const std::filesystem::path& file, Readers readers) {
  auto temporary_name = temporary_name_beside(file);
  // A file that replaces another one gets its mode when it is complete.
  const bool closed = readers == Readers::owner || regular_file(file);
  // Not mkstemp(), which ignores the umask and always creates files as 0600.
  FileDescriptor descriptor(
      ::open(temporary_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, closed ? 0600 : 0666));
  if (!descriptor) return tl::unexpected(errno);
  return PublishedFile(file, std::move(temporary_name), std::move(descriptor), readers);
}

PublishedFile::PublishedFile(std::filesystem::path file, std::filesystem::path temporary_name,
                             FileDescriptor descriptor, Readers readers)
    : file_(std::move(file)),
      temporary_name_(std::move(temporary_name)),
      descriptor_(std::move(descriptor)),
      readers_(readers) {}

PublishedFile::PublishedFile(PublishedFile&& other) noexcept
    : file_(std::move(other.file_)),
      temporary_name_(std::move(other.temporary_name_)),
      descriptor_(std::move(other.descriptor_)),
      readers_(other.readers_) {}

PublishedFile::~PublishedFile() {
  if (descriptor_) ::unlink(temporary_name_.c_str());  // after a rename() there is no such file any more
}

tl::expected<void, int> PublishedFile::publish(Existing existing) {
  if (existing == Existing::replace && readers_ == Readers::umask) {
    if (const auto replaced = regular_file(file_)) keep_access(descriptor_.get(), *replaced);
  }
  if (::fsync(descriptor_.get()) != 0) return tl::unexpected(errno);
  // link() never replaces a file that another process has created in the meantime.
  const int result = existing == Existing::replace ? ::rename(temporary_name_.c_str(), file_.c_str())
                                                   : ::link(temporary_name_.c_str(), file_.c_str());
  if (result != 0) return tl::unexpected(errno);
  sync_name_of(file_);
  return {};
}

std::filesystem::path temporary_name_beside(const std::filesystem::path& file) {
  std::random_device source;
  return file.parent_path() / fmt::format(".{}.{:08x}{:08x}.tmp", file.filename().string(), source(), source());
}

void sync_name_of(const std::filesystem::path& file) noexcept {
  const std::filesystem::path parent = file.parent_path();
  const FileDescriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());  // a folder that may be written but not read cannot be opened
}

}  // namespace casweep::base
