// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/version.h"

namespace casweep::cli {

std::string_view version() { return CASWEEP_VERSION; }

}  // namespace casweep::cli
