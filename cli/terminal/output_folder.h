// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

namespace casweep::cli {

/// A folder (0700) that gets its name with all its files (0600) in it and on the disk, or not at all. What is there
/// already stays: that is a CommandError (file).
class OutputFolder {
 public:
  explicit OutputFolder(std::filesystem::path folder);
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();  ///< nothing is left of a folder that was not published

  /// Makes a file of what `write` writes; `name` may have a folder in front. Throws CommandError (file).
  void add(const std::string& name, const std::function<void(std::ostream&)>& write);

  void publish();

 private:
  std::filesystem::path folder_;
  std::filesystem::path temporary_;
};

}  // namespace casweep::cli
