// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/note.h"

#include <fmt/format.h>

#include <ostream>

#include "report/table/text_columns.h"

namespace casweep::cli {

void note(const Environment& environment, std::string_view safe) {
  environment.out << std::flush;
  report::write_wrapped(environment.err, fmt::format("casweep: {}", safe), 0, 2,
                        environment.err_is_terminal ? environment.columns : 0);
  environment.err << std::flush;
}

}  // namespace casweep::cli
