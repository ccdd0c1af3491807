// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::hub {

/// `text` with "…" for every name of a local file that begins with a slash. What looks like one in another system's
/// names (ldap://dc01.corp.example, 10.0.0.1/24, and/or) stays.
[[nodiscard]] std::string without_local_paths(std::string_view text);

/// What leaves the site of a scan's settings (history::recorded_settings()): the members that name no local file and
/// that this version knows. "{}" if `recorded` is not an object.
[[nodiscard]] std::string settings_without_files(std::string_view recorded);

}  // namespace casweep::hub
