// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "base/terminal_text.h"
#include "evidence/bundle.h"
#include "evidence/verify.h"

namespace casweep::evidence {

/// Reports the bundle made in `place` and what to do with it next. `signer` is null if it is unsigned.
void write_bundle_made(std::ostream& out, const std::filesystem::path& place, const Bundle& bundle,
                       const Certificate* signer, base::Charset charset);

/// Warnings for the person who made the bundle, one sentence each: that it is unsigned, or signed below a CA whose own
/// certificates are in question. Foreign text.
[[nodiscard]] std::vector<std::string> warnings_about(const Bundle& bundle);

/// Reports a verified bundle and what was not checked.
void write_bundle_verified(std::ostream& out, const std::filesystem::path& place, const VerifiedBundle& bundle,
                           base::Charset charset);

/// Throws EvidenceError (not_compared) if nothing in the bundle is wrong, but not everything could be compared. Its
/// message is foreign text.
void require_unmodified(const VerifiedBundle& bundle, std::string_view own_version);

}  // namespace casweep::evidence
