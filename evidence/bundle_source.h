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

/// The files of somebody else's bundle, in a folder or in a tar archive of casweep's own. Whatever is no plain file of
/// a name that a bundle has (a link, a device, a way out of the folder, a second file of a name) is an EvidenceError
/// (wrong), as soon as it is seen.
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

  /// Gives away what is in one of `entries`, a piece at a time, and no more than its size.
  virtual void read(const Entry& entry, const std::function<void(std::string_view piece)>& take) const = 0;

 protected:
  std::vector<Entry> entries_;
};

}  // namespace casweep::evidence
