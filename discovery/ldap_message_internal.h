// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ldap.h>

#include <memory>
#include <string>

#include "discovery/ldap_library_internal.h"
#include "discovery/socket_deadline_internal.h"

namespace casweep::discovery {

struct FreeControls {
  void operator()(LDAPControl** controls) const { ldap_controls_free(controls); }
  void operator()(LDAPControl* control) const { ldap_control_free(control); }
};

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using LdapMessage = std::unique_ptr<LDAPMessage, FreeMessage>;

/// The result of ldap_result() for the operation `id`: the type of `message`, 0 after the time limit or a signal, -1
/// for an error. Waits in short intervals, because libldap does not check the signal's flag.
[[nodiscard]] int receive(ldap* handle, int id, int how_many, const SocketDeadline& deadline, LdapMessage& message);

/// The option of `handle`, or `value` if it has none.
template <typename Value>
[[nodiscard]] Value get_option(ldap* handle, int option, Value value) {
  ldap_get_option(handle, option, &value);
  return value;
}

/// A string option, which libldap allocates.
[[nodiscard]] std::string get_text_option(ldap* handle, int option);

[[nodiscard]] std::string text_of(const berval& value);

struct LdapResult {
  int code = LDAP_SUCCESS;
  std::string diagnostic;
  std::string cookie;       ///< of the paged results control
  bool has_paging = false;  ///< whether that control was present
};

/// The LDAPResult in `message`.
[[nodiscard]] LdapResult parse_result(ldap* handle, LDAPMessage* message);

}  // namespace casweep::discovery
