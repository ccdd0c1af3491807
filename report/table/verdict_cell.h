// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "assess/reason.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"

namespace casweep::report {

/// A verdict in a table: its words and a glyph, coloured if `style` has colour.
[[nodiscard]] TextCell verdict_cell(assess::Verdict verdict, const TableStyle& style);

}  // namespace casweep::report
