// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// Puts a ticket for `service` on `host` ("cifs", "ca01.corp.example") into `ccache`, unless it holds one. The KDC is
/// asked for exactly this name: DNS cannot replace it, regardless of krb5.conf. Blocks as long as libkrb5 looks for a
/// KDC.
[[nodiscard]] tl::expected<void, LogonError> obtain_service_ticket(const std::string& ccache,
                                                                   const std::string& service, const std::string& host);

/// A ticket for the LDAP service of a domain controller.
struct ControllerTicket {
  std::string domain;       ///< DNS name of the domain whose KDC issued the ticket
  std::string service;      ///< "ldap/dc1.corp.example/corp.example@CORP.EXAMPLE"
  std::string credentials;  ///< the ticket and its session key, as krb5_marshal_credentials() writes them: a secret
};

/// Requests a ticket for the service `ldap/HOST/DOMAIN` of `host`, in the first of `domains` that has it. Only a domain
/// controller has a service of that name: a computer may write its own servicePrincipalName, but only a domain
/// controller may add names with three parts ([MS-ADTS] 3.1.1.5.3.1.1.4). DOMAIN's own realm must issue the ticket. If
/// no such service exists, the error is `server_unproven`. Blocks until `patience` ends.
[[nodiscard]] tl::expected<ControllerTicket, LogonError> obtain_controller_ticket(
    const std::string& ccache, const std::string& account_principal, const std::string& host,
    const std::vector<std::string>& domains, const base::Patience& patience);

}  // namespace casweep::logon
