// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <functional>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "logon/kerberos.h"
#include "logon/logon_error.h"
#include "logon/ticket_facts.h"

namespace casweep::logon {

/// An existing cache, and its owner.
struct CredentialCache {
  Kerberos::Cache cache;
  Kerberos::Principal owner;
  std::string principal;  ///< user@REALM
  std::string name;       ///< TYPE:residual
};

/// The cache called `name`; empty: the default one (KRB5CCNAME or the system's). Its name and owner become those of the
/// request.
[[nodiscard]] tl::expected<CredentialCache, LogonError> open_credential_cache(Kerberos& kerberos,
                                                                              const std::string& name = {});

/// Gives every entry of `cache` to `take`, until that returns an error. 0 if all were given.
[[nodiscard]] krb5_error_code for_each_ticket(const Kerberos& kerberos, krb5_ccache cache,
                                              const std::function<krb5_error_code(krb5_creds&)>& take);

/// The last ticket-granting ticket in `cache` for the realm of `owner`; nullopt if there is none.
[[nodiscard]] tl::expected<std::optional<TicketFacts>, krb5_error_code> tgt_in(const Kerberos& kerberos,
                                                                               krb5_ccache cache, krb5_principal owner);

/// "aes256-cts-hmac-sha1-96" or, for a type without a name, "encryption type 99".
[[nodiscard]] std::string encryption_type_name(krb5_enctype type);

}  // namespace casweep::logon
