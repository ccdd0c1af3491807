// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casweep::evidence {

/// The files of somebody else's bundle, in a folder or in a tar archive of casweep's own. Whatever is not a regular
/// file of a name that a bundle has (a link, a device, a way out of the folder, a second file of a name) is an
/// EvidenceError (wrong), as soon as it is seen. Plain files in a folder that `is_side_file` knows are left out, and
/// named.
class BundleSource {
 public:
  struct Entry {
    std::string name;
    std::uint64_t size = 0;
  };

  /// Opens `place`. Throws EvidenceError: also unreadable.
  [[nodiscard]] static std::unique_ptr<BundleSource> open(const std::filesystem::path& place);

  virtual ~BundleSource() = default;

  /// In the order of their names.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  /// Plain files that are no part of the bundle, in the order of their names.
  [[nodiscard]] const std::vector<std::string>& side_files() const { return side_files_; }

  /// The folder that a tar archive unpacks into; empty: none, or it is no archive.
  [[nodiscard]] const std::string& archive_folder() const { return archive_folder_; }

  /// Gives away what is in one of `entries`, a piece at a time, and no more than its size.
  virtual void read(const Entry& entry, const std::function<void(std::string_view piece)>& take) const = 0;

 protected:
  std::vector<Entry> entries_;
  std::vector<std::string> side_files_;
  std::string archive_folder_;
};

}  // namespace casweep::evidence
