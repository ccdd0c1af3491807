// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/log/stderr_log.h"

#include <fmt/format.h>

#include <ostream>

#include "base/terminal_text.h"

namespace casweep::cli {

void StderrLog::write(const LogEntry& entry) {
  const auto priority = static_cast<int>(entry.priority.value_or(facts_of(entry.event).priority));
  err_ << fmt::format("<{}>{}\n", priority, base::terminal_safe(entry.message));
  for (const std::string& line : entry.lines) err_ << fmt::format("<{}>{}\n", priority, base::terminal_safe(line));
  err_ << std::flush;
}

}  // namespace casweep::cli
