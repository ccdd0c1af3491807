// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/host_name.h"

#include <unistd.h>

#include <array>

namespace casweep::cli {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace casweep::cli
