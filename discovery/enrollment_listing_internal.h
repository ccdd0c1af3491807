// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <tl/expected.hpp>

#include "discovery/directory.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// What the directory behind `connection`, already bound, says about the forest's enterprise CAs. The whole of it
/// has the time and the memory of one answer.
[[nodiscard]] tl::expected<Listing, DirectoryError> read_listing(DirectoryConnection& connection, int page_size,
                                                                 std::span<const EnrollmentService> known = {},
                                                                 const ListingCheck& check = {});

}  // namespace casweep::discovery
