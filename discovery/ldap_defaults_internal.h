// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace casweep::discovery {

/// Keeps libldap from reading ldap.conf(5), ~/.ldaprc, ./ldaprc and LDAP* variables, any of which could switch off the
/// verification of certificates. libldap reads them once, at its first use in the process; call this before. Sets
/// LDAPNOINIT in the environment; not thread-safe.
void ignore_ldap_defaults();

}  // namespace casweep::discovery
