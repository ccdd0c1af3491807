// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "assess/reason.h"

namespace casweep::assess {

/// What to do about a CA whose verdict is unknown for this reason.
struct Advice {
  Reason reason;
  std::string_view sentence;
};

/// One for each reason of the verdict `unknown`.
[[nodiscard]] std::span<const Advice> all_advice();

}  // namespace casweep::assess
