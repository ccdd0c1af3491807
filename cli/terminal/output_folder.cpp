// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/output_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "base/published_file.h"
#include "cli/command_error.h"
#include "cli/terminal/output_file.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

CommandError cannot_make(const fs::path& folder, int error) {
  if (error == EEXIST || error == ENOTEMPTY) {
    return {ExitCode::file, fmt::format("'{}' already exists (not overwritten); name a new folder.", folder.string())};
  }
  return {ExitCode::file, fmt::format("The folder '{}' cannot be created ({}); choose another place.", folder.string(),
                                      std::strerror(error))};
}

void make(const fs::path& made, const fs::path& folder) {
  if (mkdir(made.c_str(), 0700) != 0) throw cannot_make(folder, errno);
}

}  // namespace

OutputFolder::OutputFolder(fs::path folder) : folder_(std::move(folder)) {
  if (!folder_.has_filename()) folder_ = folder_.parent_path();  // "bundle/"
  struct stat status {};
  if (lstat(folder_.c_str(), &status) == 0) throw cannot_make(folder_, EEXIST);
  temporary_ = base::temporary_name_beside(folder_);
  make(temporary_, folder_);
}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);  // after a rename there is nothing of that name any more
}

void OutputFolder::add(const std::string& name, const std::function<void(std::ostream&)>& write) {
  const fs::path file = temporary_ / name;
  std::error_code error;
  if (!fs::exists(file.parent_path(), error)) make(file.parent_path(), folder_);
  OutputFile output(file, Force::not_offered, base::Readers::owner);
  write(output.stream());
  output.publish();
}

void OutputFolder::publish() {
  // Not rename() alone: it would replace an empty folder that another process created in the meantime.
  if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, folder_.c_str(), RENAME_NOREPLACE) != 0) {
    const bool unknown_here = errno == EINVAL || errno == ENOSYS;  // to the file system
    if (!unknown_here || rename(temporary_.c_str(), folder_.c_str()) != 0) throw cannot_make(folder_, errno);
  }
  base::sync_name_of(folder_);
}

}  // namespace casweep::cli
