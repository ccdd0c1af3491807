// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <tl/expected.hpp>

#include "discovery/directory.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// Accounts for the CAs that the search for `listing.services` did not give: each of `known` that is not among them is
/// looked up, and becomes one of `services` (an enrollment service that is elsewhere now), `hidden` or `removed`; an
/// object below `listing.base` that does not show its class becomes one of `hidden`.
///
/// A CA stays one CA if only some of its objects are hidden. If a known CA is listed and one of its duplicates is
/// hidden, the duplicate becomes one of the listed CA's `duplicates`. If a known CA is hidden, its duplicates that are
/// listed and still agree with it are taken out of `services`: the CA is hidden, because its own object may say
/// something else now. A duplicate that does not agree any more is a CA of its own.
///
/// A CA is removed only if the directory says noSuchObject and cannot mean "not visible to this account" by it
/// ([MS-ADTS] 5.1.3.3.6): list-object mode is known to be off, and the container the CA was in lists its contents to
/// this account, which shows in that it shows another object in it.
[[nodiscard]] tl::expected<void, DirectoryError> account_for_unlisted(DirectoryConnection& connection, Listing& listing,
                                                                      std::span<const EnrollmentService> known,
                                                                      bool has_extended_names, int page_size);

}  // namespace casweep::discovery
