// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "discovery/enrollment_service.h"

namespace casweep::store {

/// Whether text of another system is stored as TEXT: it is UTF-8 without a NUL, at which SQLite's own functions and its
/// shell end.
[[nodiscard]] bool is_storable_text(std::string_view text);

/// Binds text of another system: as TEXT, as a BLOB of the same bytes if is_storable_text() is false, as NULL if it is
/// empty.
void bind_foreign_text(SQLite::Statement& statement, const char* parameter, std::string_view text);

/// A JSON array of strings; one that is not UTF-8 becomes an object `{"hex": "…"}`.
[[nodiscard]] std::string json_of(std::span<const std::string> texts);

/// What `json_of` wrote. Throws nlohmann::json::exception if it did not.
[[nodiscard]] std::vector<std::string> texts_of_json(std::string_view json);

/// A JSON array of objects with `object_guid` and `distinguished_name`, and back, likewise.
[[nodiscard]] std::string json_of(std::span<const discovery::DuplicateObject> duplicates);
[[nodiscard]] std::vector<discovery::DuplicateObject> duplicates_of_json(std::string_view json);

}  // namespace casweep::store
