// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/findings.h"

#include <netdb.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "assess/judgement.h"
#include "assess/key_claims.h"
#include "assess/remediation.h"
#include "base/ascii_case.h"
#include "base/host_name.h"
#include "base/name_list.h"
#include "base/object_guid.h"
#include "base/printable.h"
#include "logon/clock_lead.h"

namespace casweep::doctor {
namespace {

constexpr std::size_t most_named = 5;

std::string listed(const std::vector<std::string>& names) { return base::name_list(names, most_named); }

std::string text_of_instant(std::chrono::sys_seconds instant) {
  return fmt::format("{:%Y-%m-%d %H:%M}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(instant)));
}

Finding warning(std::string text, std::string advice) { return {Outcome::warning, std::move(text), std::move(advice)}; }

std::string text_of_ticket(const logon::TicketFacts& ticket) {
  return fmt::format("session key {}, ticket {}, {}", ticket.session_key_type, ticket.ticket_type,
                     ticket.renewable_until
                         ? fmt::format("renewable until {}", text_of_instant(*ticket.renewable_until))
                         : "not renewable");
}

/// "dc1.corp.example (10.20.0.1, in DNS also dc.corp.example)".
std::string text_of_lookup(const base::HostLookup& host) {
  std::vector<std::string> addresses;
  for (const auto& [address, name] : host.addresses) {
    const bool same = name.empty() || base::same_host_name(name, host.host);
    addresses.push_back(same ? address : fmt::format("{}, which DNS calls {}", address, name));
  }
  if (base::is_address(host.host)) return addresses.front();
  return fmt::format("{} ({})", host.host, listed(addresses));
}

std::string text_of_failed_lookup(const base::HostLookup& host) {
  return host.error == EAI_AGAIN ? fmt::format("DNS did not answer about {}", host.host)
                                 : fmt::format("{} has no address", host.host);
}

/// "TCP port 389"; "these ports" if they differ.
std::string text_of_port(std::span<const base::Endpoint> endpoints) {
  const auto differs = [&](const base::Endpoint& endpoint) { return endpoint.port != endpoints.front().port; };
  return std::ranges::any_of(endpoints, differs) ? std::string("these ports")
                                                 : fmt::format("TCP port {}", endpoints.front().port);
}

}  // namespace

Finding about_history(const std::filesystem::path& file, bool exists) {
  return {.text = exists ? fmt::format("{} is usable.", file.string())
                         : fmt::format("{} does not exist yet; the first scan creates it.", file.string())};
}

Finding about_client_library(const winreg::ClientLibrary& library) {
  return {.text = library.version.empty() ? fmt::format("Loaded: {}.", library.file)
                                          : fmt::format("Samba {}: {}.", library.version, library.file)};
}

Finding about_confinement(const sweep::Confinement& confinement) {
  std::vector<std::string> present;
  std::vector<std::string> missing;
  for (const sweep::Measure measure : sweep::all_measures())
    (confinement.has(measure) ? present : missing).emplace_back(word_of(measure));
  const std::string in_force = fmt::format("In force: {}.", base::name_list(present, present.size()));
  if (missing.empty()) return {.text = in_force};
  return warning(
      fmt::format("Not in force: {}.{}", base::name_list(missing, missing.size()),
                  present.empty() ? "" : " " + in_force),
      "Use a kernel that has Landlock and seccomp, and allow them if casweep runs in a container. Scans work without "
      "them, but a hostile CA host could then do more harm.");
}

Finding about_user(bool is_root) {
  if (!is_root) return {};
  return warning("casweep runs as root, which a scan does not need.", "Use an account of its own.");
}

Finding about_cache(const logon::CacheFacts& cache, std::chrono::sys_seconds now) {
  const bool expired = cache.ticket.end <= now;
  std::string text = fmt::format("A ticket of {} in {}, which {} {}.", cache.principal, cache.name,
                                 expired ? "expired" : "expires", text_of_instant(cache.ticket.end));
  if (!expired) return {.text = std::move(text)};
  return failure(logon::LogonErrorKind::kerberos_failed, std::move(text), "Run kinit.");
}

Finding about_keytab(const std::string& file, std::span<const logon::KeytabEntry> entries, std::string_view principal) {
  std::vector<std::string> keys;
  std::vector<std::string> owners;
  for (const auto& [owner, version, type] : entries) {
    if (base::same_but_for_case(owner, principal)) {
      keys.push_back(fmt::format("{} (version {})", type, version));
    } else if (std::ranges::find(owners, owner) == owners.end()) {
      owners.push_back(owner);
    }
  }
  if (keys.empty()) {
    return failure(logon::LogonErrorKind::kerberos_failed,
                   owners.empty()
                       ? fmt::format("The keytab {} is empty.", file)
                       : fmt::format("The keytab {} has no key of {}, only of {}.", file, principal, listed(owners)),
                   "Name the account as the keytab does, or make a keytab for it.");
  }
  return {.text = fmt::format("The keytab {} has keys of {}: {}.{}", file, principal, listed(keys),
                              owners.empty() ? "" : fmt::format(" It also has keys of {}.", listed(owners)))};
}

Finding about_password(std::string_view principal, std::string_view file, logon::Logon logon) {
  std::string text = file.empty() ? fmt::format("The password of {} was typed.", principal)
                                  : fmt::format("The password of {} is in {}.", principal, file);
  if (logon == logon::Logon::kerberos) return {.text = std::move(text)};
  return warning(text + " --ntlm does not prove which host answers: any member of the domain can answer for a CA.",
                 "Scan with Kerberos to be sure.");
}

Finding about_name_servers(std::span<const std::string> addresses) {
  if (addresses.empty()) {
    return warning("/etc/resolv.conf names no DNS server.", "Name the domain's DNS servers in it.");
  }
  return {.text = fmt::format("DNS servers: {}.", base::name_list(addresses, most_named))};
}

Finding about_controllers(std::string_view source, std::span<const base::HostLookup> hosts) {
  std::vector<std::string> found;
  std::vector<std::string> missing;
  for (const base::HostLookup& host : hosts) {
    if (host.addresses.empty()) {
      missing.push_back(text_of_failed_lookup(host));
    } else {
      found.push_back(text_of_lookup(host));
    }
  }
  const std::string text = fmt::format("From {}: {}.", source, listed(found));
  if (missing.empty()) return {.text = text};
  if (found.empty()) {
    return failure(discovery::DirectoryErrorKind::name_not_resolved,
                   fmt::format("From {}: {}.", source, listed(missing)),
                   "Check that this machine uses the domain's DNS servers.");
  }
  return warning(fmt::format("{} {}.", text, listed(missing)),
                 "Remove the records of domain controllers that no longer exist; casweep asks the others.");
}

Finding about_kdcs(std::string_view realm, const logon::KdcList& list) {
  if (!base::is_host_name(realm)) {
    return failure(logon::LogonErrorKind::name_not_resolved,
                   fmt::format("\"{}\" is not the name of a realm or domain.", base::printable(realm)),
                   "Write it like corp.example.");
  }
  if (list.kdcs.empty() && list.in_order) {
    return warning(
        fmt::format("krb5.conf forbids to look for the KDCs of {} in DNS, or names one in a form that casweep cannot "
                    "check, such as the URL of a proxy.",
                    realm),
        "If no ticket is issued, name the KDCs as HOST or HOST:PORT in krb5.conf.");
  }
  if (list.kdcs.empty()) {
    return failure(logon::LogonErrorKind::name_not_resolved,
                   fmt::format("krb5.conf names no KDC of {0}, and DNS has no _kerberos._tcp.{0} SRV record.", realm),
                   "Check the realm, and that this machine uses the domain's DNS servers.");
  }
  std::vector<std::string> names;
  for (const base::Endpoint& kdc : list.kdcs) names.push_back(base::endpoint_text(kdc));
  return {.text = fmt::format("Of {}, from {}: {}.", realm, list.in_order ? "krb5.conf" : "DNS", listed(names))};
}

Finding about_ports(std::span<const base::Endpoint> endpoints, std::span<const std::optional<base::Refusal>> refusals,
                    Cause cause) {
  std::vector<std::string> accepting;
  std::vector<std::string> passed_over;
  for (std::size_t index = 0; index < std::min(endpoints.size(), refusals.size()); ++index) {
    const std::string name = base::endpoint_text(endpoints[index]);
    if (refusals[index]) {
      passed_over.push_back(fmt::format("{} {}", name, words_for(*refusals[index])));
    } else {
      accepting.push_back(name);
    }
  }
  if (accepting.empty()) {
    return failure(cause, fmt::format("{}.", listed(passed_over)),
                   fmt::format("Check that a domain controller is running, and that no firewall blocks {} between it "
                               "and this machine.",
                               endpoints.empty() ? "its port" : text_of_port(endpoints)));
  }
  if (passed_over.empty()) return {.text = fmt::format("{}.", listed(accepting))};
  return warning(
      fmt::format("{} of {}: {}. {}.", accepting.size(), endpoints.size(), listed(accepting), listed(passed_over)),
      "Check whether these hosts still exist; casweep asks the others.");
}

Finding about_clocks(std::span<const HostClock> clocks) {
  std::vector<std::string> too_far;
  std::vector<std::string> unknown;
  std::vector<std::string> near;
  std::chrono::seconds greatest{0};
  for (const auto& [host, lead] : clocks) {
    if (!lead) {
      unknown.push_back(host);
    } else if (logon::is_too_far(*lead)) {
      too_far.push_back(fmt::format("the clock of {} is {} this machine's clock", host, logon::text_of_lead(*lead)));
    } else {
      near.push_back(host);
      greatest = std::max(greatest, std::chrono::abs(*lead));
    }
  }
  const auto limit = std::chrono::duration_cast<std::chrono::minutes>(logon::greatest_skew).count();
  if (!too_far.empty()) {
    std::string text = listed(too_far);
    text.front() = 'T';
    text += fmt::format("; Kerberos allows {} min by default.", limit);
    if (near.empty()) {
      return failure(logon::LogonErrorKind::kerberos_failed, std::move(text), "Set this machine's clock by NTP.");
    }
    return warning(std::move(text), "Set the clocks of these hosts by NTP.");
  }
  const std::string without =
      unknown.empty() ? std::string() : fmt::format(" These hosts did not tell their time: {}.", listed(unknown));
  if (near.empty()) {
    return warning(unknown.empty() ? std::string("No host is known whose clock could be compared.")
                                   : fmt::format("No host told its time: {}.", listed(unknown)),
                   "Allow TCP port 445 to a domain controller to let casweep compare the clocks; a scan does not need "
                   "it.");
  }
  return {.text = fmt::format("Greatest difference: {} s ({}).{}", greatest.count(), listed(near), without)};
}

Finding about_ticket(const logon::CacheFacts& cache, std::chrono::sys_seconds now) {
  const auto left = std::chrono::duration_cast<std::chrono::minutes>(cache.ticket.end - now);
  return {.text = fmt::format("{} has a ticket until {}, for {} min: {}.", cache.principal,
                              text_of_instant(cache.ticket.end), left.count(), text_of_ticket(cache.ticket))};
}

Finding about_directory(const BoundDirectory& directory) {
  const auto& [uri, identity, protection, bound_to_tls, note] = directory;
  std::string text = fmt::format("{} ({}): {}{}. Proof: {}.", uri, identity.address, protection,
                                 bound_to_tls ? ", bound to this TLS connection" : "", identity.proof);
  if (note.empty()) return {.text = std::move(text)};
  return warning(std::move(text), note);
}

Finding about_listing(const discovery::Listing& listing) {
  std::string text = fmt::format("{} {} in the forest {}.", listing.services.size(),
                                 listing.services.size() == 1 ? "enterprise CA" : "enterprise CAs", listing.forest);
  if (listing.hidden.empty()) return {.text = std::move(text)};
  std::vector<std::string> names;
  for (const discovery::HiddenService& hidden : listing.hidden)
    names.push_back(base::name_or_guid(name_of(hidden.service), hidden.service.object_guid));
  return warning(fmt::format("{} Hidden from this account: {}.", text, listed(names)),
                 "Allow the account to read these objects in the Enrollment Services container.");
}

Stage stage_of(const assess::Reading& reading) {
  using assess::Reason;
  if (reading.result) return Stage::done;
  const Reason reason = reading.result.error().reason;
  if (reason == Reason::no_host_name || reason == Reason::host_name_invalid) return Stage::directory_object;
  if (reading.address.empty()) return Stage::name;
  if (!reading.protocol.empty()) return Stage::key;
  switch (reason) {
    case Reason::host_unreachable:
    case Reason::connection_refused:
    case Reason::timed_out:
      return Stage::port;
    case Reason::remote_registry_unavailable:
    case Reason::remote_registry_not_starting:
      return Stage::registry;
    default:
      return Stage::logon;
  }
}

namespace {

std::string_view words_for(Stage stage) {
  switch (stage) {
    case Stage::directory_object:
      return "its object in the directory";
    case Stage::name:
      return "the look-up of its host";
    case Stage::port:
      return "TCP port 445";
    case Stage::logon:
      return "the logon to SMB";
    case Stage::registry:
      return "the Remote Registry service";
    case Stage::key:
    case Stage::done:
      break;
  }
  return "the CA's key";
}

}  // namespace

Finding about_ca(const discovery::EnrollmentService& ca, const assess::Reading& reading) {
  if (reading.result) {
    const std::string place = fmt::format("{}: {}.", reading.address, reading.result->key_path);
    const assess::Judgement judgement = assess::judge(reading, ca.dns_host_name);
    if (judgement.verdict != assess::Verdict::unknown) return {.text = place};
    return failure(judgement.reason,
                   fmt::format("{} It was read, but gives no verdict ({}): {}", place, word_of(judgement.reason),
                               judgement.detail),
                   assess::remediation_for(judgement.verdict, judgement.reason, ca.dns_host_name).advice);
  }
  const assess::ReadFailure& error = reading.result.error();
  return failure(
      error.reason,
      fmt::format("Stopped at {} ({}): {}", words_for(stage_of(reading)), word_of(error.reason), error.detail),
      assess::remediation_for(assess::Verdict::unknown, error.reason, ca.dns_host_name).advice);
}

std::vector<Finding> about_cas(std::span<const discovery::EnrollmentService> cas,
                               std::span<const discovery::EnrollmentService> listed,
                               std::map<base::ObjectGuid, assess::Reading> readings) {
  assess::settle_key_claims(listed, readings);
  std::vector<Finding> findings;
  for (const discovery::EnrollmentService& ca : cas) findings.push_back(about_ca(ca, readings.at(ca.object_guid)));
  return findings;
}

}  // namespace casweep::doctor
