// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <vector>

#include "base/terminal_text.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "report/table/table_style.h"

namespace casweep::cli {

enum class OutputFormat { table, json, csv };

/// --format, which takes `formats`; the first is the default; and --color.
[[nodiscard]] OptionGroup format_options(const std::vector<OutputFormat>& formats);

/// The value of --format.
[[nodiscard]] OutputFormat output_format(const boost::program_options::variables_map& values);

/// The value of --color; nullopt: not given, or "auto".
[[nodiscard]] std::optional<bool> colour_choice(const boost::program_options::variables_map& values);

/// How tables look here: with colour if --color says so, or by default on a terminal unless NO_COLOR (no-color.org) or
/// TERM=dumb object; in ASCII unless the locale is UTF-8 or the output is a file.
[[nodiscard]] report::TableStyle table_style(const Environment& environment);

/// What the terminal that messages go to is known to show.
[[nodiscard]] base::Charset charset_of(const Environment& environment);

}  // namespace casweep::cli
