// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>

namespace casweep::fuzz {

/// States what must hold for every input. Otherwise ends the process, and the runner of the target keeps the input.
inline void claim(bool holds) {
  if (!holds) std::abort();
}

}  // namespace casweep::fuzz
