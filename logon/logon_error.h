// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::logon {

/// Why the account has no ticket.
enum class LogonErrorKind {
  options_unusable,     ///< the account's name as given; nothing was sent
  kdc_unreachable,      ///< no KDC of the realm answered
  name_not_resolved,    ///< no KDC is known for the realm
  credentials_refused,  ///< the KDC refused the account
  server_unproven,      ///< Kerberos does not know the server as the domain controller that was meant
  service_unknown,      ///< the KDC does not know the service of the requested ticket
  kerberos_failed,      ///< no ticket or key, an expired one, clock skew
  interrupted,          ///< a signal ended the waiting
  crashed,              ///< the process that asked the KDC crashed
};

struct LogonError {
  LogonErrorKind kind;
  std::string message;    ///< one sentence for a person, with what to do next; never a credential
  int krb5_code = 0;      ///< of RFC 4120 7.5.9 or of MIT's library; 0 if casweep itself found the failure
  std::string service{};  ///< the literal principal of which a ticket was requested; empty: a ticket-granting ticket
};

}  // namespace casweep::logon
