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
/// nothing but them: every member is a plain file of mode 0644, of nobody, from 1970.
void write_archive(std::ostream& out, std::span<const BundleFile> files);

/// A file in an archive.
struct ArchiveMember {
  std::string name;
  std::uint64_t offset = 0;  ///< of its content
  std::uint64_t size = 0;

  bool operator==(const ArchiveMember&) const = default;
};

/// What is in an archive of `size` bytes that `write_archive` wrote, of which `read(offset, size)` gives a piece.
/// Throws EvidenceError (wrong) for anything that is not to the byte what that writes; but a plain file whose name is
/// `added` may stand at the end, as any tar appended it.
[[nodiscard]] std::vector<ArchiveMember> read_archive(
    std::uint64_t size, const std::function<std::string(std::uint64_t offset, std::size_t size)>& read,
    std::span<const std::string_view> added);

}  // namespace casweep::evidence
