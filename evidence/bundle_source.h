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

/// The files of an untrusted bundle, in a folder or in a tar archive as casweep writes it. Anything other than a
/// regular file with a permitted name (a link, a device, a path that leaves the folder, a duplicate name) is an
/// EvidenceError (wrong) as soon as it is found. Regular files that `is_side_file` recognizes are skipped and listed.
class BundleSource {
 public:
  struct Entry {
    std::string name;
    std::uint64_t size = 0;
  };

  /// Opens `place`. Throws EvidenceError (wrong or unreadable).
  [[nodiscard]] static std::unique_ptr<BundleSource> open(const std::filesystem::path& place);

  virtual ~BundleSource() = default;

  /// Sorted by name.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  /// Regular files that are not part of the bundle, sorted by name.
  [[nodiscard]] const std::vector<std::string>& side_files() const { return side_files_; }

  /// The folder that a tar archive unpacks into; empty: none, or not an archive.
  [[nodiscard]] const std::string& archive_folder() const { return archive_folder_; }

  /// Passes the content of one of `entries` to `take`, piece by piece, and no more than its size.
  virtual void read(const Entry& entry, const std::function<void(std::string_view piece)>& take) const = 0;

 protected:
  std::vector<Entry> entries_;
  std::vector<std::string> side_files_;
  std::string archive_folder_;
};

}  // namespace casweep::evidence
