// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle_source.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <system_error>
#include <utility>

#include "base/file_descriptor.h"
#include "base/terminal_text.h"
#include "evidence/archive.h"
#include "evidence/bundle.h"
#include "evidence/checksums.h"
#include "evidence/evidence_error.h"
#include "evidence/side_file.h"

namespace casweep::evidence {
namespace {

namespace fs = std::filesystem;
using base::FileDescriptor;
using Kind = EvidenceError::Kind;

constexpr std::size_t most_files = 100000;
constexpr std::size_t piece_size = 65536;

EvidenceError unreadable(const fs::path& place, int error_number) {
  return {Kind::unreadable, fmt::format("The bundle '{}' cannot be read ({}): check its permissions and its disk.",
                                        place.string(), std::generic_category().message(error_number))};
}

std::string added_name(const std::string& name) {
  return fmt::format("'{}' was added: it is not the name of a file in a bundle.", base::terminal_safe(name));
}

/// Reads `size` bytes at `offset`. Throws EvidenceError (wrong) if the file has become shorter.
std::string read_at(const fs::path& place, int fd, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto count = ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unreadable(place, errno);
    if (count == 0) throw wrong(fmt::format("'{}' became shorter while it was read.", place.string()));
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

void read_pieces(const fs::path& place, int fd, std::uint64_t offset, std::uint64_t size,
                 const std::function<void(std::string_view piece)>& take) {
  while (size > 0) {
    const auto piece = read_at(place, fd, offset, static_cast<std::size_t>(std::min<std::uint64_t>(size, piece_size)));
    take(piece);
    offset += piece.size();
    size -= piece.size();
  }
}

class FolderSource : public BundleSource {
 public:
  FolderSource(fs::path folder, FileDescriptor fd) : folder_(std::move(folder)) {
    list(std::move(fd), "");
    std::ranges::sort(entries_, {}, &Entry::name);
    std::ranges::sort(side_files_);
  }

  void read(const Entry& entry, const std::function<void(std::string_view piece)>& take) const override {
    const auto& [folder, name, identity] = files_.at(entry.name);
    const Opened file = opened(folder, name, entry.name);
    if (identity != Identity(file.status)) throw wrong(fmt::format("{} was replaced while it was read.", entry.name));
    read_pieces(folder_ / entry.name, file.fd.get(), 0, entry.size, take);
  }

 private:
  /// Identifies a file regardless of its name.
  struct Identity {
    explicit Identity(const struct ::stat& status) : device(status.st_dev), inode(status.st_ino) {}
    bool operator==(const Identity&) const = default;
    dev_t device;
    ino_t inode;
  };
  /// Opened again for reading: a bundle may have more files than a process may have open.
  struct File {
    int folder;  ///< one of folders_
    std::string name;
    Identity identity;
  };
  struct Opened {
    FileDescriptor fd;
    struct ::stat status;
  };

  /// Does not follow links, and does not block on FIFOs and devices.
  [[nodiscard]] Opened opened(int folder, const std::string& name, const std::string& full) const {
    Opened file{FileDescriptor(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)), {}};
    if (!file.fd && errno == ELOOP)
      throw wrong(fmt::format("{} is a link; a bundle contains only regular files.", full));
    if (!file.fd || ::fstat(file.fd.get(), &file.status) != 0) throw unreadable(folder_ / full, errno);
    return file;
  }

  void list(FileDescriptor opened_folder, const std::string& prefix) {
    const int folder = folders_.emplace_back(std::move(opened_folder)).get();
    // A separate descriptor, because closedir() closes it.
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(
        ::fdopendir(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), ::closedir);
    if (!stream) throw unreadable(folder_ / prefix, errno);
    while (const dirent* found = ::readdir(stream.get())) {
      const std::string name = found->d_name;
      if (name == "." || name == "..") continue;
      add(folder, prefix, name);
    }
  }

  void add(int folder, const std::string& prefix, const std::string& name) {
    const std::string full = prefix + name;
    if (is_side_file(name)) return add_side_file(folder, name, full);
    if (!is_bundle_name(full)) throw wrong(added_name(full));
    auto [fd, status] = opened(folder, name, full);
    if (S_ISDIR(status.st_mode) && prefix.empty()) {
      const std::size_t before = entries_.size();
      list(std::move(fd), full + "/");
      // SHA256SUMS lists files only, so it cannot list an empty folder.
      if (entries_.size() == before) throw wrong(fmt::format("{} is an empty folder and was added.", full));
      return;
    }
    if (!S_ISREG(status.st_mode)) throw wrong(fmt::format("{} is not a regular file.", full));
    if (entries_.size() == most_files) throw wrong("The folder contains too many files for a bundle.");
    entries_.push_back({.name = full, .size = static_cast<std::uint64_t>(status.st_size)});
    files_.emplace(full, File{folder, name, Identity(status)});
  }

  /// Not opened: it need not be readable.
  void add_side_file(int folder, const std::string& name, const std::string& full) {
    struct ::stat status {};
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw unreadable(folder_ / full, errno);
    if (!S_ISREG(status.st_mode)) throw wrong(fmt::format("{} is not a regular file and was added.", full));
    if (side_files_.size() == most_files) throw wrong("The folder contains too many files for a bundle.");
    side_files_.push_back(full);
  }

  fs::path folder_;
  std::vector<FileDescriptor> folders_;  ///< all stay open: File refers to them by number
  std::map<std::string, File> files_;
};

class ArchiveSource : public BundleSource {
 public:
  ArchiveSource(fs::path file, FileDescriptor fd, std::uint64_t size) : file_(std::move(file)), fd_(std::move(fd)) {
    const std::array added{std::string(sums_name) + std::string(response_ending),
                           std::string(signature_name) + std::string(response_ending)};
    const std::array<std::string_view, 2> names{added[0], added[1]};
    const auto members = read_archive(
        size, [this](std::uint64_t offset, std::size_t wanted) { return read_at(file_, fd_.get(), offset, wanted); },
        names);
    for (const auto& member : members) {
      entries_.push_back({.name = member.name, .size = member.size});
      offsets_.emplace(member.name, member.offset);
      archive_folder_ = member.folder;
    }
    std::ranges::sort(entries_, {}, &Entry::name);
  }

  void read(const Entry& entry, const std::function<void(std::string_view piece)>& take) const override {
    read_pieces(file_, fd_.get(), offsets_.at(entry.name), entry.size, take);
  }

 private:
  fs::path file_;
  FileDescriptor fd_;
  std::map<std::string, std::uint64_t> offsets_;
};

}  // namespace

std::unique_ptr<BundleSource> BundleSource::open(const fs::path& place) {
  FileDescriptor fd(::open(place.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct ::stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) throw unreadable(place, errno);
  if (S_ISDIR(status.st_mode)) return std::make_unique<FolderSource>(place, std::move(fd));
  if (S_ISREG(status.st_mode)) {
    return std::make_unique<ArchiveSource>(place, std::move(fd), static_cast<std::uint64_t>(status.st_size));
  }
  throw wrong(fmt::format("'{}' is neither a folder nor a file.", place.string()));
}

}  // namespace casweep::evidence
