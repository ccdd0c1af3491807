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

/// What was made in `place`, and what to do with it next. `signer`: null: nobody.
void write_bundle_made(std::ostream& out, const std::filesystem::path& place, const Bundle& bundle,
                       const Certificate* signer, base::Charset charset);

/// What whoever made a bundle must hear, a sentence each: that nobody signed it, or that a CA did whose own
/// certificates are in question. Foreign text.
[[nodiscard]] std::vector<std::string> warnings_about(const Bundle& bundle);

/// What a bundle that was verified is, and what was not looked at.
void write_bundle_verified(std::ostream& out, const std::filesystem::path& place, const VerifiedBundle& bundle,
                           base::Charset charset);

/// Why a bundle in which nothing is wrong is not known to be unmodified. Throws EvidenceError (not_compared); nothing
/// happens if it is. Foreign text.
void require_unmodified(const VerifiedBundle& bundle, std::string_view own_version);

}  // namespace casweep::evidence
