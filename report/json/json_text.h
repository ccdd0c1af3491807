// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace casweep::report {

/// The `schema_version` of every JSON document that casweep writes. It is incremented when a program written for
/// schema/json/ would no longer understand a document.
inline constexpr int schema_version = 1;

/// `foreign` as a JSON string, with U+FFFD for bytes that are not UTF-8; null if it is empty.
[[nodiscard]] nlohmann::ordered_json text_or_null(std::string_view foreign);

/// `text` as JSON; discarded if it is not JSON, or nested deeper than anything that casweep writes: code that walks
/// through it is recursive.
[[nodiscard]] nlohmann::ordered_json parsed_json(std::string_view text);

/// Writes `document`, indented, with a final newline. Characters that a terminal would interpret or hide are escaped,
/// as in `\u009b`: equivalent JSON that is safe to display.
void write_json(std::ostream& out, const nlohmann::ordered_json& document);

/// The same on one line: JSON Lines.
void write_json_line(std::ostream& out, const nlohmann::ordered_json& document);

/// Writes an object whose last member is an array, one item at a time: the whole array may not fit into memory.
class JsonArrayWriter {
 public:
  /// Writes the members of `head`, at least one, and begins the array `name`.
  JsonArrayWriter(std::ostream& out, const nlohmann::ordered_json& head, std::string_view name);

  void add(const nlohmann::ordered_json& item);
  void finish();

 private:
  std::ostream& out_;
  bool empty_ = true;
};

}  // namespace casweep::report
