// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <tl/expected.hpp>

#include "discovery/directory.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// Accounts for the CAs that the search for `listing.services` did not return. Each missing CA of `known` is looked up
/// and added to `services` (an enrollment service that was moved), `hidden` or `removed`. An object below
/// `listing.base` without a visible class is added to `hidden`.
///
/// A CA stays one CA if only some of its objects are hidden. If a known CA is listed and one of its duplicates is
/// hidden, the duplicate becomes one of the listed CA's `duplicates`. If a known CA is hidden, its duplicates that are
/// listed and still match it are removed from `services`: the CA is hidden, because its own object may have changed. A
/// duplicate that no longer matches is a separate CA.
///
/// A CA is removed only if the directory answers noSuchObject and this cannot mean "not visible to this account"
/// ([MS-ADTS] 5.1.3.3.6): list-object mode is known to be off, and this account can list the CA's former container,
/// because another object in it is visible.
[[nodiscard]] tl::expected<void, DirectoryError> account_for_unlisted(DirectoryConnection& connection, Listing& listing,
                                                                      std::span<const EnrollmentService> known,
                                                                      bool has_extended_names, int page_size);

}  // namespace casweep::discovery
