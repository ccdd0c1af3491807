// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "discovery/account.h"
#include "discovery/directory_error.h"
#include "discovery/enrollment_service.h"
#include "discovery/patience.h"
#include "discovery/server_identity.h"

namespace casweep::discovery {

/// Where the directory is and how the connection to it is protected.
struct DirectoryOptions {
  std::string domain;                ///< DNS name; its domain controllers are found by SRV record. Or:
  std::vector<std::string> servers;  ///< ldap:// or ldaps:// URIs, tried in this order
  bool start_tls = false;            ///< StartTLS on ldap://; ldaps:// is TLS without it
  std::string ca_cert;               ///< PEM file of trusted roots for TLS; empty: the system's
  Patience patience;                 ///< with every single step: look-up, connect, ticket, bind, each page
  int page_size = 500;               ///< entries a page; a directory's own limit is 1000 by default
};

/// Everything a forest's directory says about its enterprise CAs, complete or not at all.
struct Listing {
  std::string forest;                        ///< DNS name of the forest's root domain
  std::string directory_server;              ///< URI of the domain controller that answered
  ServerIdentity server;                     ///< the same, with the proof
  std::string protection;                    ///< e.g. "Kerberos sign and seal (256-bit)", as negotiated
  std::string configuration_naming_context;  ///< from the rootDSE
  std::string domain_naming_context;         ///< of the domain whose controller answered; empty: it does not say
  std::string base;                          ///< searched container
  std::string filter;
  std::vector<std::string> attributes;  ///< asked for, in this order
  std::size_t entries_returned = 0;
  std::vector<EnrollmentService> services;  ///< sorted by common name
};

/// Lists every pKIEnrollmentService of the forest: rootDSE, configurationNamingContext, then a paged search below
/// `CN=Enrollment Services,CN=Public Key Services,CN=Services` ([MS-WCCE] 2.2.2.11.2). Read-only. Blocks for no longer
/// than there is patience with each step. Kerberos accounts bind with SASL GSSAPI, signed and sealed on ldap://, inside
/// verified TLS on ldaps:// and with StartTLS; NTLM accounts by simple bind, inside verified TLS only. A server that
/// does not answer makes way for the next; a server that refuses the account does not.
[[nodiscard]] tl::expected<Listing, DirectoryError> list_enrollment_services(const DirectoryOptions& options,
                                                                             const Account& account);

}  // namespace casweep::discovery
