// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "discovery/directory.h"
#include "logon/account.h"
#include "logon/kerberos_config.h"
#include "logon/kerberos_ticket.h"
#include "logon/logon_error.h"

namespace casweep::cli {

/// --domain, --server, --start-tls, --ca-cert
[[nodiscard]] OptionGroup directory_options();

/// What a command logs on to.
enum class Asks { directory, directory_and_cas };

/// --user, --password-file, --keytab, --ntlm
[[nodiscard]] OptionGroup account_options(Asks asks);

/// Which directory to ask, and as whom.
struct ConnectionOptions {
  discovery::DirectoryOptions directory;  ///< without a domain and a server, the account's realm decides
  std::string user;                       ///< user@REALM; empty: the Kerberos cache at hand
  std::string password_file;
  std::string keytab;
  bool ntlm = false;
};

/// Reads and validates; throws CommandError for options that contradict each other or would not be safe.
[[nodiscard]] ConnectionOptions read_connection_options(const boost::program_options::variables_map& values);

/// A proven account, or one whose password is at hand; a private ticket goes with it.
struct Session {
  logon::KerberosConfig kerberos;
  std::optional<logon::KerberosTicket> ticket;
  logon::Account account;
};

/// The account's password if it needs one, from the file or from the terminal; empty if not. Blocks while the user
/// types. Throws CommandError (credentials) if there is neither.
[[nodiscard]] base::Secret password_for(const ConnectionOptions& options, const Environment& environment);

/// The account, as far as it is known before the logon: --user, or the owner of the current Kerberos cache.
[[nodiscard]] std::string account_name(const ConnectionOptions& options);

/// A ticket that a command needs only for its questions to the directory.
inline constexpr std::chrono::seconds life_for_directory{60};

/// The life that a scan needs of its ticket, with this deadline for each CA: for the listing and a first round of CAs.
[[nodiscard]] std::chrono::seconds life_for_scan(std::chrono::milliseconds deadline);

/// The realms that may be that of `principal`, the likeliest first.
[[nodiscard]] std::vector<std::string> realms_of(const ConnectionOptions& options, std::string_view principal);

/// Gets a ticket that is valid for at least `least_life`, with `password` if there is no other way. Asks the KDC for as
/// long as the directory's options allow, and says which KDCs were passed over, and why.
[[nodiscard]] tl::expected<Session, logon::LogonError> log_on(const ConnectionOptions& options, base::Secret password,
                                                              std::chrono::seconds least_life,
                                                              const Environment& environment);

/// The DNS domain of "user@REALM", lower-cased; empty without a realm.
[[nodiscard]] std::string domain_of_principal(std::string_view principal);

/// If neither a domain nor a server was named, takes the domain of `principal` and says so. The directory will also say
/// which servers were passed over. `environment` must outlive it.
void name_directory(discovery::DirectoryOptions& directory, std::string_view principal, const Environment& environment);

}  // namespace casweep::cli
