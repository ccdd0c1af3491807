// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace casweep::evidence {

/// SHA-256 by file, in lower-case hex.
using Checksums = std::map<std::string, std::string>;

/// SHA256SUMS as sha256sum(1) writes it, in the order of the names.
[[nodiscard]] std::string checksum_lines(const Checksums& sums);

/// What `checksum_lines` wrote, to the byte. Throws EvidenceError (wrong): also for a name that cannot be in a bundle.
[[nodiscard]] Checksums read_checksum_lines(std::string_view lines);

/// Whether a file of a bundle may be called so: letters, digits, `.`, `-`, `_`, one folder at most, and nothing that
/// leads out of it, hides, or begins with `-`, which programs take for an option or for standard input.
[[nodiscard]] bool is_bundle_name(std::string_view name);

/// The same for the name of one file or folder, without any folder above it.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace casweep::evidence
