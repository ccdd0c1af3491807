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

/// Writes `files`, which are in the order of their names, as a POSIX ustar archive (IEEE Std 1003.1) that depends on
/// nothing but them and `folder`: every member is a plain file of mode 0644, of user and group 0, from 1970, and
/// unpacks into `folder` (empty: into the current one).
void write_archive(std::ostream& out, std::span<const BundleFile> files, std::string_view folder = {});

/// A file in an archive.
struct ArchiveMember {
  std::string name;          ///< without the folder
  std::uint64_t offset = 0;  ///< of its content
  std::uint64_t size = 0;
  std::string folder{};  ///< that it unpacks into: the same for all of them; empty: none

  bool operator==(const ArchiveMember&) const = default;
};

/// What is in an archive of `size` bytes that `write_archive` wrote, of which `read(offset, size)` gives a piece.
/// Throws EvidenceError (wrong) for anything that is not to the byte what that writes; but a plain file whose name is
/// one of `added` may stand at the end, in the same folder, as any tar appended it.
[[nodiscard]] std::vector<ArchiveMember> read_archive(
    std::uint64_t size, const std::function<std::string(std::uint64_t offset, std::size_t size)>& read,
    std::span<const std::string_view> added);

}  // namespace casweep::evidence
