// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/private_directory.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace casweep::base {

tl::expected<PrivateDirectory, int> PrivateDirectory::make() {
  if (const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR"); runtime_dir != nullptr && *runtime_dir == '/') {
    // In a service or after `su`, the variable may name a directory that does not exist or belongs to another user.
    if (auto directory = make_below(runtime_dir)) return directory;
  }
  return make_below("/tmp");
}

tl::expected<PrivateDirectory, int> PrivateDirectory::make_below(const std::string& parent) {
  std::string path = parent + "/casweep-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) return tl::unexpected(errno);
  return PrivateDirectory(std::move(path), getpid());
}

PrivateDirectory::PrivateDirectory(PrivateDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})), owner_(other.owner_) {}

PrivateDirectory& PrivateDirectory::operator=(PrivateDirectory&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
    owner_ = other.owner_;
  }
  return *this;
}

PrivateDirectory::~PrivateDirectory() { remove(); }

void PrivateDirectory::remove() noexcept {
  if (path_.empty() || owner_ != getpid()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
  path_.clear();
}

}  // namespace casweep::base
