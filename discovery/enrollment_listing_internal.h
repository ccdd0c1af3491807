// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include <tl/expected.hpp>

#include "discovery/directory.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// Lists the forest's enterprise CAs from the directory behind `connection`, which is already bound. The whole listing
/// has the time and memory limits of one answer.
[[nodiscard]] tl::expected<Listing, DirectoryError> read_listing(DirectoryConnection& connection, int page_size,
                                                                 std::span<const EnrollmentService> known = {},
                                                                 const ListingCheck& check = {});

}  // namespace casweep::discovery
