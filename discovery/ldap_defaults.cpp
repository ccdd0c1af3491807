// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_defaults_internal.h"

#include <cstdlib>

namespace casweep::discovery {

void ignore_ldap_defaults() { setenv("LDAPNOINIT", "1", 1); }

}  // namespace casweep::discovery
