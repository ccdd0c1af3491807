// SPDX-License-Identifier: GPL-3.0-or-later
#include <dlfcn.h>

#include <fmt/format.h>

#include "hub/hub_error.h"
#include "hub/pq_library_internal.h"

namespace casweep::hub {
namespace {

/// The library with the interface of the headers that casweep was built with.
constexpr auto library_name = CASWEEP_PQ_LIBRARY;

void* library() {
  static void* const handle = [] {
    void* const opened = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) {
      throw HubError(HubError::Kind::failed,
                     fmt::format("PostgreSQL's client library cannot be loaded ({}); install Debian's package libpq5.",
                                 ::dlerror()));
    }
    return opened;
  }();
  return handle;
}

}  // namespace

void* pq_symbol(const char* name) {
  void* const found = ::dlsym(library(), name);
  if (found == nullptr) {
    throw HubError(
        HubError::Kind::failed,
        fmt::format("PostgreSQL's client library {} has no {}, so it is older than the one casweep was built "
                    "for; install the libpq5 of this system.",
                    library_name, name));
  }
  return found;
}

}  // namespace casweep::hub
