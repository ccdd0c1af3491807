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
  throw CommandError(
      code, fmt::format("The {} '{}' is not used, because other users can change it: {}. Use chown and chmod go-w "
                        "so that only you and root can write it.",
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
