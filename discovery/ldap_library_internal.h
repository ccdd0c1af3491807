// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ldap.h>
#include <openldap.h>

#include "base/library_function.h"

namespace casweep::discovery {

/// Loads OpenLDAP's client library unless it is loaded. The functions below do the same, but a child process that calls
/// one would load it again. Throws LdapLibraryMissing.
void load_ldap_library();

/// The address of a function of that library. Throws LdapLibraryMissing.
[[nodiscard]] void* ldap_symbol(const char* name);

// The library and the twelve that it needs take half the time in which a command starts, and most commands ask no
// directory.
// In this namespace the names mean these objects. A call that misses them does not link.
#define CASWEEP_OF_LDAP(function) \
  inline constinit const base::LibraryFunction<decltype(::function), ldap_symbol> function(#function)
CASWEEP_OF_LDAP(ber_bvfree);
CASWEEP_OF_LDAP(ber_free);
CASWEEP_OF_LDAP(ber_memfree);
CASWEEP_OF_LDAP(ber_sockbuf_add_io);
CASWEEP_OF_LDAP(ber_sockbuf_ctrl);
CASWEEP_OF_LDAP(ldap_control_create);
CASWEEP_OF_LDAP(ldap_control_find);
CASWEEP_OF_LDAP(ldap_control_free);
CASWEEP_OF_LDAP(ldap_controls_free);
CASWEEP_OF_LDAP(ldap_create_page_control);
CASWEEP_OF_LDAP(ldap_dn2domain);
CASWEEP_OF_LDAP(ldap_dnfree);
CASWEEP_OF_LDAP(ldap_domain2hostlist);
CASWEEP_OF_LDAP(ldap_err2string);
CASWEEP_OF_LDAP(ldap_get_attribute_ber);
CASWEEP_OF_LDAP(ldap_get_dn_ber);
CASWEEP_OF_LDAP(ldap_get_option);
CASWEEP_OF_LDAP(ldap_init_fd);
CASWEEP_OF_LDAP(ldap_install_tls);
CASWEEP_OF_LDAP(ldap_memfree);
CASWEEP_OF_LDAP(ldap_msgfree);
CASWEEP_OF_LDAP(ldap_parse_pageresponse_control);
CASWEEP_OF_LDAP(ldap_parse_result);
CASWEEP_OF_LDAP(ldap_parse_sasl_bind_result);
CASWEEP_OF_LDAP(ldap_result);
CASWEEP_OF_LDAP(ldap_sasl_bind);
CASWEEP_OF_LDAP(ldap_search_ext);
CASWEEP_OF_LDAP(ldap_set_option);
CASWEEP_OF_LDAP(ldap_start_tls);
CASWEEP_OF_LDAP(ldap_str2dn);
CASWEEP_OF_LDAP(ldap_unbind_ext);
#undef CASWEEP_OF_LDAP

}  // namespace casweep::discovery
