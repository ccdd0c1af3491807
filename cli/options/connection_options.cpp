// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/connection_options.h"

#include <fmt/format.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/options/trusted_input.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/password.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

CommandError usage(const std::string& message) { return {ExitCode::usage, message}; }

bool has_scheme(const std::string& uri, std::string_view scheme) {
  return uri.size() > scheme.size() && strncasecmp(uri.c_str(), scheme.data(), scheme.size()) == 0;
}

bool is_ldaps(const std::string& uri) { return has_scheme(uri, "ldaps://"); }

/// Every --server may hold several, separated by blanks: a variable has no other way.
std::vector<std::string> servers_of(const po::variables_map& values) {
  std::vector<std::string> servers;
  if (values.count("server") == 0) return servers;
  for (const std::string& value : values["server"].as<std::vector<std::string>>()) {
    std::istringstream words(value);
    for (std::string uri; words >> uri;) servers.push_back(uri);
  }
  return servers;
}

void validate_directory(const discovery::DirectoryOptions& directory) {
  if (!directory.domain.empty() && !directory.servers.empty()) {
    throw usage("--domain and --server exclude each other: a server is asked directly, a domain finds its servers.");
  }
  for (const std::string& uri : directory.servers) {
    if (uri.find('@') != std::string::npos) {
      throw usage("--server takes a host and nothing of an account; name that with --user and --password-file.");
    }
    if (!is_ldaps(uri) && !has_scheme(uri, "ldap://")) {
      throw usage(fmt::format("--server '{}' is no LDAP URI; write it like ldap://dc01.corp.example.", uri));
    }
  }
  if (!directory.ca_cert.empty() && access(directory.ca_cert.c_str(), R_OK) != 0) {
    throw CommandError(ExitCode::data,
                       fmt::format("The file '{}' of --ca-cert cannot be read; check it.", directory.ca_cert));
  }
  if (!directory.ca_cert.empty()) require_trusted_input("file of --ca-cert", directory.ca_cert, ExitCode::data);
}

void validate_account(const ConnectionOptions& options) {
  const auto& user = options.user;
  const auto at = user.find('@');
  if (!user.empty() && (at == 0 || at == std::string::npos || at + 1 == user.size())) {
    throw usage(fmt::format("--user '{}' lacks its realm; write it like auditor@CORP.EXAMPLE.", user));
  }
  if (user.empty() && !(options.password_file.empty() && options.keytab.empty())) {
    throw usage("--password-file and --keytab belong to an account; name it with --user.");
  }
  if (!options.password_file.empty() && !options.keytab.empty()) {
    throw usage("--password-file and --keytab exclude each other; keep one.");
  }
  if (!options.keytab.empty()) require_trusted_input("keytab", options.keytab, ExitCode::credentials);
}

void validate_ntlm(const ConnectionOptions& options) {
  if (!options.ntlm) return;
  if (options.user.empty()) throw usage("--ntlm cannot use a Kerberos cache; name the account with --user.");
  if (!options.keytab.empty()) throw usage("--ntlm needs a password, which a keytab does not hold.");
  const auto& servers = options.directory.servers;
  if (servers.empty()) {
    throw usage(
        "--ntlm sends the password to the directory, but not to a server that only DNS names; name a domain controller "
        "with --server ldaps://HOST.");
  }
  const bool tls = options.directory.start_tls || std::ranges::all_of(servers, is_ldaps);
  if (!tls) {
    throw usage("--ntlm sends the password to the directory, so it needs TLS: --server ldaps://HOST or --start-tls.");
  }
}

}  // namespace

po::options_description connection_options() {
  po::options_description options;
  options.add_options()("domain", po::value<std::string>())("server", po::value<std::vector<std::string>>())(
      "start-tls", po::bool_switch())("ca-cert", po::value<std::string>())("user", po::value<std::string>())(
      "password-file", po::value<std::string>())("keytab", po::value<std::string>())("ntlm", po::bool_switch());
  return options;
}

std::span<const std::pair<std::string_view, std::string_view>> connection_opposites() {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array pairs{Pair{"domain", "server"}, Pair{"password-file", "keytab"}, Pair{"ntlm", "keytab"}};
  return pairs;
}

ConnectionOptions read_connection_options(const po::variables_map& values) {
  ConnectionOptions options;
  options.directory.domain = text_of(values, "domain");
  options.directory.servers = servers_of(values);
  options.directory.start_tls = values["start-tls"].as<bool>();
  options.directory.ca_cert = text_of(values, "ca-cert");
  options.user = text_of(values, "user");
  options.password_file = text_of(values, "password-file");
  options.keytab = text_of(values, "keytab");
  options.ntlm = values["ntlm"].as<bool>();
  options.directory.patience.interrupted = Interruption::flag();
  validate_directory(options.directory);
  validate_account(options);
  validate_ntlm(options);
  return options;
}

base::Secret password_for(const ConnectionOptions& options, const Environment& environment) {
  if (options.user.empty() || !options.keytab.empty()) return {};
  if (!options.password_file.empty()) return read_password_file(options.password_file, environment);
  return ask_for_password(options.user, "--password-file or --keytab");
}

std::string account_name(const ConnectionOptions& options) {
  return options.user.empty() ? discovery::KerberosTicket::owner_at_hand() : options.user;
}

tl::expected<Session, discovery::DirectoryError> log_on(const ConnectionOptions& options, base::Secret password) {
  using discovery::KerberosTicket;
  if (options.ntlm) return Session{std::nullopt, {logon::Logon::ntlm, options.user, "", std::move(password)}};

  const base::Patience& patience = options.directory.patience;
  auto ticket = options.user.empty()      ? KerberosTicket::at_hand()
                : !options.keytab.empty() ? KerberosTicket::from_keytab(options.user, options.keytab, patience)
                                          : KerberosTicket::from_password(options.user, password, patience);
  if (!ticket) return tl::unexpected(std::move(ticket.error()));
  logon::Account account{logon::Logon::kerberos, ticket->principal(), ticket->ccache(), {}};
  return Session{std::move(*ticket), std::move(account)};
}

std::string domain_of_principal(std::string_view principal) {
  const auto at = principal.rfind('@');
  if (at == std::string_view::npos) return {};
  std::string domain(principal.substr(at + 1));
  std::ranges::transform(domain, domain.begin(), base::ascii_lower);
  return domain;
}

void name_directory(discovery::DirectoryOptions& directory, std::string_view principal,
                    const Environment& environment) {
  if (!directory.domain.empty() || !directory.servers.empty()) return;
  directory.domain = domain_of_principal(principal);
  if (directory.domain.empty()) {
    throw usage("No directory was named, and the account has no realm; use --domain or --server.");
  }
  environment.err << "casweep: asking the domain " << base::terminal_safe(directory.domain) << ", from the realm of "
                  << base::terminal_safe(principal) << "; --domain names another.\n";
}

}  // namespace casweep::cli
