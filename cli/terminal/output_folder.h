// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace casweep::cli {

/// A folder (0700) that gets its name when all its files (0600) are on the disk, or never. An existing file or folder
/// is kept, with a CommandError (file).
class OutputFolder {
 public:
  explicit OutputFolder(std::filesystem::path folder);
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();  ///< removes a folder that was not published

  /// Makes a file of what `write` writes; `name` may have a folder in front. Throws CommandError (file).
  void add(const std::string& name, const std::function<void(std::ostream&)>& write);

  void publish();

 private:
  std::filesystem::path folder_;
  std::filesystem::path temporary_;
};

}  // namespace casweep::cli
