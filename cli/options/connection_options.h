// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "cli/terminal/environment.h"
#include "discovery/directory.h"
#include "discovery/directory_error.h"
#include "discovery/kerberos_ticket.h"
#include "logon/account.h"

namespace casweep::cli {

/// --domain, --server, --start-tls, --ca-cert, --user, --password-file, --keytab, --ntlm
[[nodiscard]] boost::program_options::options_description connection_options();

/// Pairs of these options that exclude each other. One of a higher source (argument, variable, config file) takes the
/// other of a lower one out; from the same source they are an error.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> connection_opposites();

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
  logon::Account account;
};

/// The account's password if it needs one, from the file or from the person at the terminal; empty if not. Blocks while
/// they type. Throws CommandError (credentials) if there is nobody and no file to ask.
[[nodiscard]] base::Secret password_for(const ConnectionOptions& options, const Environment& environment);

/// Who will ask, as far as that is known before anybody is asked: --user, or the owner of the cache at hand.
[[nodiscard]] std::string account_name(const ConnectionOptions& options);

/// Gets the ticket, with `password` if there is no other way. Asks the KDC for as long as the directory's options
/// allow.
[[nodiscard]] tl::expected<Session, discovery::DirectoryError> log_on(const ConnectionOptions& options,
                                                                      base::Secret password);

/// The DNS domain of "user@REALM", lower-cased; empty without a realm.
[[nodiscard]] std::string domain_of_principal(std::string_view principal);

/// If neither a domain nor a server was named, takes the domain of `principal` and says so.
void name_directory(discovery::DirectoryOptions& directory, std::string_view principal, const Environment& environment);

}  // namespace casweep::cli
