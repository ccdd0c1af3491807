// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/os_user.h"

#include <pwd.h>
#include <unistd.h>

namespace casweep::cli {

std::string os_user() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(geteuid());
}

}  // namespace casweep::cli
