// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <tl/expected.hpp>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/exit_code.h"
#include "cli/terminal/interruption.h"

namespace casweep::cli {

/// The value, or the end of the command. A step that fails when a signal arrives probably fails because of it.
template <typename T, typename Error>
[[nodiscard]] T value_of(tl::expected<T, Error> result) {
  Interruption::throw_if_signalled();
  if (!result) throw CommandError(exit_code_of(result.error()), base::terminal_safe(result.error().message));
  return std::move(*result);
}

}  // namespace casweep::cli
