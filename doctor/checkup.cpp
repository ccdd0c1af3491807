// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/checkup.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "assess/ca_host.h"
#include "base/bounded_call.h"
#include "base/endpoint.h"
#include "base/first_to_accept.h"
#include "base/host_lookup.h"
#include "base/host_name.h"
#include "base/name_servers.h"
#include "base/object_guid.h"
#include "discovery/directory_inquiry.h"
#include "discovery/directory_server.h"
#include "discovery/duplicate_objects.h"
#include "doctor/findings.h"
#include "doctor/sequence.h"
#include "logon/kdc_list.h"
#include "logon/ticket_facts.h"
#include "scan/ca_choice.h"
#include "store/history.h"
#include "sweep/confinement.h"
#include "winreg/smb_clock.h"
#include "winreg/smb_rpc_channel.h"

namespace casweep::doctor {
namespace {

using discovery::DirectoryErrorKind;
using logon::LogonErrorKind;

/// Whose clocks are asked for, at most; a domain may have hundreds of controllers.
constexpr std::size_t most_clocks = 20;

std::chrono::sys_seconds now_in_seconds() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Finding failure_of(const logon::LogonError& error) { return failure(error.kind, error.message); }

Finding failure_of(const discovery::DirectoryError& error) { return failure(error.kind, error.message); }

/// The failure of a look-up or a connection that no host caused.
Finding failure_of(const base::TcpFailure& error) {
  const bool interrupted = error.kind == base::TcpFailure::Kind::interrupted;
  return failure_of(interrupted ? discovery::interrupted_error() : discovery::crashed_error());
}

std::vector<base::Endpoint> endpoints_of(std::span<const discovery::DirectoryServer> servers) {
  std::vector<base::Endpoint> endpoints;
  for (const discovery::DirectoryServer& server : servers) endpoints.push_back({server.host, server.port});
  return endpoints;
}

/// Passes the stages and readings of a sweep on, and makes a step of each CA.
class CaSteps : public sweep::SweepListener {
 public:
  CaSteps(std::span<const discovery::EnrollmentService> services, sweep::SweepListener& watcher)
      : services_(services), watcher_(watcher), steps_(services.size()), starts_(services.size()) {}

  void started(std::size_t index) override {
    starts_[index] = std::chrono::steady_clock::now();
    watcher_.started(index);
  }

  void waiting() override { watcher_.waiting(); }

  void finished(std::size_t index, assess::Reading&& reading) override {
    const discovery::EnrollmentService& ca = services_[index];
    steps_[index] = {.check = Check::ca,
                     .ca = CaOfStep{base::name_or_guid(name_of(ca), ca.object_guid), ca.dns_host_name},
                     .finding = {},
                     .duration = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::steady_clock::now() - starts_[index])};
    readings_.emplace(ca.object_guid, reading);
    watcher_.finished(index, std::move(reading));
  }

  /// In the order of the listing, after all have finished. `listed` is every CA in the directory.
  [[nodiscard]] std::vector<Step> take(std::span<const discovery::EnrollmentService> listed) {
    auto findings = about_cas(services_, listed, std::move(readings_));
    for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i].finding = std::move(findings[i]);
    return std::move(steps_);
  }

 private:
  std::span<const discovery::EnrollmentService> services_;
  sweep::SweepListener& watcher_;
  std::vector<Step> steps_;
  std::vector<std::chrono::steady_clock::time_point> starts_;
  std::map<base::ObjectGuid, assess::Reading> readings_;
};

/// The checks, and what one learned for the next.
class Examination {
 public:
  Examination(const Request& request, Sources& sources)
      : request_(request),
        sources_(sources),
        patience_(request.directory.patience),
        sequence_([&](const Step& step) { sources.finished(step); }, patience_.stop) {}

  std::vector<Step> run() {
    check_machine();
    check_network();
    check_directory();
    check_cas();
    return sequence_.take();
  }

 private:
  void check_machine() {
    sequence_.run(Check::history, {}, [&] { return check_history(); });
    sequence_.run(Check::client_library, {}, [&] { return check_client_library(); });
    sequence_.run(Check::confinement, {}, [&] { return about_confinement(sweep::try_confinement()); });
    sequence_.run(Check::user, {}, [&] { return about_user(::geteuid() == 0); });
    sequence_.run(Check::account, {}, [&] { return check_account(); });
  }

  void check_network() {
    const bool named = !request_.directory.domain.empty() || !request_.directory.servers.empty();
    // Without a name, the account's realm decides.
    const auto unless_named = named ? std::vector<Check>() : std::vector{Check::account};
    sequence_.run(Check::resolver, {}, [&] { return about_name_servers(base::name_servers()); });
    sequence_.run(Check::domain_controllers, unless_named, [&] { return check_controllers(); });
    sequence_.run(Check::directory_ports, {Check::domain_controllers},
                  [&] { return check_ports(endpoints_of(servers_), DirectoryErrorKind::unreachable); });
    if (request_.logon == logon::Logon::kerberos) check_kerberos_services();
  }

  /// NTLM asks no KDC, and does not depend on clocks.
  void check_kerberos_services() {
    const auto unless_known = request_.realms.empty() ? std::vector{Check::account} : std::vector<Check>();
    sequence_.run(Check::kdcs, unless_known, [&] { return check_kdcs(); });
    const bool some_can_be_asked = !kdcs_.empty() || sequence_.obstacle_to({Check::kdcs});
    if (some_can_be_asked) {
      sequence_.run(Check::kdc_ports, {Check::kdcs},
                    [&] { return check_ports(kdcs_, LogonErrorKind::kdc_unreachable); });
    }
    const auto unless_kdcs = kdcs_.empty() ? std::vector{Check::domain_controllers} : std::vector<Check>();
    sequence_.run(Check::clocks, unless_kdcs, [&] { return check_clocks(); });
  }

  void check_directory() {
    std::vector<Check> needs{Check::account};
    if (request_.logon == logon::Logon::kerberos) {
      sequence_.run(Check::ticket, {Check::account, Check::clocks, Check::kdc_ports}, [&] { return check_ticket(); });
      needs = {Check::ticket};
    }
    needs.push_back(Check::directory_ports);
    sequence_.run(Check::directory, needs, [&] { return check_bind(); });
    sequence_.run(Check::listing, {Check::directory}, [&] { return check_listing(); });
    if (!request_.cas.empty()) sequence_.run(Check::ca_choice, {Check::listing}, [&] { return check_choice(); });
  }

  void check_cas() {
    const std::vector<Check> needs{Check::client_library, Check::listing, Check::ca_choice};
    if (patience_.stop.is_raised()) return;
    if (sequence_.obstacle_to(needs)) return sequence_.run(Check::ca, needs, [] { return Finding{}; });
    auto watcher = sources_.watch(cas_);
    CaSteps steps(cas_, *watcher);
    sweep::SweepOptions options = request_.sweep;
    options.account = account_.principal;
    options.logon_may_be_repeated = account_.logon == logon::Logon::kerberos;
    try {
      sweep::sweep(
          cas_, sources_.reader(account_), options, steps, patience_.stop,
          [&](const discovery::EnrollmentService& ca) { return assess::reading_without_host(ca, account_.principal); });
    } catch (const sweep::SweepInterrupted&) {
      return;
    }
    watcher.reset();
    for (Step& step : steps.take(listed_)) sequence_.add(std::move(step));
  }

  Finding check_history() const {
    try {
      return about_history(request_.history, store::History::require_usable(request_.history));
    } catch (const store::StoreError& error) {
      return failure(error.kind(), error.what());
    }
  }

  static Finding check_client_library() {
    try {
      return about_client_library(winreg::client_library());
    } catch (const winreg::ClientLibraryMissing& error) {
      return failure(NoClientLibrary{}, error.what());
    }
  }

  Finding check_account() {
    if (request_.credentials == Credentials::cache) {
      const auto cache = logon::facts_of_cache();
      return cache ? about_cache(*cache, now_in_seconds()) : failure_of(cache.error());
    }
    if (request_.credentials == Credentials::keytab) {
      const auto entries = logon::entries_of_keytab(request_.file);
      return entries ? about_keytab(request_.file, *entries, request_.principal) : failure_of(entries.error());
    }
    auto password = sources_.password();
    if (!password) return failure_of(password.error());
    password_ = *std::move(password);
    const bool typed = request_.credentials == Credentials::typed_password;
    return about_password(request_.principal, typed ? std::string() : request_.file, request_.logon);
  }

  Finding check_controllers() {
    const discovery::DirectoryOptions& directory = request_.directory;
    std::string source = fmt::format("the SRV records of {}", directory.domain);
    if (directory.servers.empty()) {
      auto found = discovery::find_domain_controllers(directory.domain, patience_);
      if (!found) return failure_of(found.error());
      servers_ = *std::move(found);
    } else {
      source = "--server";
      for (const std::string& uri : directory.servers) {
        auto server = discovery::parse_directory_server(uri);
        if (!server) return failure_of(server.error());
        servers_.push_back(*std::move(server));
      }
    }
    std::vector<std::string> hosts;
    for (const discovery::DirectoryServer& server : servers_) hosts.push_back(server.host);
    auto lookups = base::look_up_hosts(hosts, base::LookUp::addresses_and_names, patience_);
    if (!lookups) return failure_of(lookups.error());
    controllers_ = *std::move(lookups);
    return about_controllers(source, controllers_);
  }

  Finding check_ports(std::span<const base::Endpoint> endpoints, Cause cause) const {
    const auto refusals = base::refusals_of(endpoints, patience_);
    return refusals ? about_ports(endpoints, *refusals, cause) : failure_of(refusals.error());
  }

  Finding check_kdcs() {
    if (request_.realms.empty()) {
      return failure(LogonErrorKind::name_not_resolved, "The account has no realm.", "Name it as user@REALM.");
    }
    std::string realm;
    logon::KdcList list;
    for (const std::string& name : request_.realms) {
      if (!base::is_host_name(name)) continue;
      const auto found = logon::find_kdcs(name, patience_);
      using Kind = base::BoundedCallFailure::Kind;
      if (!found && found.error().kind == Kind::interrupted) return failure_of(discovery::interrupted_error());
      if (!found && found.error().kind == Kind::crashed) return failure_of(discovery::crashed_error());
      if (!found) {
        return failure(LogonErrorKind::name_not_resolved, fmt::format("DNS gave no answer about the KDCs of {}.", name),
                       "Check /etc/resolv.conf.");
      }
      if (!realm.empty() && found->kdcs.empty()) continue;
      realm = name;
      list = *found;
      if (!list.kdcs.empty()) break;
    }
    kdcs_ = list.kdcs;
    return about_kdcs(realm.empty() ? request_.realms.front() : realm, list);
  }

  /// Of the domain controllers and the KDCs, which are mostly the same hosts.
  Finding check_clocks() const {
    std::vector<std::string> names;
    for (const base::Endpoint& kdc : kdcs_) names.push_back(kdc.host);
    const auto lookups = base::look_up_hosts(names, base::LookUp::addresses, patience_);
    if (!lookups) return failure_of(lookups.error());
    std::vector<std::string> addresses;
    std::vector<HostClock> clocks;
    const auto add = [&](const base::HostLookup& host) {
      if (host.addresses.empty() || clocks.size() == most_clocks) return;
      const std::string& address = host.addresses.front().address;
      if (std::ranges::find(addresses, address) != addresses.end()) return;
      addresses.push_back(address);
      clocks.push_back({host.host});
    };
    std::ranges::for_each(controllers_, add);
    std::ranges::for_each(*lookups, add);
    constexpr std::chrono::milliseconds longest{3000};
    const auto leads =
        winreg::clock_leads_of_hosts(addresses, {.time = std::min(longest, patience_.time), .stop = patience_.stop});
    if (!leads) return failure_of(leads.error());
    for (std::size_t index = 0; index < clocks.size(); ++index) clocks[index].lead = (*leads)[index];
    return about_clocks(clocks);
  }

  Finding check_ticket() {
    auto account = sources_.log_on(std::move(password_));
    if (!account) return failure_of(account.error());
    account_ = *std::move(account);
    const auto cache = logon::facts_of_cache(account_.ccache);
    return cache ? about_ticket(*cache, now_in_seconds()) : failure_of(cache.error());
  }

  Finding check_bind() {
    if (request_.logon == logon::Logon::ntlm) {
      auto account = sources_.log_on(std::move(password_));
      if (!account) return failure_of(account.error());
      account_ = *std::move(account);
    }
    std::string note;
    discovery::DirectoryOptions options = request_.directory;
    options.note = [&](const std::string& sentence) { note = sentence; };
    auto bound = discovery::answer_of(
        options, account_,
        [](discovery::DirectoryConnection& connection) -> tl::expected<BoundDirectory, discovery::DirectoryError> {
          return BoundDirectory{.uri = connection.server().uri(),
                                .identity = connection.identity(),
                                .protection = connection.protection(),
                                .bound_to_tls = connection.is_bound_to_tls()};
        });
    if (!bound) return failure_of(bound.error());
    bound->note = note;
    return about_directory(*bound);
  }

  Finding check_listing() {
    auto listing = discovery::list_enrollment_services(request_.directory, account_);
    if (!listing) return failure_of(listing.error());
    listing->services = discovery::without_duplicates(std::move(listing->services));
    cas_ = listing->services;
    listed_ = listing->services;
    for (const discovery::HiddenService& hidden : listing->hidden) listed_.push_back(hidden.service);
    return about_listing(*listing);
  }

  /// Leaves only the chosen ones in cas_.
  Finding check_choice() {
    try {
      auto [cas, notes] = choose_cas(cas_, request_.cas, request_.history);
      cas_ = std::move(cas);
      return {.text = fmt::format("{}", fmt::join(notes, " "))};
    } catch (const scan::ScanError& error) {
      return failure(error.kind(), error.what());
    }
  }

  const Request& request_;
  Sources& sources_;
  base::Patience patience_;
  Sequence sequence_;
  base::Secret password_;
  std::vector<discovery::DirectoryServer> servers_;
  std::vector<base::HostLookup> controllers_;
  std::vector<base::Endpoint> kdcs_;
  logon::Account account_;
  std::vector<discovery::EnrollmentService> cas_;     ///< to be read
  std::vector<discovery::EnrollmentService> listed_;  ///< all, with those that are hidden
};

}  // namespace

Checkup check_up(const Request& request, Sources& sources) {
  Checkup checkup{.started_at = base::now(),
                  .principal = request.principal,
                  .directory = request.directory.domain.empty()
                                   ? fmt::format("{}", fmt::join(request.directory.servers, " "))
                                   : request.directory.domain};
  checkup.steps = Examination(request, sources).run();
  return checkup;
}

scan::CaChoice choose_cas(std::span<const discovery::EnrollmentService> listed, std::span<const std::string> names,
                          const std::filesystem::path& history) {
  std::vector<history::CaNames> known;
  try {
    known = store::History::open_existing(history).ca_names();
  } catch (const store::StoreError&) {
    // There is none yet, or the check of the history has said what is wrong with it.
  }
  return scan::select_cas(listed, names, known);
}

}  // namespace casweep::doctor
