// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <tl/expected.hpp>

#include "base/file_descriptor.h"

namespace casweep::base {

/// What happens to a file that already has the name.
enum class Existing { keep, replace };

/// Who may read a file: everyone the umask allows or, where it replaces a file, everyone who could read that; or its
/// owner only.
enum class Readers { umask, owner };

/// A file that gets its name complete and on the disk, or not at all: it is written under a temporary name beside it,
/// which disappears with the object.
class PublishedFile {
 public:
  /// Creates the temporary file, empty and open for writing. The error is an errno.
  [[nodiscard]] static tl::expected<PublishedFile, int> create(const std::filesystem::path& file, Readers readers);

  PublishedFile(PublishedFile&& other) noexcept;
  PublishedFile& operator=(PublishedFile&&) = delete;
  ~PublishedFile();

  [[nodiscard]] const std::filesystem::path& temporary_name() const { return temporary_name_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }

  /// Writes the content to the disk and gives the file its name. A file that replaces a regular one gets its mode, its
  /// group and, if this process may set it, its owner; without the group it gets no permissions for a group. It is
  /// never readable for more users, also not while it is written. The error is an errno; EEXIST: there is a file of
  /// that name, and it was kept.
  [[nodiscard]] tl::expected<void, int> publish(Existing existing);

 private:
  PublishedFile(std::filesystem::path file, std::filesystem::path temporary_name, FileDescriptor descriptor,
                Readers readers);

  std::filesystem::path file_;
  std::filesystem::path temporary_name_;
  FileDescriptor descriptor_;
  Readers readers_;
};

/// A hidden name with 64 random bits in the folder of `file`: what a killed process leaves there blocks no other.
[[nodiscard]] std::filesystem::path temporary_name_beside(const std::filesystem::path& file);

/// Writes the name of `file`, which was created or renamed, to the disk, where the folder and its file system allow it.
void sync_name_of(const std::filesystem::path& file) noexcept;

}  // namespace casweep::base
