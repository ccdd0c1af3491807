// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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
  std::string domain;                ///< DNS name; its domain controllers are found by SRV records. Or:
  std::vector<std::string> servers;  ///< ldap:// or ldaps:// URIs, tried in this order
  bool start_tls = false;            ///< StartTLS on ldap://; ldaps:// is TLS without it
  std::string ca_cert;               ///< PEM file of trusted roots for TLS; empty: the system's
  base::Patience patience;           ///< for each step: look-up, connect, ticket, bind, each page
  int page_size = 500;               ///< entries a page; a directory's own limit is 1000 by default

  /// Receives a sentence about domain controllers that were passed over, and why.
  std::function<void(const std::string&)> note{};
  /// The URIs of the servers that answered, which are tried first the next time. Copies of the options share them.
  std::shared_ptr<std::set<std::string>> answered = std::make_shared<std::set<std::string>>();
};

/// A CA whose object exists, or may exist, but is not readable for this account.
struct HiddenService {
  EnrollmentService service;  ///< as it was last known; only the name if it was never known
  std::string detail{};       ///< one sentence: what the directory answered
  int ldap_result = 0;        ///< of the look-up of the object; 0: success, but the answer does not show a CA
};

/// The complete data of a forest's directory about its enterprise CAs.
struct Listing {
  std::string forest;                        ///< DNS name of the forest's root domain
  std::string directory_server;              ///< URI of the domain controller that answered
  ServerIdentity server;                     ///< the same, with the proof
  std::string protection;                    ///< e.g. "Kerberos sign and seal (256-bit)", as negotiated
  std::string configuration_naming_context;  ///< from the rootDSE
  std::string domain_naming_context;         ///< of the domain whose controller answered; empty: not stated
  std::string base;                          ///< searched container
  std::string filter;
  std::vector<std::string> attributes;  ///< requested, in this order
  std::size_t entries_returned = 0;
  std::vector<EnrollmentService> services;  ///< sorted by common name

  std::optional<RootDomain> root_domain{};  ///< nullopt: the directory does not provide it
  /// The content of CN=NTAuthCertificates, as DER ([MS-WCCE] 2.2.2.11.3); nullopt: the object is absent or not visible.
  std::optional<std::vector<base::Octets>> nt_auth_certificates{};
  /// CAs that the search did not return and that are not known to be gone: `known` CAs, and objects in the container of
  /// which only the name is visible. Sorted by common name.
  std::vector<HiddenService> hidden{};
  std::vector<EnrollmentService> removed{};  ///< the `known` CAs that the directory no longer has
};

/// Called with the listing before any known CA is looked up, when its forest and its root domain are known. An
/// exception ends the listing.
using ListingCheck = std::function<void(const Listing&)>;

/// Lists every pKIEnrollmentService of the forest: rootDSE, configurationNamingContext, then a paged search below
/// `CN=Enrollment Services,CN=Public Key Services,CN=Services` ([MS-WCCE] 2.2.2.11.2). Read-only. `patience` limits
/// each step, and 12 times `patience` limits each server after the logon: a listing that needs more time is an error.
/// Kerberos accounts bind with SASL GSSAPI, signed and sealed on ldap://, inside verified TLS on ldaps:// and with
/// StartTLS; NTLM accounts by simple bind, inside verified TLS only. If several servers are
/// known and the first does not answer, all are asked at once, and the first that answers is used; if a server refuses
/// the account, no other is tried. After `check`, each of the `known` CAs that the search does not return is
/// looked up by its objectGUID over the same connection, and added to exactly one of `services`, `hidden` and
/// `removed`.
[[nodiscard]] tl::expected<Listing, DirectoryError> list_enrollment_services(
    const DirectoryOptions& options, const logon::Account& account, std::span<const EnrollmentService> known = {},
    const ListingCheck& check = {});

}  // namespace casweep::discovery
