// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/iso_time.h"
#include "report/json/json_text.h"
#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

/// "jobs: 32; worker_confinement: landlock, seccomp": the options in effect, as text.
std::string options_text(const history::ScanRecord& scan) {
  const auto value_text = [](const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::string text;
  const auto settings = history::settings_json(scan.settings, scan.start);
  for (const auto& [name, value] : settings.items()) {
    std::string shown;
    if (value.is_array()) {
      for (const auto& item : value) shown += (shown.empty() ? "" : ", ") + value_text(item);
    } else if (!value.is_null()) {
      shown = value_text(value);
    }
    if (!shown.empty()) text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", name, shown);
  }
  return text;
}

std::string names_of(const std::vector<std::string>& all) {
  std::string names;
  for (const std::string& name : all) names += (names.empty() ? "" : ", ") + name;
  return names;
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
    facts.add_foreign("Options", options_text(scan));
    write_listing(facts, scan);
    if (scan.ledger_before) facts.add("Ledger head before", own(head_text(*scan.ledger_before)));
    if (scan.ledger_after) facts.add("Ledger head after", own(head_text(*scan.ledger_after)));
  }
  html << "<p>casweep only reads the registries of the CAs. A value that could not be read is unknown, never "
          "compliant. To check that this history was not altered, run <code>casweep db check --head HASH</code>.</p>\n"
       << "</section>\n";
}

}  // namespace casweep::report
