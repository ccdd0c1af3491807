// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace casweep::base {

/// A directory that only this account can enter (0700). The destructor removes it with its files, but only in the
/// process that created it, not in a forked child. A killed process leaves it behind.
class PrivateDirectory {
 public:
  /// Below $XDG_RUNTIME_DIR if possible, otherwise below /tmp. The error is an errno.
  [[nodiscard]] static tl::expected<PrivateDirectory, int> make();

  /// Below `parent`, for files that may be too large for those.
  [[nodiscard]] static tl::expected<PrivateDirectory, int> make_below(const std::string& parent);

  PrivateDirectory() = default;
  PrivateDirectory(PrivateDirectory&& other) noexcept;
  PrivateDirectory& operator=(PrivateDirectory&& other) noexcept;
  ~PrivateDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }  ///< empty: none

 private:
  PrivateDirectory(std::string path, pid_t owner) : path_(std::move(path)), owner_(owner) {}
  void remove() noexcept;

  std::string path_;
  pid_t owner_ = 0;
};

}  // namespace casweep::base
