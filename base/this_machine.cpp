// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/this_machine.h"

#include <pwd.h>
#include <unistd.h>

#include <array>

namespace casweep::base {

std::string this_host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string this_os_user() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(geteuid());
}

}  // namespace casweep::base
