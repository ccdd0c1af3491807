// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/trusted_input.h"

#include <fmt/format.h>
#include <tl/expected.hpp>

#include "base/trusted_file.h"
#include "cli/command_error.h"

namespace casweep::cli {
namespace {

void require(std::string_view what, const std::string& file, const tl::expected<void, std::string>& trusted,
             ExitCode code) {
  if (trusted) return;
  throw CommandError(code,
                     fmt::format("The {} '{}' is not used, because others can change what it says: {}. Give it an "
                                 "owner and a mode that only you and root can change (chown, chmod go-w).",
                                 what, file, trusted.error()));
}

}  // namespace

void require_trusted_input(std::string_view what, const std::string& file, int descriptor, ExitCode code) {
  require(what, file, base::require_trusted(file, descriptor), code);
}

void require_trusted_input(std::string_view what, const std::string& file, ExitCode code) {
  require(what, file, base::require_trusted(file), code);
}

}  // namespace casweep::cli
