// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <ratio>
#include <string>
#include <vector>

#include "base/iso_time.h"
#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

std::string names_of(const std::vector<std::string>& all) {
  std::string names;
  for (const std::string& name : all) names += (names.empty() ? "" : ", ") + name;
  return names;
}

/// "0.5 s", "12 ms".
std::string error_time(std::chrono::microseconds error) {
  using namespace std::chrono_literals;
  return error < 1s ? fmt::format("{:.3g} ms", std::chrono::duration<double, std::milli>(error).count())
                    : fmt::format("{:.3g} s", std::chrono::duration<double>(error).count());
}

std::string clock_words(const base::ClockState& clock) {
  if (!clock.synchronized) return clock.failure.empty() ? "not recorded" : "not known: " + clock.failure;
  return fmt::format("{}; estimated error {}, at most {}",
                     *clock.synchronized ? "synchronized" : "not synchronized: the times on this page may be wrong",
                     error_time(clock.estimated_error), error_time(clock.maximum_error));
}

/// The options in effect, in words.
void write_settings(Facts& facts, const history::ScanRecord& scan) {
  const history::ScanSettings& settings = scan.settings;
  facts.add_foreign("Domain asked", settings.domain);
  facts.add_foreign("Servers asked", settings.servers.empty() ? "found through DNS" : names_of(settings.servers));
  facts.add("Logon", own(settings.ntlm ? "NTLM to the CAs, password over TLS to the directory" : "Kerberos only"));
  if (settings.start_tls) facts.add("LDAP", own("StartTLS"));
  facts.add_foreign("Trusted root certificates", settings.ca_cert);
  facts.add_foreign("Logon as", settings.user.empty() ? "the account of the Kerberos cache" : settings.user);
  facts.add_foreign("Password file", settings.password_file);
  facts.add_foreign("Keytab", settings.keytab);
  facts.add_foreign("CAs chosen", settings.cas.empty() ? "all" : names_of(settings.cas));
  const std::string jobs = settings.jobs == 0 ? "as many CAs as this machine could serve" : plural(settings.jobs, "CA");
  facts.add("Limits", own(fmt::format("{} at the same time, {:.3g} s for each", jobs,
                                      std::chrono::duration<double>(settings.deadline).count())));
  facts.add_foreign("Workers confined by",
                    settings.worker_confinement.empty() ? "nothing" : names_of(settings.worker_confinement));
  facts.add_foreign("History file", settings.history_file);
  facts.add_foreign("SHA-256 of the program", scan.start.program_sha256);
  facts.add_foreign("Clock of this machine", clock_words(scan.start.clock));
}

void write_listing(Facts& facts, const history::ScanRecord& scan) {
  if (!scan.listing) {
    facts.add("Listing", own("none: the scan did not get a complete listing"));
    return;
  }
  const history::ScanListing& listing = *scan.listing;
  facts.add("Listing",
            own(fmt::format("complete: {} entries, {}", listing.entries_returned, plural(scan.discovered, "CA"))));
  const std::size_t unknown = scan.count(assess::Verdict::unknown);
  const std::size_t unread = scan.not_read.size();
  facts.add("Of these", own(fmt::format("{} assessed, {} unknown, {} not read", scan.assessed(), unknown, unread)));
  facts.add_foreign("Directory server", listing.directory_server);
  facts.add_foreign("Authenticated name", listing.server.name);
  facts.add_foreign("Authenticated by", listing.server.proof);
  facts.add_foreign("Server address", listing.server.address);
  facts.add_foreign("Claimed name", listing.server.claimed_name);
  facts.add_foreign("Connection", listing.protection);
  facts.add_foreign("Forest", listing.forest);
  if (listing.root_domain) facts.add_foreign("Root domain", to_string(*listing.root_domain));
  facts.add_foreign("Search base", listing.base);
  facts.add_foreign("Search filter", listing.filter);
  facts.add_foreign("Attributes", names_of(listing.attributes));
}

std::string head_text(const history::LedgerHead& head) { return fmt::format("{} (entry {})", head.hash, head.seq); }

}  // namespace

void write_scan_facts(HtmlWriter& html, const PageView& view) {
  const history::ScanRecord& scan = view.subject.scan;
  html << "<section id=\"made\" aria-labelledby=\"made-title\">\n<h2 id=\"made-title\">How this scan was made</h2>\n";
  {
    Facts facts(html);
    facts.add("Scan", own(fmt::format("{}, {}", scan.id, history::word_of(scan.state))));
    facts.add("UUID", own(scan.uuid));
    facts.add("Began", own(base::iso_time(scan.start.started_at)));
    if (scan.finished_at) {
      const auto took = duration_text(*scan.finished_at - scan.start.started_at);
      facts.add("Ended", own(fmt::format("{}, after {}", base::iso_time(*scan.finished_at), took)));
    }
    facts.add_foreign("Account", scan.start.account);
    facts.add_foreign("Run by", scan.start.os_user);
    facts.add_foreign("On host", scan.start.host_name);
    facts.add_foreign("Program", "casweep " + scan.start.tool_version);
    write_settings(facts, scan);
    write_listing(facts, scan);
    if (scan.ledger_before) facts.add("Ledger head before", own(head_text(*scan.ledger_before)));
    if (scan.ledger_after) facts.add("Ledger head after", own(head_text(*scan.ledger_after)));
  }
  html << "<p>casweep only reads the registries of the CAs. A value that could not be read is unknown, never "
          "compliant. To check that this history was not altered, run <code>casweep db check --head HASH</code>.</p>\n"
       << "</section>\n";
}

}  // namespace casweep::report
