// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory.h"

#include "discovery/directory_inquiry.h"
#include "discovery/enrollment_listing_internal.h"

namespace casweep::discovery {

tl::expected<Listing, DirectoryError> list_enrollment_services(const DirectoryOptions& options,
                                                               const logon::Account& account,
                                                               std::span<const EnrollmentService> known,
                                                               const ListingCheck& check) {
  return answer_of(options, account, [&](DirectoryConnection& connection) {
    return read_listing(connection, options.page_size, known, check);
  });
}

}  // namespace casweep::discovery
