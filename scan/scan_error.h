// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace casweep::scan {

/// Ends a scan. `what()` is one sentence for a person with what to do next, optionally followed by lines of candidates.
class ScanError : public std::runtime_error {
 public:
  enum class Kind {
    no_such_ca,      ///< a name names no CA that the directory lists, or several
    another_forest,  ///< the directory does not, or may not, belong to the history's forest
  };

  ScanError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace casweep::scan
