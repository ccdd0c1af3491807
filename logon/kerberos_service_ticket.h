// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// Puts a ticket for `service` on `host` ("cifs", "ca01.corp.example") into `ccache`, unless one is there. The KDC is
/// asked for this very name: DNS does not get to replace it, whatever krb5.conf says. Blocks as long as libkrb5 looks
/// for a KDC.
[[nodiscard]] tl::expected<void, LogonError> obtain_service_ticket(const std::string& ccache,
                                                                   const std::string& service, const std::string& host);

/// A ticket for the LDAP service of a domain controller.
struct ControllerTicket {
  std::string domain;       ///< DNS name of the domain whose KDC vouches for it
  std::string service;      ///< "ldap/dc1.corp.example/corp.example@CORP.EXAMPLE"
  std::string credentials;  ///< the ticket and its session key, as krb5_marshal_credentials() writes them: a secret
};

/// Asks Kerberos for the service `ldap/HOST/DOMAIN` of `host`, for the first of `domains` in which there is one. Only a
/// domain controller has a service of that name: a computer may write its own servicePrincipalName, but names of three
/// parts only if it is one ([MS-ADTS] 3.1.1.5.3.1.1.4). DOMAIN's own realm must issue the ticket. Without such a
/// service the error is `server_unproven`. Blocks for as long as there is `patience` with the KDCs.
[[nodiscard]] tl::expected<ControllerTicket, LogonError> obtain_controller_ticket(
    const std::string& ccache, const std::string& account_principal, const std::string& host,
    const std::vector<std::string>& domains, const base::Patience& patience);

}  // namespace casweep::logon
