// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/root_warning.h"

#include <unistd.h>

#include "cli/terminal/note.h"

namespace casweep::cli {

void warn_of_root(const Environment& environment) {
  if (geteuid() != 0) return;
  note(environment, "running as root, which a scan does not need; use an account of its own.");
}

}  // namespace casweep::cli
