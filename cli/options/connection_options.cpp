// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/connection_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
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
#include "cli/terminal/note.h"
#include "cli/terminal/password.h"
#include "logon/realm.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

CommandError usage(const std::string& message) { return {ExitCode::usage, message}; }

bool has_scheme(const std::string& uri, std::string_view scheme) {
  return uri.size() > scheme.size() && base::starts_with_but_for_case(uri, scheme);
}

bool is_ldaps(const std::string& uri) { return has_scheme(uri, "ldaps://"); }

/// Every --server may hold several, separated by spaces: a variable has no other way.
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
    throw usage("--domain and --server exclude each other: --domain finds servers through DNS, --server names them.");
  }
  for (const std::string& uri : directory.servers) {
    if (uri.find('@') != std::string::npos) {
      throw usage("--server does not take an account; use --user and --password-file.");
    }
    if (!is_ldaps(uri) && !has_scheme(uri, "ldap://")) {
      throw usage(fmt::format("--server '{}' is not an LDAP URI; write it like ldap://dc01.corp.example.", uri));
    }
  }
  if (!directory.ca_cert.empty() && access(directory.ca_cert.c_str(), R_OK) != 0) {
    throw CommandError(ExitCode::data, fmt::format("The --ca-cert file '{}' cannot be read.", directory.ca_cert));
  }
  if (!directory.ca_cert.empty()) require_trusted_input("--ca-cert file", directory.ca_cert, ExitCode::data);
}

void validate_account(const ConnectionOptions& options) {
  const auto& user = options.user;
  const auto at = user.find('@');
  if (!user.empty() && (at == 0 || at == std::string::npos || at + 1 == user.size())) {
    throw usage(fmt::format("--user '{}' has no realm; write it like auditor@CORP.EXAMPLE.", user));
  }
  if (user.empty() && !(options.password_file.empty() && options.keytab.empty())) {
    throw usage("--password-file and --keytab need an account; name it with --user.");
  }
  if (!options.password_file.empty() && !options.keytab.empty()) {
    throw usage("--password-file and --keytab exclude each other; use one of them.");
  }
  if (!options.keytab.empty()) require_trusted_input("keytab", options.keytab, ExitCode::credentials);
}

void validate_ntlm(const ConnectionOptions& options) {
  if (!options.ntlm) return;
  if (options.user.empty()) throw usage("--ntlm cannot use a Kerberos cache; name the account with --user.");
  if (!options.keytab.empty())
    throw usage("--ntlm needs a password, and a keytab does not contain one; use --password-file.");
  const auto& servers = options.directory.servers;
  if (servers.empty()) {
    throw usage(
        "--ntlm sends the password to the directory, so the server must not come from DNS; name a domain controller "
        "with "
        "--server ldaps://HOST.");
  }
  const bool tls = options.directory.start_tls || std::ranges::all_of(servers, is_ldaps);
  if (!tls) {
    throw usage(
        "--ntlm sends the password to the directory, so it needs TLS; use --server ldaps://HOST or --start-tls.");
  }
}

void warn_of_silent_kdcs(const logon::KerberosConfig& kerberos, const Environment& environment) {
  if (kerberos.passed_over().empty()) return;
  std::string silent;
  for (const std::string& kdc : kerberos.passed_over()) silent += (silent.empty() ? "" : ", ") + kdc;
  note(environment,
       fmt::format("KDCs were passed over ({}); {} is used. Check krb5.conf and the _kerberos._tcp records in DNS.",
                   base::terminal_safe(silent), base::terminal_safe(kerberos.kdc())));
}

}  // namespace

OptionGroup directory_options() {
  OptionGroup group{.heading = "Directory", .opposites = {{"domain", "server"}}};
  auto add = group.options.add_options();
  add("domain", po::value<std::string>()->value_name("DOMAIN"),
      "DNS name of a domain in the forest; DNS finds its domain controllers (default: the realm of the account)");
  add("server", po::value<std::vector<std::string>>()->value_name("URI"),
      "ask this domain controller, given by its full DNS name as ldap://HOST or ldaps://HOST; repeat the option to "
      "name alternatives in the order of your preference");
  add("start-tls", po::bool_switch(), "use StartTLS with ldap:// servers");
  add("ca-cert", po::value<std::string>()->value_name("FILE"),
      "trusted root certificates for TLS, in PEM (default: those of the system)");
  return group;
}

OptionGroup account_options(Asks asks) {
  OptionGroup group{.heading = "Account", .opposites = {{"password-file", "keytab"}, {"ntlm", "keytab"}}};
  auto add = group.options.add_options();
  add("user", po::value<std::string>()->value_name("USER@REALM"),
      "log on as this account (default: the owner of the current Kerberos cache)");
  add("password-file", po::value<std::string>()->value_name("FILE"),
      "read the password from the first line of FILE; without this option and --keytab, casweep asks for it on the "
      "terminal");
  add("keytab", po::value<std::string>()->value_name("FILE"), "log on with the account's keys in this keytab");
  add("ntlm", po::bool_switch(),
      asks == Asks::directory ? "log on with a simple bind inside TLS instead of Kerberos; needs --user, --server, and "
                                "ldaps:// or --start-tls"
                              : "use NTLM instead of Kerberos; needs --user, --server, and ldaps:// or --start-tls. "
                                "NTLM does not prove which "
                                "host answered: any member of the domain can answer in a CA's place");
  return group;
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
  options.directory.patience.stop = Interruption::flag();
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
  return options.user.empty() ? logon::KerberosTicket::owner_at_hand() : options.user;
}

std::chrono::seconds life_for_scan(std::chrono::milliseconds deadline) {
  // Samba's library refuses a ticket near its end.
  return logon::samba_reserve + std::chrono::ceil<std::chrono::seconds>(deadline) + life_for_directory;
}

std::vector<std::string> realms_of(const ConnectionOptions& options, std::string_view principal) {
  std::vector<std::string> realms;
  const auto add = [&](std::string_view domain) {
    std::string realm = logon::realm_of_domain(domain);
    if (!realm.empty() && std::ranges::find(realms, realm) == realms.end()) realms.push_back(std::move(realm));
  };
  add(principal.substr(std::min(principal.rfind('@') + 1, principal.size())));
  // The suffix of a userPrincipalName may be no realm.
  add(options.directory.domain);
  return realms;
}

tl::expected<Session, logon::LogonError> log_on(const ConnectionOptions& options, base::Secret password,
                                                std::chrono::seconds least_life, const Environment& environment) {
  using logon::KerberosTicket;
  if (options.ntlm) return Session{{}, {}, {logon::Logon::ntlm, options.user, "", std::move(password)}};

  const logon::TicketNeed need{
      .patience = options.directory.patience, .least_life = least_life, .domain = options.directory.domain};
  auto kerberos = logon::KerberosConfig::make(realms_of(options, account_name(options)), need.patience);
  if (!kerberos) return tl::unexpected(std::move(kerberos.error()));
  warn_of_silent_kdcs(*kerberos, environment);
  auto ticket = options.user.empty()      ? KerberosTicket::at_hand(need)
                : !options.keytab.empty() ? KerberosTicket::from_keytab(options.user, options.keytab, need)
                                          : KerberosTicket::from_password(options.user, password, need);
  if (!ticket) return tl::unexpected(std::move(ticket.error()));
  logon::Account account{logon::Logon::kerberos, ticket->principal(), ticket->ccache(), {}};
  return Session{*std::move(kerberos), std::move(*ticket), std::move(account)};
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
  directory.note = [&environment](const std::string& sentence) { note(environment, base::terminal_safe(sentence)); };
  if (!directory.domain.empty() || !directory.servers.empty()) return;
  directory.domain = domain_of_principal(principal);
  if (directory.domain.empty()) {
    throw usage("No directory was named, and the account has no realm; use --domain or --server.");
  }
  note(environment, fmt::format("asking the domain {}, from the realm of {}; use --domain for another.",
                                base::terminal_safe(directory.domain), base::terminal_safe(principal)));
}

}  // namespace casweep::cli
