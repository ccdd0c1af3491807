// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/certificate.h"

namespace casweep::evidence {

/// The request for a timestamp over `content` (RFC 3161, DER): SHA-256, with the authority's certificate, and without a
/// nonce, so that the same content gives the same bytes: what `openssl ts -query -sha256 -no_nonce -cert` makes.
[[nodiscard]] std::string timestamp_request(std::string_view content);

/// Throws EvidenceError (wrong) unless `response` is a timestamp for `content`, whoever made it: what can be told
/// without trust in anybody.
void require_timestamp_of(std::string_view response, std::string_view content, std::string_view name);

/// When the authority saw `content`, as its `response` says. Throws EvidenceError (wrong) unless that is whole, is for
/// `content`, and leads to one of `roots`, which are trusted for the moment it tells; and unless it and the
/// certificates in it are strong enough (see signature_strength.h). `name` is what the response is called.
[[nodiscard]] std::chrono::sys_seconds verify_timestamp(std::string_view response, std::string_view content,
                                                        const std::vector<Certificate>& roots, std::string_view name);

}  // namespace casweep::evidence
