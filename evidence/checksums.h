// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace casweep::evidence {

/// SHA-256 by file, in lower-case hex.
using Checksums = std::map<std::string, std::string>;

/// SHA256SUMS as sha256sum(1) writes it, sorted by name.
[[nodiscard]] std::string checksum_lines(const Checksums& sums);

/// Parses exactly what `checksum_lines` writes. Throws EvidenceError (wrong) for anything else, and for names that
/// cannot be in a bundle.
[[nodiscard]] Checksums read_checksum_lines(std::string_view lines);

/// Whether a file of a bundle may have this name: letters, digits, `.`, `-`, `_` and at most one folder; no name that
/// leaves the folder, is hidden, or begins with `-`, which programs interpret as an option or as standard input.
[[nodiscard]] bool is_bundle_name(std::string_view name);

/// The same for the name of a single file or folder, without a path.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace casweep::evidence
