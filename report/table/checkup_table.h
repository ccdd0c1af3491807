// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <vector>

#include "doctor/checkup.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// Writes a checkup step by step: each with its outcome, its time, what it proves, what was found and what to do.
class CheckupTable {
 public:
  /// `out` must outlive it.
  CheckupTable(std::ostream& out, const TableStyle& style) : out_(out), style_(style) {}

  /// Writes a step at once, but a CA's in finish(), because many that are ok are one line.
  void add(const doctor::Step& step);

  /// Writes the CAs, a line each with failures first, or one line if all are ok, and then what was checked, with the
  /// totals; `exit_code` is that of the checkup.
  void finish(const doctor::Checkup& checkup, int exit_code);

 private:
  void begin_area(doctor::Area area);
  void write_cas();

  std::ostream& out_;
  TableStyle style_;
  std::optional<doctor::Area> area_{};
  std::vector<doctor::Step> cas_{};
};

/// The whole checkup.
void write_checkup_table(std::ostream& out, const doctor::Checkup& checkup, int exit_code, const TableStyle& style);

}  // namespace casweep::report
