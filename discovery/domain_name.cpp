// SPDX-License-Identifier: GPL-3.0-or-later
#include <ldap.h>

#include "discovery/domain_name_internal.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_text_internal.h"

namespace casweep::discovery {

std::string dns_name_of(const std::string& distinguished_name) {
  char* made = nullptr;
  const int result = ldap_dn2domain(distinguished_name.c_str(), &made);
  const LdapText domain(made);
  return result == 0 && domain ? domain.get() : std::string();
}

}  // namespace casweep::discovery
