// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "cli/log/event_log.h"

namespace casweep::cli {

/// Writes each entry as a line that begins with its priority, "<4>", as sd-daemon(3) describes. Without fields.
class StderrLog : public EventLog {
 public:
  /// `err` must outlive it.
  explicit StderrLog(std::ostream& err) : err_(err) {}

  void write(const LogEntry& entry) override;

 private:
  std::ostream& err_;
};

}  // namespace casweep::cli
