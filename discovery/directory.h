// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/octets.h"
#include "base/patience.h"
#include "discovery/directory_error.h"
#include "discovery/enrollment_service.h"
#include "discovery/root_domain.h"
#include "discovery/server_identity.h"
#include "logon/account.h"

namespace casweep::discovery {

/// Where the directory is and how the connection to it is protected.
struct DirectoryOptions {
  std::string domain;                ///< DNS name; its domain controllers are found by SRV record. Or:
  std::vector<std::string> servers;  ///< ldap:// or ldaps:// URIs, tried in this order
  bool start_tls = false;            ///< StartTLS on ldap://; ldaps:// is TLS without it
  std::string ca_cert;               ///< PEM file of trusted roots for TLS; empty: the system's
  base::Patience patience;           ///< with every single step: look-up, connect, ticket, bind, each page
  int page_size = 500;               ///< entries a page; a directory's own limit is 1000 by default
};

/// A CA whose object is there, or may be, and which this account may not read.
struct HiddenService {
  EnrollmentService service;  ///< as it was last known; of one that was never known, its name and nothing else
  std::string detail{};       ///< one sentence: what the directory answered
  int ldap_result = 0;        ///< to the look-up of the object; 0: success, without what makes it a CA
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

  std::optional<RootDomain> root_domain{};  ///< nullopt: the directory does not tell
  /// What CN=NTAuthCertificates holds, as DER ([MS-WCCE] 2.2.2.11.3); nullopt: the object is not there to be seen.
  std::optional<std::vector<base::Octets>> nt_auth_certificates{};
  /// CAs that the search did not give and that are not known to be gone: of the `known` ones, and of the container's
  /// objects that show nothing but their names. By common name.
  std::vector<HiddenService> hidden{};
  std::vector<EnrollmentService> removed{};  ///< of the `known` ones, those that the directory no longer has
};

/// Called with a listing that has everything but what look-ups of known CAs add to it, before any of them is looked up:
/// its forest and its root domain are known. What it throws ends the listing.
using ListingCheck = std::function<void(const Listing&)>;

/// Lists every pKIEnrollmentService of the forest: rootDSE, configurationNamingContext, then a paged search below
/// `CN=Enrollment Services,CN=Public Key Services,CN=Services` ([MS-WCCE] 2.2.2.11.2). Read-only. Blocks for no longer
/// than there is patience with each step, and with each server for no longer than 12 such times after the logon: a
/// listing that needs more time is an error. Kerberos accounts bind with SASL GSSAPI, signed and sealed on ldap://,
/// inside verified TLS on ldaps:// and with StartTLS; NTLM accounts by simple bind, inside verified TLS only. A server
/// that does not answer makes way for the next; a server that refuses the account does not. Each of the `known` CAs
/// that the search does not give is looked up by its objectGUID, over the same connection: it is in `services`,
/// `hidden` or `removed`, and in one of them alone; but `check` comes first.
[[nodiscard]] tl::expected<Listing, DirectoryError> list_enrollment_services(
    const DirectoryOptions& options, const logon::Account& account, std::span<const EnrollmentService> known = {},
    const ListingCheck& check = {});

}  // namespace casweep::discovery
