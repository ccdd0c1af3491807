// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <ldap.h>

#include "discovery/ldap_library_internal.h"

namespace casweep::discovery {

struct FreeLdapMemory {
  void operator()(char* memory) const { ldap_memfree(memory); }
};

/// A text allocated by libldap, which the caller frees.
using LdapText = std::unique_ptr<char, FreeLdapMemory>;

}  // namespace casweep::discovery
