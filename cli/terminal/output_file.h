// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>

namespace casweep::cli {

/// What becomes of a file that is there already: it stays for good, it stays unless the user gives --force, or it goes.
enum class Existing { keep, keep_unless_forced, replace };

/// Who may read a new file: those whom the umask leaves, or its owner alone.
enum class Readers { umask, owner };

/// A file that gets its name complete and on the disk, or not at all. What is there already is kept, and that is a
/// CommandError (file), or replaced; anything that is not a regular file is always kept. "-" is refused: a usage error.
class OutputFile {
 public:
  OutputFile(std::filesystem::path file, Existing existing, Readers readers = Readers::umask);
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();  ///< nothing is left of a file that was not published

  [[nodiscard]] std::ostream& stream();

  /// Throws CommandError (file), also for what could not be written before.
  void publish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace casweep::cli
