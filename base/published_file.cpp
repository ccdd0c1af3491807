// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/published_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

namespace casweep::base {

tl::expected<PublishedFile, int> PublishedFile::create(const std::filesystem::path& file, Readers readers) {
  auto temporary_name = temporary_name_beside(file);
  // Not mkstemp(), which ignores the umask and always creates files as 0600.
  FileDescriptor descriptor(
      ::open(temporary_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers == Readers::owner ? 0600 : 0666));
  if (!descriptor) return tl::unexpected(errno);
  return PublishedFile(file, std::move(temporary_name), std::move(descriptor));
}

PublishedFile::PublishedFile(std::filesystem::path file, std::filesystem::path temporary_name,
                             FileDescriptor descriptor)
    : file_(std::move(file)), temporary_name_(std::move(temporary_name)), descriptor_(std::move(descriptor)) {}

PublishedFile::PublishedFile(PublishedFile&& other) noexcept
    : file_(std::move(other.file_)),
      temporary_name_(std::move(other.temporary_name_)),
      descriptor_(std::move(other.descriptor_)) {}

PublishedFile::~PublishedFile() {
  if (descriptor_) ::unlink(temporary_name_.c_str());  // after a rename() there is no such file any more
}

tl::expected<void, int> PublishedFile::publish(Existing existing) {
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
