// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace casweep::evidence {

/// Whether the bundle was made by the version that compares. Another version may add members and columns and use other
/// words, but what both know has to be the same.
enum class WrittenBy { this_version, another_version };

/// Compares manifest.json as it is in a bundle with `derived`, what it has to say by the snapshot. Throws EvidenceError
/// (wrong) at the first difference. Returns whether all of it was compared: false if another version has more members.
[[nodiscard]] bool compare_manifest(const nlohmann::ordered_json& manifest, const nlohmann::ordered_json& derived,
                                    WrittenBy by);

/// Compares the file `name` with what the snapshot gives for it: byte by byte. If that differs and another version
/// wrote it, then the verdicts, reasons, flags, counts and everything else that is a fact in results.*, raw/,
/// dispositions.csv and config.json. Throws EvidenceError (wrong) at the first difference. Returns whether all of it
/// was compared: false if only the facts were, or, as of report.html, nothing.
[[nodiscard]] bool compare_file(std::string_view name, const std::string& content, const std::string& derived,
                                WrittenBy by);

}  // namespace casweep::evidence
