// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "logon/logon_error.h"

namespace casweep::logon {

/// A ticket-granting ticket, without its key.
struct TicketFacts {
  std::chrono::sys_seconds end{};
  std::optional<std::chrono::sys_seconds> renewable_until{};  ///< nullopt: it is not renewable
  std::string session_key_type{};                             ///< "aes256-cts-hmac-sha1-96"
  std::string ticket_type{};                                  ///< the encryption type of the KDC's own key
};

/// A credential cache with a ticket-granting ticket.
struct CacheFacts {
  std::string name;       ///< "FILE:/tmp/krb5cc_1000"
  std::string principal;  ///< user@REALM
  TicketFacts ticket{};
};

/// The content of the cache called `name`; empty: the default one (KRB5CCNAME or the system's). The ticket may have
/// expired. Asks no KDC. Fails if there is no ticket-granting ticket.
[[nodiscard]] tl::expected<CacheFacts, LogonError> facts_of_cache(const std::string& name = {});

/// A key in a keytab, without the key itself.
struct KeytabEntry {
  std::string principal;
  unsigned version = 0;  ///< kvno
  std::string encryption_type{};

  bool operator==(const KeytabEntry&) const = default;
};

/// The entries of the keytab in `file`, in its order.
[[nodiscard]] tl::expected<std::vector<KeytabEntry>, LogonError> entries_of_keytab(const std::string& file);

}  // namespace casweep::logon
