// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/explanation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/json/ca_summary_json.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/bottom_line.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"

namespace casweep::report {
namespace {

using explain::Bearing;
using explain::ClientSystem;
using explain::Explanation;
using nlohmann::ordered_json;

constexpr std::chrono::days default_sync_interval{14};  // [MS-ADA1] 2.352

std::string day_of(const std::optional<std::chrono::sys_seconds>& instant) {
  return instant ? short_date(*instant) : "-";
}

std::string_view age_of(ClientSystem system) {
  return system == ClientSystem::before_xp ? "older than XP" : "XP or 2003";
}

std::optional<assess::Verdict> last_known(const ExplanationSource& source) {
  const bool is_known = source.recorded != nullptr && source.recorded->known;
  return is_known ? std::optional{source.recorded->known->judged.verdict} : std::nullopt;
}

/// Writes the parts of an explanation one below the other.
class Page {
 public:
  Page(std::ostream& out, const Explanation& explanation, const ExplanationSource& source, const TableStyle& style)
      : out_(out), explanation_(explanation), source_(source), style_(style) {}

  void write_head() const;
  void write_considerations() const;
  void write_unseen() const;
  void write_clients() const;
  void write_templates() const;
  void write_web_services() const;
  void write_certificates() const;
  void write_specified_facts() const;
  void write_bottom_line() const;

 private:
  [[nodiscard]] std::string safe(std::string_view foreign) const {
    return foreign.empty() ? "-" : base::terminal_safe(foreign, charset_of(style_));
  }
  /// `text`, which is safe, as a list item with the bullet `mark`.
  void write_item(std::string_view mark, const std::string& text) const {
    out_ << "  " << mark << ' ';
    write_wrapped(out_, text, 4, 4, style_.columns);
  }
  void write_columns_of(const std::vector<TextColumn>& columns, const std::vector<std::vector<TextCell>>& rows) const {
    write_columns(out_, columns, rows, style_.columns, charset_of(style_));
  }
  void write_note(const std::string& text) const { write_wrapped(out_, text, 0, 0, style_.columns); }
  void write_considerations_that(Bearing bearing, std::string_view title, std::string_view mark) const;
  void write_old_clients() const;

  std::ostream& out_;
  const Explanation& explanation_;
  const ExplanationSource& source_;
  const TableStyle& style_;
};

/// Why the reasons for and against matter less, as a sentence; null if the flag still needs a decision.
const char* note_on_decided_flag(const history::CaSummary& ca) {
  if (!ca.known) return nullptr;
  const bool now = ca.verdict() != assess::Verdict::unknown;
  switch (ca.known->judged.verdict) {
    case assess::Verdict::enforced:
      return now ? "The flag is already on; the following applies to leaving it on."
                 : "The flag was on when last known; the following applies to leaving it on.";
    case assess::Verdict::not_exposed:
      return now ? "The CA accepts no requests over RPC (IF_NORPCICERTREQUEST), so the flag currently has no effect."
                 : "When last known, the CA accepted no requests over RPC (IF_NORPCICERTREQUEST), so the flag had no "
                   "effect.";
    default:
      return nullptr;
  }
}

void Page::write_head() const {
  const auto& ca = explanation_.ca;
  out_ << safe(name_of(ca)) << " on " << (ca.dns_host_name.empty() ? "no host" : safe(ca.dns_host_name)) << '\n';
  const history::CaSummary* recorded = source_.recorded;
  if (recorded == nullptr || !recorded->last) {
    write_note("No verdict is recorded; 'casweep scan' reads the flag.");
  } else {
    const TextCell cell = verdict_cell(recorded->verdict(), style_);
    out_ << "Last recorded: " << cell.before << cell.text << cell.after << ", "
         << assess::word_of(recorded->last->judged.reason) << ", by scan " << recorded->last->scan << ", "
         << ago_text(source_.now - recorded->last->read_at) << '\n';
    if (recorded->verdict() == assess::Verdict::unknown && recorded->known) {
      const TextCell known = verdict_cell(recorded->known->judged.verdict, style_);
      out_ << "Last known: " << known.before << known.text << known.after << ", "
           << ago_text(source_.now - recorded->known->read_at) << '\n';
    }
    if (const auto* why = note_on_decided_flag(*recorded)) write_note(why);
    write_note("Status: " + base::terminal_safe(status_text(*recorded, source_.now), charset_of(style_)));
  }
  write_note(
      fmt::format("Its directory object last changed {} on {}; queried {} ({}). The CA itself was not contacted.",
                  ca.when_changed ? short_time(*ca.when_changed) : "at an unknown time",
                  safe(source_.listing.directory_server), short_time(source_.now), safe(source_.listing.protection)));
}

void Page::write_considerations_that(Bearing bearing, std::string_view title, std::string_view mark) const {
  const auto& all = explanation_.considerations;
  if (std::ranges::find(all, bearing, &explain::Consideration::bearing) == all.end()) return;
  out_ << '\n' << title << '\n';
  for (const auto& consideration : all) {
    if (consideration.bearing == bearing) write_item(mark, safe(consideration.sentence));
  }
}

void Page::write_considerations() const {
  write_considerations_that(Bearing::speaks_against, "Against turning the flag on", "-");
  write_considerations_that(Bearing::speaks_for, "For turning the flag on", "+");
  write_considerations_that(Bearing::neither, "No effect on the decision", style_.unicode ? "·" : "*");
}

void Page::write_unseen() const {
  if (explanation_.unseen.empty()) return;
  out_ << "\nNot visible\n";
  for (const explain::Unseen& unseen : explanation_.unseen) {
    write_item("?", fmt::format("{} ({}): {}", safe(unseen.what), unseen.reason, safe(unseen.detail)));
  }
}

void Page::write_clients() const {
  if (explanation_.domains.empty()) return;
  out_ << '\n';
  write_note(
      fmt::format("Computers that logged on since {} ({} days), by reported operating system. LAG: by how much the "
                  "directory may lag behind a logon.",
                  day_of(explanation_.active_since), explain::active_within.count()));
  std::vector<std::vector<TextCell>> rows;
  for (const explain::DomainClients& clients : explanation_.domains) {
    const auto number = [&](std::size_t count) { return TextCell{clients.seen ? std::to_string(count) : "?"}; };
    const auto interval = clients.logon_time_sync_interval.value_or(default_sync_interval);
    rows.push_back({{safe(clients.domain.dns_name)},
                    number(clients.active()),
                    number(clients.of(ClientSystem::before_xp)),
                    number(clients.of(ClientSystem::xp_or_2003)),
                    number(clients.of(ClientSystem::later)),
                    number(clients.of(ClientSystem::other)),
                    number(clients.of(ClientSystem::unreported) + clients.of(ClientSystem::unrecognised)),
                    {clients.seen ? fmt::format("{} d", interval.count()) : "?"}});
  }
  write_columns_of({{"DOMAIN", 12}, {"ALL"}, {"OLDER"}, {"XP/2003"}, {"LATER"}, {"NO WINDOWS"}, {"NO OS"}, {"LAG"}},
                   rows);
  write_old_clients();
}

void Page::write_old_clients() const {
  if (explanation_.old_clients.empty()) return;
  out_ << '\n';
  std::vector<std::vector<TextCell>> rows;
  for (const explain::OldClient& client : explanation_.old_clients) {
    const auto& computer = client.computer;
    rows.push_back({{safe(computer.dns_host_name.empty() ? computer.name : computer.dns_host_name)},
                    {safe(client.domain)},
                    {std::string(age_of(client.system))},
                    {safe(computer.operating_system)},
                    {day_of(computer.last_logon)}});
  }
  write_columns_of({{"COMPUTER", 16}, {"DOMAIN", 12, 1}, {"AGE"}, {"REPORTED OS", 16, 3}, {"LOGGED ON", 0, 2}}, rows);
}

void Page::write_templates() const {
  out_ << "\nTemplates published: " << explanation_.templates.size() << '\n';
  std::string names;
  for (const explain::PublishedTemplate& published : explanation_.templates) {
    names += (names.empty() ? "" : ", ") + safe(published.name);
    if (published.exists == false) names += " (no such object)";
  }
  if (names.empty()) return;
  out_ << "  ";
  write_wrapped(out_, names, 2, 2, style_.columns);
}

void Page::write_web_services() const {
  out_ << "\nEnrollment web services: " << explanation_.enrollment_web_services.size() << '\n';
  for (const explain::EnrollmentWebService& service : explanation_.enrollment_web_services) {
    const auto& parsed = service.parsed;
    write_item(style_.unicode ? "·" : "*",
               parsed ? fmt::format("{}, priority {}, {}{}", safe(parsed->uri), parsed->priority,
                                    explain::authentication_name(parsed->authentication),
                                    parsed->renewal_only ? ", renewal only" : "")
                      : "malformed: " + safe(service.raw));
  }
}

void Page::write_certificates() const {
  out_ << "\nCA certificates: " << explanation_.certificates.size() << '\n';
  if (explanation_.certificates.empty()) return;
  std::vector<std::vector<TextCell>> rows;
  for (const explain::CaCertificate& certificate : explanation_.certificates) {
    const auto& parsed = certificate.parsed;
    rows.push_back({{parsed ? parsed->thumbprint : "not an X.509 certificate"},
                    {parsed ? day_of(parsed->not_before) : "-"},
                    {parsed ? day_of(parsed->not_after) : "-"},
                    {certificate.current ? "yes" : "no"},
                    {!certificate.in_nt_auth   ? "?"
                     : *certificate.in_nt_auth ? "yes"
                                               : "no"}});
  }
  write_columns_of({{"SHA-1", 12}, {"VALID FROM"}, {"UNTIL"}, {"NOW"}, {"NTAUTH"}}, rows);
}

void Page::write_specified_facts() const {
  out_ << "\nFrom the specifications, not observed here\n";
  for (const explain::SpecifiedFact& fact : explain::specified_facts()) {
    write_item(style_.unicode ? "·" : "*", fmt::format("{} ({})", fact.sentence, fact.source));
  }
}

void Page::write_bottom_line() const {
  out_ << "\nBottom line\n  ";
  write_wrapped(out_, safe(bottom_line(explanation_, last_known(source_))), 2, 2, style_.columns);
}

ordered_json number_or_null(bool known, std::size_t number) {
  return known ? ordered_json(number) : ordered_json(nullptr);
}

ordered_json instant_or_null(const std::optional<std::chrono::sys_seconds>& instant) {
  return text_or_null(instant ? base::iso_time(*instant) : "");
}

ordered_json domain_json(const explain::DomainClients& clients) {
  const auto& interval = clients.logon_time_sync_interval;
  ordered_json counts;
  for (const ClientSystem system : {ClientSystem::before_xp, ClientSystem::xp_or_2003, ClientSystem::later,
                                    ClientSystem::other, ClientSystem::unrecognised, ClientSystem::unreported}) {
    counts[std::string(explain::word_of(system))] = number_or_null(clients.seen, clients.of(system));
  }
  return {{"dns_name", text_or_null(clients.domain.dns_name)},
          {"naming_context", text_or_null(clients.domain.naming_context)},
          {"seen", clients.seen},
          {"directory_server", text_or_null(clients.directory_server)},
          {"logon_time_sync_interval_days", interval ? ordered_json(interval->count()) : nullptr},
          {"active_computers", number_or_null(clients.seen, clients.active())},
          {"by_system", std::move(counts)}};
}

ordered_json old_client_json(const explain::OldClient& client) {
  return {{"name", text_or_null(client.computer.name)},
          {"dns_host_name", text_or_null(client.computer.dns_host_name)},
          {"domain", text_or_null(client.domain)},
          {"system", explain::word_of(client.system)},
          {"operating_system", text_or_null(client.computer.operating_system)},
          {"operating_system_version", text_or_null(client.computer.operating_system_version)},
          {"last_logon", instant_or_null(client.computer.last_logon)}};
}

ordered_json clients_json(const Explanation& explanation) {
  ordered_json domains = ordered_json::array();
  for (const auto& clients : explanation.domains) domains.push_back(domain_json(clients));
  ordered_json old = ordered_json::array();
  for (const auto& client : explanation.old_clients) old.push_back(old_client_json(client));
  return {{"active_since", instant_or_null(explanation.active_since)},
          {"domains", std::move(domains)},
          {"old_computers", std::move(old)}};
}

ordered_json templates_json(const Explanation& explanation) {
  ordered_json templates = ordered_json::array();
  for (const auto& published : explanation.templates) {
    templates.push_back({{"name", text_or_null(published.name)},
                         {"display_name", text_or_null(published.display_name)},
                         {"exists", published.exists ? ordered_json(*published.exists) : nullptr}});
  }
  return templates;
}

ordered_json web_services_json(const Explanation& explanation) {
  ordered_json services = ordered_json::array();
  for (const auto& service : explanation.enrollment_web_services) {
    const auto& parsed = service.parsed;
    services.push_back({{"uri", text_or_null(parsed ? parsed->uri : "")},
                        {"priority", parsed ? ordered_json(parsed->priority) : nullptr},
                        {"authentication", parsed ? ordered_json(parsed->authentication) : nullptr},
                        {"renewal_only", parsed ? ordered_json(parsed->renewal_only) : nullptr},
                        {"raw", text_or_null(service.raw)}});
  }
  return services;
}

ordered_json certificates_json(const Explanation& explanation) {
  ordered_json certificates = ordered_json::array();
  for (const auto& certificate : explanation.certificates) {
    const auto& parsed = certificate.parsed;
    certificates.push_back(
        {{"sha1", text_or_null(parsed ? parsed->thumbprint : "")},
         {"not_before", parsed ? instant_or_null(parsed->not_before) : nullptr},
         {"not_after", parsed ? instant_or_null(parsed->not_after) : nullptr},
         {"current", certificate.current},
         {"in_nt_auth_certificates", certificate.in_nt_auth ? ordered_json(*certificate.in_nt_auth) : nullptr}});
  }
  return certificates;
}

}  // namespace

void write_explanation(std::ostream& out, const Explanation& explanation, const ExplanationSource& source,
                       const TableStyle& style) {
  const Page page(out, explanation, source, style);
  page.write_head();
  page.write_considerations();
  page.write_unseen();
  page.write_clients();
  page.write_templates();
  page.write_web_services();
  page.write_certificates();
  page.write_specified_facts();
  page.write_bottom_line();
}

void write_explanation_json(std::ostream& out, const Explanation& explanation, const ExplanationSource& source) {
  const auto& ca = explanation.ca;
  ordered_json considerations = ordered_json::array();
  for (const auto& consideration : explanation.considerations) {
    considerations.push_back(
        {{"speaks", explain::word_of(consideration.bearing)}, {"sentence", text_or_null(consideration.sentence)}});
  }
  ordered_json unseen = ordered_json::array();
  for (const auto& part : explanation.unseen) {
    unseen.push_back(
        {{"what", text_or_null(part.what)}, {"reason", part.reason}, {"detail", text_or_null(part.detail)}});
  }
  ordered_json facts = ordered_json::array();
  for (const auto& fact : explain::specified_facts()) {
    facts.push_back({{"sentence", fact.sentence}, {"source", fact.source}});
  }
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(source.now))},
                   {"forest", text_or_null(source.listing.forest)},
                   {"directory_server", text_or_null(source.listing.directory_server)},
                   {"directory_identity", server_identity_json(source.listing.server)},
                   {"protection", text_or_null(source.listing.protection)},
                   {"ca",
                    {{"name", text_or_null(ca.common_name)},
                     {"display_name", text_or_null(ca.display_name)},
                     {"dns_host_name", text_or_null(ca.dns_host_name)},
                     {"object_guid", ca.object_guid.to_string()},
                     {"distinguished_name", text_or_null(ca.distinguished_name)},
                     {"when_created", instant_or_null(ca.when_created)},
                     {"when_changed", instant_or_null(ca.when_changed)}}},
                   {"recorded", source.recorded ? ca_summary_json(*source.recorded, source.now) : nullptr},
                   {"considerations", std::move(considerations)},
                   {"unseen", std::move(unseen)},
                   {"clients", clients_json(explanation)},
                   {"templates", templates_json(explanation)},
                   {"enrollment_web_services", web_services_json(explanation)},
                   {"certificates", certificates_json(explanation)},
                   {"specified_facts", std::move(facts)},
                   {"bottom_line", text_or_null(bottom_line(explanation, last_known(source)))}});
}

}  // namespace casweep::report
