// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casweep::assess {

/// The sanitized CA name of `common_name` (UTF-8): what AD CS uses for registry keys and file names
/// ([MS-WCCE] 3.1.1.4.1.1). Each UTF-16 code unit that is not plain becomes `!` and four lower-case hex digits. nullopt
/// if `common_name` is not UTF-8.
[[nodiscard]] std::optional<std::string> sanitize(std::string_view common_name);

/// The sanitized short name: what AD CS uses for the CA's objects in the directory ([MS-WCCE] 3.1.1.4.1.1.2). At most
/// 57 characters: longer names keep their first 51 (never half an escape), then `-` and a five-digit hash of the rest.
[[nodiscard]] std::string sanitized_short_name(std::string_view sanitized_name);

/// Compares CA names without case ([MS-WCCE] 3.1.1.4.2). `left` and `right` are sanitized and therefore ASCII.
[[nodiscard]] bool same_sanitized_name(std::string_view left, std::string_view right);

}  // namespace casweep::assess
