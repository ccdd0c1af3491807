// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace casweep::base {

/// A directory that only this account can enter (0700), removed with the files in it when the object goes. A forked
/// child leaves it alone: it belongs to the process that made it. A process that is killed leaves it behind.
class PrivateDirectory {
 public:
  /// Below $XDG_RUNTIME_DIR if that can be, else below /tmp. The error is an errno.
  [[nodiscard]] static tl::expected<PrivateDirectory, int> make();

  /// Below `parent`, for what may be too large for those.
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
