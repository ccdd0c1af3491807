// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/realm.h"

#include <algorithm>

#include "base/ascii_case.h"
#include "base/host_name.h"

namespace casweep::logon {

std::string realm_of_domain(std::string_view domain) {
  std::string realm(base::without_root_dot(domain));
  std::ranges::transform(realm, realm.begin(), base::ascii_upper);
  return realm;
}

}  // namespace casweep::logon
