// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/trusted_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/file_descriptor.h"

namespace casweep::base {

namespace {

using Distrust = std::optional<std::string>;

constexpr int most_links = 40;  // like the kernel

bool is_trusted(uid_t owner) { return owner == 0 || owner == geteuid() || owner == getuid(); }

Distrust distrust_of_owner(const std::string& path, const struct stat& status) {
  if (is_trusted(status.st_uid)) return std::nullopt;
  return fmt::format("{} belongs to the user with ID {}", path, status.st_uid);
}

Distrust distrust_of_mode(const std::string& path, const struct stat& status) {
  if ((status.st_mode & S_IWOTH) != 0) return fmt::format("everyone can write to {}", path);
  if ((status.st_mode & S_IWGRP) != 0) return fmt::format("the group with ID {} can write to {}", status.st_gid, path);
  return std::nullopt;
}

/// Whether another user can replace files in `folder`.
Distrust distrust_of_folder(const std::string& folder) {
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return fmt::format("{} cannot be checked", folder);
  if (auto distrust = distrust_of_owner(folder, status)) return distrust;
  // In a sticky folder, only a file's owner may rename it.
  return (status.st_mode & S_ISVTX) != 0 ? std::nullopt : distrust_of_mode(folder, status);
}

/// Follows the path to `file` as the kernel does.
Distrust distrust_of_way(const std::string& file) {
  std::error_code error;
  std::filesystem::path at = std::filesystem::current_path(error);
  std::deque<std::filesystem::path> names;
  const auto walk_first = [&](const std::filesystem::path& path) {
    if (path.is_absolute()) at = "/";
    const auto relative = path.relative_path();
    names.insert(names.begin(), relative.begin(), relative.end());
  };
  walk_first(file);
  // Also for a relative path: renaming a folder above it changes its target.
  if (std::filesystem::path(file).is_relative()) {
    for (auto above = at; above != above.root_path(); above = above.parent_path()) {
      if (auto distrust = distrust_of_folder(above)) return distrust;
    }
  }
  for (int links = 0; !names.empty();) {
    const auto name = names.front();
    names.pop_front();
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      at = at.parent_path();
      continue;
    }
    if (auto distrust = distrust_of_folder(at)) return distrust;
    const std::string next = at / name;
    struct stat status {};
    if (lstat(next.c_str(), &status) != 0) return fmt::format("{} cannot be checked", next);
    if (!S_ISLNK(status.st_mode)) {
      at = next;
      continue;
    }
    if (auto distrust = distrust_of_owner(next, status)) return distrust;
    if (++links > most_links) return fmt::format("{} has too many symbolic links", file);
    const auto target = std::filesystem::read_symlink(next, error);
    if (error) return fmt::format("{} cannot be checked", next);
    walk_first(target);
  }
  return std::nullopt;
}

Distrust distrust_of(const std::string& file, int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) return fmt::format("{} cannot be checked", file);
  if (S_ISCHR(status.st_mode)) return std::nullopt;  // a terminal, or /dev/null
  if (auto distrust = distrust_of_owner(file, status)) return distrust;
  if (auto distrust = distrust_of_mode(file, status)) return distrust;
  return S_ISREG(status.st_mode) ? distrust_of_way(file) : std::nullopt;
}

}  // namespace

tl::expected<void, std::string> require_trusted(const std::string& file, int descriptor) {
  if (auto distrust = distrust_of(file, descriptor)) return tl::unexpected(*std::move(distrust));
  return {};
}

tl::expected<void, std::string> require_trusted(const std::string& file) {
  const FileDescriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor) return {};
  return require_trusted(file, descriptor.get());
}

}  // namespace casweep::base
