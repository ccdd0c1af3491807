// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"
#include "base/words.h"
#include "discovery/directory_error.h"

namespace casweep::explain {
namespace {

using discovery::DirectoryError;

// Exported by 'casweep explain': add, never rename.
constexpr auto bearing_words = base::words<Bearing>({
    {Bearing::neither, "neither"},
    {Bearing::speaks_for, "for"},
    {Bearing::speaks_against, "against"},
});

constexpr auto gap_words = base::words<Gap>({
    {Gap::logons_not_recorded, "logons-not-recorded"},
    {Gap::logons_recorded_rarely, "logons-recorded-rarely"},
    {Gap::no_active_computer, "no-active-computer"},
    {Gap::no_operating_system, "no-operating-system"},
    {Gap::unrecognised, "unrecognised"},
    {Gap::malformed, "malformed"},
});

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string_view report_verb(std::size_t count) { return count == 1 ? "reports" : "report"; }

std::string date_of(std::chrono::sys_seconds instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Unseen unseen(std::string what, const DirectoryError& error) {
  return {std::move(what), std::string(word_of(error.kind)), error.message};
}

const std::string& name_of(const discovery::ForestDomain& domain) {
  return domain.dns_name.empty() ? domain.naming_context : domain.dns_name;
}

/// Builds an Explanation, one part after the other.
class Explainer {
 public:
  Explainer(const discovery::EnrollmentService& ca, std::chrono::sys_seconds now)
      : now_(now), explanation_{.ca = ca, .active_since = explain::active_since(now)} {}

  void look_at_clients(const explain::EnrollmentSurroundings& surroundings, std::span<const DomainAnswer> answers);
  void look_at_templates(const explain::EnrollmentSurroundings& surroundings);
  void look_at_web_services();
  void look_at_certificates(const explain::EnrollmentSurroundings& surroundings);

  [[nodiscard]] Explanation take() && { return std::move(explanation_); }

 private:
  void look_at_domain(const DomainAnswer& answer);
  void note_gaps_in_domain(const DomainClients& clients);
  void consider_clients(bool every_domain_seen);
  void consider_nt_auth(const CaCertificate& current);

  void consider(Bearing bearing, std::string sentence) {
    explanation_.considerations.push_back({bearing, std::move(sentence)});
  }
  void miss(std::string what, Gap gap, std::string detail) {
    explanation_.unseen.push_back({std::move(what), std::string(word_of(gap)), std::move(detail)});
  }
  [[nodiscard]] std::string since() const { return date_of(explanation_.active_since); }
  [[nodiscard]] std::size_t clients_of(ClientSystem system) const {
    const auto& domains = explanation_.domains;
    return std::accumulate(
        domains.begin(), domains.end(), std::size_t{0},
        [system](std::size_t sum, const DomainClients& clients) { return sum + clients.of(system); });
  }

  std::chrono::sys_seconds now_;
  Explanation explanation_;
};

void Explainer::look_at_domain(const DomainAnswer& answer) {
  DomainClients clients{.domain = answer.domain};
  const std::string what = "the computers of " + name_of(answer.domain);
  if (!answer.computers) {
    explanation_.unseen.push_back(unseen(what, answer.computers.error()));
  } else if (answer.computers->logon_time_sync_interval == std::chrono::days(0)) {
    miss(what, Gap::logons_not_recorded,
         "The domain does not maintain lastLogonTimestamp (msDS-LogonTimeSyncInterval is 0), so computers in use "
         "cannot be identified.");
  } else if (answer.computers->computers.empty()) {
    miss(what, Gap::no_active_computer,
         fmt::format("{} lists no computer that logged on since {}, not even a domain controller; check that the "
                     "account can read lastLogonTimestamp.",
                     answer.computers->directory_server, since()));
  } else {
    clients.seen = true;
    clients.directory_server = answer.computers->directory_server;
    clients.logon_time_sync_interval = answer.computers->logon_time_sync_interval;
    for (const auto& computer : answer.computers->computers) {
      const ClientSystem system = client_system_of(computer.operating_system, computer.operating_system_version);
      ++clients.count.at(static_cast<std::size_t>(system));
      if (system == ClientSystem::before_xp || system == ClientSystem::xp_or_2003) {
        explanation_.old_clients.push_back({name_of(answer.domain), computer, system});
      }
    }
    note_gaps_in_domain(clients);
  }
  explanation_.domains.push_back(std::move(clients));
}

void Explainer::note_gaps_in_domain(const DomainClients& clients) {
  const std::string in = " in " + name_of(clients.domain);
  if (const std::size_t silent = clients.of(ClientSystem::unreported); silent > 0) {
    miss("the operating system of " + counted(silent, "computer") + in, Gap::no_operating_system,
         fmt::format("Logged on since {}, but operatingSystem is empty.", since()));
  }
  if (const std::size_t odd = clients.of(ClientSystem::unrecognised); odd > 0) {
    miss("the age of Windows on " + counted(odd, "computer") + in, Gap::unrecognised,
         "operatingSystem and operatingSystemVersion have an unknown form.");
  }
  if (clients.logon_time_sync_interval >= active_within) {
    miss("some of the computers" + in, Gap::logons_recorded_rarely,
         fmt::format("The domain updates lastLogonTimestamp only every {} days (msDS-LogonTimeSyncInterval), so "
                     "computers in use may appear inactive.",
                     clients.logon_time_sync_interval->count()));
  }
}

void Explainer::look_at_clients(const explain::EnrollmentSurroundings& surroundings,
                                std::span<const DomainAnswer> answers) {
  if (!surroundings.domains) {
    explanation_.unseen.push_back(
        unseen("the domains of the forest and their computers", surroundings.domains.error()));
  }
  for (const DomainAnswer& answer : answers) look_at_domain(answer);
  std::ranges::sort(explanation_.old_clients, {}, [](const OldClient& client) {
    return std::tie(client.system, client.domain, client.computer.name);
  });
  const auto& domains = explanation_.domains;
  if (std::ranges::none_of(domains, &DomainClients::seen)) return;
  consider_clients(surroundings.domains && std::ranges::all_of(domains, &DomainClients::seen));
}

void Explainer::consider_clients(bool every_domain_seen) {
  const std::size_t before_xp = clients_of(ClientSystem::before_xp);
  const std::size_t xp = clients_of(ClientSystem::xp_or_2003);
  const std::size_t later = clients_of(ClientSystem::later);
  const std::string in_use = "that logged on since " + since();
  if (before_xp > 0) {
    consider(Bearing::speaks_against,
             fmt::format(
                 "{} {} {} Windows 2000 or older. According to the specification, these clients request certificates "
                 "over RPC without encryption, so a CA that enforces encryption refuses them ([MS-ICPR] <3>).",
                 counted(before_xp, "computer"), in_use, report_verb(before_xp)));
  } else if (xp + later > 0) {
    // If any domain is unseen, this counts neither for nor against.
    consider(every_domain_seen ? Bearing::speaks_for : Bearing::neither,
             fmt::format("No computer {} reports a Windows older than XP; {} {} XP or later. According to the "
                         "specification, these request certificates over RPC with encryption ([MS-ICPR] <3>).",
                         in_use, xp + later, report_verb(xp + later)));
  }
  if (xp > 0) {
    consider(
        Bearing::neither,
        fmt::format("{} {} {} Windows XP or Windows Server 2003. According to the specification, their requests over "
                    "RPC are encrypted ([MS-ICPR] <3>), which the flag permits; their requests over DCOM are not "
                    "([MS-WCCE] <6>), and a CA with the fix for CVE-2022-37976 refuses those regardless of the flag.",
                    counted(xp, "computer"), in_use, report_verb(xp)));
  }
  if (const std::size_t other = clients_of(ClientSystem::other); other > 0) {
    consider(Bearing::neither, fmt::format("{} {} {} an operating system other than Windows; whether and how they "
                                           "request certificates depends on their software.",
                                           counted(other, "computer"), in_use, report_verb(other)));
  }
}

void Explainer::look_at_templates(const explain::EnrollmentSurroundings& surroundings) {
  const auto& known = surroundings.templates;
  if (!known) explanation_.unseen.push_back(unseen("the existing templates", known.error()));
  std::size_t missing = 0;
  for (const std::string& name : explanation_.ca.certificate_templates) {
    PublishedTemplate published{.name = name};
    if (known) {
      const auto found = std::ranges::find_if(*known, [&](const discovery::CertificateTemplate& other) {
        return base::same_but_for_case(other.common_name, name);
      });
      published.exists = found != known->end();
      if (*published.exists) published.display_name = found->display_name;
      if (!*published.exists) ++missing;
    }
    explanation_.templates.push_back(std::move(published));
  }
  std::ranges::sort(explanation_.templates, {}, &PublishedTemplate::name);
  if (explanation_.templates.empty()) {
    consider(Bearing::speaks_for,
             "The CA publishes no templates and therefore issues nothing by template: no client is affected.");
  } else if (missing > 0) {
    consider(Bearing::neither,
             fmt::format("{} published by the CA {} no object in the directory, so the CA issues nothing from {}.",
                         counted(missing, "template"), missing == 1 ? "has" : "have", missing == 1 ? "it" : "them"));
  }
}

void Explainer::look_at_web_services() {
  auto& services = explanation_.enrollment_web_services;
  for (const std::string& raw : explanation_.ca.enrollment_servers) {
    services.push_back({raw, explain::parse_enrollment_server(raw)});
  }
  std::ranges::stable_sort(services, {}, [](const EnrollmentWebService& service) {
    return service.parsed ? std::int64_t{service.parsed->priority} : INT64_MAX;
  });
  const auto odd = std::ranges::count_if(services, [](const auto& service) { return !service.parsed; });
  if (odd > 0) {
    miss("the details of " + counted(static_cast<std::size_t>(odd), "enrollment web service") + " of the CA",
         Gap::malformed,
         "A value of msPKI-Enrollment-Servers does not consist of priority, authentication, renewal and URI.");
  }
  if (!services.empty()) {
    consider(Bearing::neither,
             fmt::format("{} {} registered for the CA. According to Microsoft, such a service sends its clients' "
                         "requests to the CA over DCOM, so these clients do not use RPC themselves.",
                         counted(services.size(), "enrollment web service"), services.size() == 1 ? "is" : "are"));
  }
}

void Explainer::look_at_certificates(const explain::EnrollmentSurroundings& surroundings) {
  const auto& nt_auth = surroundings.nt_auth_certificates;
  if (!nt_auth) explanation_.unseen.push_back(unseen("the certificates in NTAuthCertificates", nt_auth.error()));
  auto& certificates = explanation_.certificates;
  for (const auto& der : explanation_.ca.ca_certificates) {
    CaCertificate certificate{.parsed = base::parse_certificate(der)};
    if (nt_auth) certificate.in_nt_auth = std::ranges::find(*nt_auth, der) != nt_auth->end();
    if (!certificate.parsed) {
      miss("one of the CA's certificates", Gap::malformed, "A value of cACertificate is not an X.509 certificate.");
    }
    certificates.push_back(std::move(certificate));
  }
  std::ranges::stable_sort(certificates, std::ranges::greater(), [](const CaCertificate& certificate) {
    return certificate.parsed ? certificate.parsed->not_before : std::chrono::sys_seconds::min();
  });
  const auto current = std::ranges::find_if(certificates, [this](const CaCertificate& certificate) {
    return certificate.parsed && certificate.parsed->not_before <= now_ && now_ <= certificate.parsed->not_after;
  });
  if (current != certificates.end()) {
    current->current = true;
    consider_nt_auth(*current);
  } else if (certificates.empty()) {
    consider(Bearing::neither, "The CA's object contains no certificate.");
  } else if (std::ranges::all_of(certificates,
                                 [](const auto& certificate) { return certificate.parsed.has_value(); })) {
    consider(Bearing::neither,
             "None of the CA's certificates is valid today, so certificates that it issues are not valid either.");
  }
}

void Explainer::consider_nt_auth(const CaCertificate& current) {
  if (!current.in_nt_auth) return;
  if (!*current.in_nt_auth) {
    consider(Bearing::neither,
             "NTAuthCertificates does not contain the CA's current certificate, so domain controllers do not accept "
             "certificates from this CA for logon.");
  } else if (!explanation_.ca.certificate_templates.empty()) {
    consider(
        Bearing::speaks_for,
        fmt::format(
            "NTAuthCertificates contains the CA's current certificate, and the CA publishes {}: domain controllers may "
            "accept certificates from this CA for logon, which makes it a worthwhile target for relay attacks.",
            counted(explanation_.ca.certificate_templates.size(), "template")));
  }
}

}  // namespace

std::span<const Bearing> all_bearings() { return bearing_words.keys(); }
std::string_view word_of(Bearing bearing) { return bearing_words.word_of(bearing); }

std::span<const Gap> all_gaps() { return gap_words.keys(); }
std::string_view word_of(Gap gap) { return gap_words.word_of(gap); }

std::span<const SpecifiedFact> specified_facts() {
  static constexpr std::array facts{
      SpecifiedFact{"With the flag, the CA refuses unencrypted requests over RPC (ICertPassage); without it, the CA "
                    "accepts them.",
                    "[MS-ICPR] 3.2.4.1.1"},
      SpecifiedFact{
          "Windows XP, Server 2003 and later use packet privacy for requests over RPC; Windows 2000 does not.",
          "[MS-ICPR] <3>"},
      SpecifiedFact{
          "DCOM enrollment requires packet privacy on every CA with the fix for CVE-2022-37976, with or without "
          "the flag.",
          "[MS-WCCE] <8>, <81>"},
      SpecifiedFact{"Domain controllers accept a certificate for smart card logon only if NTAuthCertificates contains "
                    "the certificate of its issuing CA.",
                    "Microsoft KB 295663"},
      SpecifiedFact{
          "A certificate enrollment web service accepts requests over HTTPS and forwards them to the CA over DCOM.",
          "Microsoft, Certificate Enrollment Web Service Guidance"},
      SpecifiedFact{"lastLogonTimestamp is updated only when it is older than msDS-LogonTimeSyncInterval, 14 days by "
                    "default (minus a random 0 to 5 days): the last logon of a computer may be later by that much.",
                    "[MS-ADA1] 2.352"},
      SpecifiedFact{"The flag takes effect at the next start of the CA's service.", "[MS-CSRA] 3.1.1.10"},
  };
  return facts;
}

std::size_t DomainClients::active() const { return std::accumulate(count.begin(), count.end(), std::size_t{0}); }

std::chrono::sys_seconds active_since(std::chrono::sys_seconds now) { return now - active_within; }

Explanation explain(const discovery::EnrollmentService& ca, const explain::EnrollmentSurroundings& surroundings,
                    std::span<const DomainAnswer> answers, std::chrono::sys_seconds now) {
  Explainer explainer(ca, now);
  explainer.look_at_clients(surroundings, answers);
  explainer.look_at_certificates(surroundings);
  explainer.look_at_templates(surroundings);
  explainer.look_at_web_services();
  return std::move(explainer).take();
}

}  // namespace casweep::explain
