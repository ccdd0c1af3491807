// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/note.h"

#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "report/table/text_columns.h"

namespace casweep::cli {

void note(const Environment& environment, std::string_view text) {
  environment.out << std::flush;
  if (environment.log) return environment.log->write({.event = LogEvent::note, .message = std::string(text)});
  report::write_wrapped(environment.err, "casweep: " + base::terminal_safe(text), 0, 2,
                        environment.err_is_terminal ? environment.columns : 0);
  environment.err << std::flush;
}

}  // namespace casweep::cli
