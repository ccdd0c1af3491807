// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <utility>

#include "base/error_text.h"

namespace casweep::scan {

/// Ends a scan, with one sentence for a person that says what to do next, and perhaps lines of candidates.
class ScanError : public std::runtime_error {
 public:
  enum class Kind {
    no_such_ca,      ///< a name names no CA that the directory lists, or several
    another_forest,  ///< the directory does not, or may not, belong to the history's forest
  };

  ScanError(Kind kind, base::ErrorText text) : std::runtime_error(text.joined()), kind_(kind), text_(std::move(text)) {}
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const base::ErrorText& text() const { return text_; }

 private:
  Kind kind_;
  base::ErrorText text_;
};

}  // namespace casweep::scan
