// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>

#include "base/published_file.h"

namespace casweep::cli {

/// Whether the user asked to replace a file that already exists. Only `given` replaces it.
enum class Force { not_offered, not_given, given };

/// A file that gets its name complete and on the disk, or not at all. A file that already exists is kept, and that is a
/// CommandError (file), unless it is regular and `force` was given. "-" is refused: a usage error.
class OutputFile {
 public:
  OutputFile(std::filesystem::path file, Force force, base::Readers readers = base::Readers::umask);
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();  ///< removes a file that was not published

  [[nodiscard]] std::ostream& stream();

  /// Whether anything was written to it.
  [[nodiscard]] bool has_content();

  /// Throws CommandError (file), also for an earlier failure to write.
  void publish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace casweep::cli
