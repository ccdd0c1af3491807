// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_message_internal.h"

#include <sys/time.h>

#include <algorithm>
#include <chrono>

#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_text_internal.h"

namespace casweep::discovery {

int receive(ldap* handle, int id, int how_many, const SocketDeadline& deadline, LdapMessage& message) {
  constexpr std::chrono::steady_clock::duration moment = std::chrono::milliseconds(250);
  for (;;) {
    const auto left = deadline.instant - std::chrono::steady_clock::now();
    // Never negative, which libldap would treat as no limit.
    const auto wait = std::chrono::duration_cast<std::chrono::microseconds>(
        std::clamp(left, std::chrono::steady_clock::duration::zero(), moment));
    timeval timeout{.tv_sec = 0, .tv_usec = wait.count()};
    LDAPMessage* received = nullptr;
    const int type = ldap_result(handle, id, how_many, &timeout, &received);
    message.reset(received);
    if (type != 0 || left <= moment || deadline.patience.stop.is_raised()) return type;
  }
}

std::string get_text_option(ldap* handle, int option) {
  const LdapText text(get_option<char*>(handle, option, nullptr));
  return text ? text.get() : std::string();
}

std::string text_of(const berval& value) {
  return value.bv_val == nullptr ? std::string() : std::string(value.bv_val, value.bv_len);
}

LdapResult parse_result(ldap* handle, LDAPMessage* message) {
  LdapResult result;
  char* diagnostic = nullptr;
  LDAPControl** made = nullptr;
  const int parsed = ldap_parse_result(handle, message, &result.code, nullptr, &diagnostic, nullptr, &made, 0);
  const LdapText owned_diagnostic(diagnostic);
  const std::unique_ptr<LDAPControl*, FreeControls> controls(made);
  if (diagnostic != nullptr) result.diagnostic = diagnostic;
  if (parsed != LDAP_SUCCESS) {
    result.code = parsed;
    return result;
  }
  if (LDAPControl* paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, made, nullptr)) {
    ber_int_t estimate = 0;
    berval cookie{};
    if (ldap_parse_pageresponse_control(handle, paging, &estimate, &cookie) == LDAP_SUCCESS) {
      result.has_paging = true;
      result.cookie = text_of(cookie);
      ber_memfree(cookie.bv_val);
    }
  }
  return result;
}

}  // namespace casweep::discovery
