// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace casweep::scan {

/// Ends a scan. `what()` is one sentence for a person with what to do next, and maybe lines of candidates under it.
class ScanError : public std::runtime_error {
 public:
  enum class Kind {
    no_such_ca,      ///< a CA was named that the directory does not list
    another_forest,  ///< the directory is not, or may not be, of the forest whose scans the history holds
  };

  ScanError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

}  // namespace casweep::scan
