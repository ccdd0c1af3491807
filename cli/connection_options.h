// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "cli/environment.h"
#include "discovery/account.h"
#include "discovery/directory.h"
#include "discovery/directory_error.h"
#include "discovery/kerberos_ticket.h"

namespace casweep::cli {

/// --domain, --server, --start-tls, --ca-cert, --user, --password-file, --keytab, --ntlm
[[nodiscard]] boost::program_options::options_description connection_options();

/// Which directory to ask, and as whom.
struct ConnectionOptions {
  discovery::DirectoryOptions directory;  ///< neither a domain nor a server: the account's realm says
  std::string user;                       ///< user@REALM; empty: the Kerberos cache at hand
  std::string password_file;
  std::string keytab;
  bool ntlm = false;
};

/// Reads and validates; throws CommandError for what cannot be meant or would not be safe.
[[nodiscard]] ConnectionOptions read_connection_options(const boost::program_options::variables_map& values);

/// A proven account, or one whose password is at hand; a private ticket goes with it.
struct Session {
  std::optional<discovery::KerberosTicket> ticket;
  discovery::Account account;
};

/// Gets the ticket, or for NTLM the password: from the file or from the person at the terminal. Blocks while they type
/// and while the KDC answers. Throws CommandError (credentials) if there is nobody and no file to ask.
[[nodiscard]] tl::expected<Session, discovery::DirectoryError> log_on(const ConnectionOptions& options,
                                                                      const Environment& environment);

/// The DNS domain of "user@REALM", lower-cased; empty without a realm.
[[nodiscard]] std::string domain_of_principal(std::string_view principal);

/// If neither a domain nor a server was named, takes the domain of `principal` and says so.
void name_directory(discovery::DirectoryOptions& directory, std::string_view principal, const Environment& environment);

}  // namespace casweep::cli
