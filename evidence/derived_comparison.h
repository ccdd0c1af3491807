// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace casweep::evidence {

/// Whether the bundle was made by this version of casweep. Another version may add members and columns and word things
/// differently, but facts that both versions know must be identical.
enum class WrittenBy { this_version, another_version };

/// Compares the manifest.json of a bundle with `derived`, its content according to the snapshot. Throws EvidenceError
/// (wrong) at the first difference. Returns whether everything was compared: false if another version wrote additional
/// members.
[[nodiscard]] bool compare_manifest(const nlohmann::ordered_json& manifest, const nlohmann::ordered_json& derived,
                                    WrittenBy by);

/// Compares the file `name` byte by byte with what is derived from the snapshot. If they differ and another version
/// wrote the file, compares the verdicts, reasons, flags, counts and all other facts in results.*, raw/,
/// decisions.csv and config.json. Throws EvidenceError (wrong) at the first difference. Returns whether everything
/// was compared: false if only facts were or, for report.html, nothing.
[[nodiscard]] bool compare_file(std::string_view name, const std::string& content, const std::string& derived,
                                WrittenBy by);

}  // namespace casweep::evidence
