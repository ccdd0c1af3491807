// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace casweep::report {

/// A JSON string of `foreign`, U+FFFD for what is not UTF-8; null if there is nothing.
[[nodiscard]] nlohmann::ordered_json text_or_null(std::string_view foreign);

/// Writes `document`, indented, with a newline at its end. Characters that a terminal would obey or hide are written
/// as `\u009b`: the same JSON, and safe to look at.
void write_json(std::ostream& out, const nlohmann::ordered_json& document);

}  // namespace casweep::report
