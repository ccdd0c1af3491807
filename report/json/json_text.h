// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace casweep::report {

/// The `schema_version` of every JSON document casweep writes: another one when a reader of schema/ would not
/// understand a document any more.
inline constexpr int schema_version = 1;

/// A JSON string of `foreign`, U+FFFD for what is not UTF-8; null if there is nothing.
[[nodiscard]] nlohmann::ordered_json text_or_null(std::string_view foreign);

/// `text` as JSON; discarded if it is none, or deeper than anything that casweep writes: what walks through it does so
/// by recursion.
[[nodiscard]] nlohmann::ordered_json parsed_json(std::string_view text);

/// Writes `document`, indented, with a newline at its end. Characters that a terminal would obey or hide are written
/// as `\u009b`: the same JSON, and safe to look at.
void write_json(std::ostream& out, const nlohmann::ordered_json& document);

/// The same on one line: JSON Lines.
void write_json_line(std::ostream& out, const nlohmann::ordered_json& document);

/// Writes an object whose last member is an array, an item at a time: all of them may be more than fits into memory.
class JsonArrayWriter {
 public:
  /// Begins with the members of `head`, of which there is one at least, and the array `name`.
  JsonArrayWriter(std::ostream& out, const nlohmann::ordered_json& head, std::string_view name);

  void add(const nlohmann::ordered_json& item);
  void finish();

 private:
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace casweep::report
