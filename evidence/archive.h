// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/bundle_file.h"

namespace casweep::evidence {

/// Writes `files`, sorted by name, as a POSIX ustar archive (IEEE Std 1003.1) whose bytes depend only on `files` and
/// `folder`: every member is a regular file with mode 0644, user and group 0 and a time in 1970, and unpacks into
/// `folder` (empty: the current folder).
void write_archive(std::ostream& out, std::span<const BundleFile> files, std::string_view folder = {});

/// A file in an archive.
struct ArchiveMember {
  std::string name;          ///< without the folder
  std::uint64_t offset = 0;  ///< of its content
  std::uint64_t size = 0;
  std::string folder{};  ///< it unpacks into; the same for all members; empty: none

  bool operator==(const ArchiveMember&) const = default;
};

/// The members of an archive of `size` bytes that `write_archive` wrote; `read(offset, size)` returns a part of it.
/// Throws EvidenceError (wrong) for any deviation from what `write_archive` writes, except that a regular file named in
/// `added` may follow at the end, in the same folder, as appended by any tar.
[[nodiscard]] std::vector<ArchiveMember> read_archive(
    std::uint64_t size, const std::function<std::string(std::uint64_t offset, std::size_t size)>& read,
    std::span<const std::string_view> added);

}  // namespace casweep::evidence
