// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>

namespace casweep::fuzz {

/// States what must hold whatever the input was. Ends the process if it does not: whoever runs the target keeps the
/// input.
inline void claim(bool holds) {
  if (!holds) std::abort();
}

}  // namespace casweep::fuzz
