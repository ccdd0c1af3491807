// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/publication.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <random>

#include "base/file_descriptor.h"

namespace casweep::store {

std::filesystem::path temporary_name_beside(const std::filesystem::path& file) {
  std::random_device source;
  return file.parent_path() / fmt::format(".{}.{:08x}{:08x}.tmp", file.filename().string(), source(), source());
}

void sync_name_of(const std::filesystem::path& file) noexcept {
  const std::filesystem::path parent = file.parent_path();
  const base::FileDescriptor folder(::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());  // not if it may be written and not read
}

}  // namespace casweep::store
