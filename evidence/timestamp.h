// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/certificate.h"

namespace casweep::evidence {

/// The request for a timestamp over `content` (RFC 3161, DER): SHA-256, asking for the authority's certificate, and
/// without a nonce, so that the same content gives the same bytes; identical to `openssl ts -query -sha256 -no_nonce
/// -cert`.
[[nodiscard]] std::string timestamp_request(std::string_view content);

/// Throws EvidenceError (wrong) unless `response` is a timestamp for `content` by any authority. Needs no trusted
/// roots.
void require_timestamp_of(std::string_view response, std::string_view content, std::string_view name);

/// The time in `response`, when the authority received `content`. Throws EvidenceError (wrong) unless it is intact, is
/// for `content`, chains to one of `roots` at the time it states, and is strong enough like its certificates (see
/// signature_strength.h). `name` is the file name of the response.
[[nodiscard]] std::chrono::sys_seconds verify_timestamp(std::string_view response, std::string_view content,
                                                        const std::vector<Certificate>& roots, std::string_view name);

}  // namespace casweep::evidence
