// SPDX-License-Identifier: GPL-3.0-or-later
#include <dlfcn.h>

#include <fmt/format.h>

#include "discovery/directory_error.h"
#include "discovery/ldap_library_internal.h"

namespace casweep::discovery {
namespace {

/// The library with the interface of the headers that casweep was built with.
constexpr auto library_name = CASWEEP_LDAP_LIBRARY;

void* library() {
  static void* const handle = [] {
    void* const opened = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) {
      throw LdapLibraryMissing(
          fmt::format("OpenLDAP's client library cannot be loaded ({}); install it: Debian's package samba-libs needs "
                      "it as well.",
                      ::dlerror()));
    }
    return opened;
  }();
  return handle;
}

}  // namespace

void load_ldap_library() { (void)library(); }

void* ldap_symbol(const char* name) {
  void* const found = ::dlsym(library(), name);
  if (found == nullptr) {
    throw LdapLibraryMissing(
        fmt::format("OpenLDAP's client library {} has no {}, so it is not the one casweep was built for; build casweep "
                    "again on this system.",
                    library_name, name));
  }
  return found;
}

}  // namespace casweep::discovery
