// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <iosfwd>
#include <optional>
#include <span>
#include <string_view>

#include "base/terminal_text.h"
#include "cli/terminal/environment.h"
#include "history/scan_record.h"
#include "report/table/scan_table.h"

namespace casweep::cli {

enum class OutputFormat { table, json, csv };

/// --format
[[nodiscard]] boost::program_options::options_description format_options();

/// The value of --format, `table` if it was not given; one of `allowed` or CommandError.
[[nodiscard]] OutputFormat output_format(const boost::program_options::variables_map& values,
                                         std::span<const OutputFormat> allowed);

[[nodiscard]] std::optional<OutputFormat> output_format_of_word(std::string_view word);

/// How tables look here: colour on a terminal unless NO_COLOR (no-color.org) or TERM=dumb object, Unicode unless a
/// terminal does not know it.
[[nodiscard]] report::TableStyle table_style(const Environment& environment);

/// What the terminal that messages go to is known to show.
[[nodiscard]] base::Charset charset_of(const Environment& environment);

void write_scan(std::ostream& out, const history::ScanRecord& scan, OutputFormat format,
                const report::TableStyle& style);

}  // namespace casweep::cli
