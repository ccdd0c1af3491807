// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/iso_time.h"
#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/duplicate_text.h"
#include "report/words/event_text.h"
#include "report/words/reading_text.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using assess::Verdict;

constexpr std::size_t most_events_of_ca = 20;  // per CA; `casweep history` has all

/// Whether this was already the case when the history began: it may have been so for longer.
bool since_the_beginning(const history::CaStory& story, const history::ScanMoment& since) {
  return !story.events.empty() && story.events.front().kind == history::EventKind::first_seen &&
         story.events.front().scan == since.scan;
}

void write_since_cell(HtmlWriter& html, const PageCa& ca) {
  const auto since = ca.read == nullptr ? std::nullopt : ca.known->verdict_since();
  if (!since) {
    html << "<td data-key=\"\">–</td>";
    return;
  }
  html << "<td data-key=\"" << own(base::iso_time(since->at)) << "\">";
  write_day(html, since->at);
  html << (since_the_beginning(ca.known->story, *since) ? Markup(" <small>or before</small></td>") : Markup("</td>"));
}

/// When the verdict was last known.
void write_assessed_cell(HtmlWriter& html, const PageCa& ca, std::int64_t scan) {
  const auto& known = ca.known->known;
  if (!known) {
    html << "<td data-key=\"\">never</td>";
    return;
  }
  html << "<td data-key=\"" << own(base::iso_time(known->read_at)) << "\">";
  if (known->scan == scan) {
    html << "this scan</td>";
    return;
  }
  write_day(html, known->read_at);
  html << "</td>";
}

void write_verdict_cell(HtmlWriter& html, const PageCa& ca, std::int64_t scan, int order) {
  html << "<td data-key=\"" << order << "\">";
  write_verdict(html, ca.verdict());
  if (ca.read != nullptr) html << " <small>" << own(assess::word_of(ca.read->judgement.reason)) << "</small>";
  if (ca.verdict().value_or(Verdict::unknown) == Verdict::unknown) {
    if (ca.known->known) {
      html << " <small>last known: " << own(look_of(ca.known->known->judged.verdict).words) << "</small>";
    } else {
      html << " <small>never known</small>";
    }
  }
  const auto& events = ca.known->story.events;
  const bool appeared = std::ranges::any_of(events, [&](const history::Event& event) {
    return event.kind == history::EventKind::added && event.scan == scan;
  });
  if (appeared) html << " <small class=\"badge\">new</small>";
  if (ca.known->story.regressed) html << " <small class=\"badge bad\">regressed</small>";
  if (ca.known->flapping) html << " <small class=\"badge\">flapping</small>";
  html << "</td>";
}

/// The status, with no line break inside a date.
void write_status_cell(HtmlWriter& html, const PageCa& ca, base::Instant then) {
  html << "<td>";
  const std::string text = unverified_text(*ca.known).value_or(status_text(ca.status, ca.known->decision(), then));
  Markup separator = "";
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    html << separator;
    if (word.find('-') == std::string_view::npos) {
      html << own(word);
    } else {
      html << "<span class=\"whole\">" << own(word) << "</span>";
    }
    separator = " ";
  }
  html << "</td>";
}

void write_reading(HtmlWriter& html, const history::Observation& ca) {
  const ReadingText evidence = text_of_reading(ca.reading);
  html << "<div>\n<h3>Reading</h3>\n";
  if (!ca.judgement.detail.empty()) html << "<p>" << foreign(ca.judgement.detail) << "</p>\n";
  {
    Facts facts(html);
    facts.add("Read", own(evidence.started_at + " to " + evidence.finished_at));
    if (ca.judgement.interface_flags) facts.add("InterfaceFlags", own(flags_text(*ca.judgement.interface_flags)));
    facts.add_foreign("Key", evidence.key_path);
    if (evidence.value_type) facts.add_foreign("Value type", *evidence.value_type);
    if (evidence.value_hex)
      facts.add_foreign("Value bytes", evidence.value_hex->empty() ? "none" : *evidence.value_hex);
    facts.add_foreign("Key last written", evidence.key_last_write);
    facts.add_foreign("Answered by", evidence.address);
    facts.add_foreign("Protocol", evidence.protocol);
    if (history::host_authenticated(ca) == false) {
      facts.add("Host", own(unauthenticated_host));
    }
    facts.add_foreign("Account", evidence.account);
    facts.add_foreign("Error", error_text(evidence.error));
  }
  html << "</div>\n<div>\n<h3>In the directory</h3>\n";
  {
    Facts facts(html);
    facts.add_foreign("cn", ca.service.common_name);
    facts.add_foreign("displayName", ca.service.display_name);
    facts.add_foreign("dNSHostName", ca.service.dns_host_name);
    facts.add("objectGUID", own(ca.service.object_guid.to_string()));
    facts.add_foreign("distinguishedName", ca.service.distinguished_name);
    for (const discovery::DuplicateObject& duplicate : ca.service.duplicates) {
      facts.add_foreign("Duplicate object", duplicate_text(duplicate));
    }
  }
  html << "</div>\n";
  const assess::Remediation remediation = remediation_of(ca);
  if (remediation.advice.empty() && remediation.commands.empty()) return;
  html << "<div>\n<h3>What to do</h3>\n";
  if (!remediation.advice.empty()) html << "<p>" << own(remediation.advice) << "</p>\n";
  write_commands(html, "Fix, on the CA&#39;s host as its administrator", remediation.commands);
  if (!remediation.remote.empty()) {
    write_commands(html, "Or from another computer, in PowerShell", {remediation.remote});
  }
  write_commands(html, "Revert", remediation.revert);
  html << "</div>\n";
}

/// For a CA that this scan did not read: what is known from earlier scans.
void write_last_reading(HtmlWriter& html, const history::CaSummary& ca) {
  html << "<div>\n<h3>Not read in this scan</h3>\n";
  if (ca.last) {
    html << "<p>Last read in scan " << ca.last->scan << ", ";
    write_time(html, ca.last->read_at);
    html << ": " << foreign(ca.last->detail) << "</p>\n";
  } else {
    html << "<p>No earlier scan read it.</p>\n";
  }
  {
    Facts facts(html);
    facts.add_foreign("cn", ca.identity.common_name);
    facts.add_foreign("displayName", ca.identity.display_name);
    facts.add_foreign("dNSHostName", ca.identity.dns_host_name);
    facts.add("objectGUID", own(ca.object_guid.to_string()));
  }
  html << "</div>\n";
}

void write_history(HtmlWriter& html, const history::CaStory& story) {
  if (story.events.empty()) return;
  html << "<div>\n<h3>Events</h3>\n<ul class=\"events\">\n";
  const std::span events(story.events);
  for (const history::Event& event : events.last(std::min(events.size(), most_events_of_ca))) {
    html << "<li>";
    write_time(html, event.at);
    html << " ";
    for (const Phrase& phrase : phrases_of(event)) html << (phrase.foreign ? foreign(phrase.text) : own(phrase.text));
    html << "</li>\n";
  }
  html << "</ul>\n";
  if (events.size() > most_events_of_ca) {
    html << "<p>" << events.size() - most_events_of_ca << " earlier events: see casweep history</p>\n";
  }
  html << "</div>\n";
}

void write_ca(HtmlWriter& html, const PageCa& ca, const PageView& view, int order) {
  const history::CaIdentity& identity = ca.known->identity;
  const auto guid = ca.known->object_guid.to_string();
  const std::string name = base::name_or_guid(name_of(identity), ca.known->object_guid);
  html << "<tbody id=\"ca-" << own(guid) << "\" data-verdict=\"" << own(ca.word()) << "\" data-status=\""
       << own(history::word_of(ca.status)) << "\""
       << (ca.known->story.regressed ? Markup(" data-regressed") : Markup("")) << ">\n<tr><th scope=\"row\">"
       << foreign(name) << "</th><td>" << foreign(identity.dns_host_name) << "</td>";
  write_verdict_cell(html, ca, view.subject.scan.id, order);
  write_since_cell(html, ca);
  write_status_cell(html, ca, view.then());
  write_assessed_cell(html, ca, view.subject.scan.id);
  html << "</tr>\n<tr class=\"more\"><td colspan=\"6\"><details><summary><span class=\"unseen\">Evidence of "
       << foreign(name) << "</span></summary>\n<div class=\"evidence\">\n";
  if (ca.read != nullptr) {
    write_reading(html, *ca.read);
  } else {
    write_last_reading(html, *ca.known);
  }
  write_history(html, ca.known->story);
  html << "</div>\n</details></td></tr>\n</tbody>\n";
}

/// The CAs that need nothing; the table of the others comes first.
bool is_compliant(const PageCa& ca) {
  return ca.verdict() && assess::is_compliant(*ca.verdict()) && ca.status == history::Status::completed;
}

void write_rows(HtmlWriter& html, const PageView& view, bool compliant, Markup caption) {
  html << "<table class=\"cas stacked\">\n<caption class=\"unseen\">" << caption << "</caption>\n"
       << "<thead>\n<tr><th scope=\"col\">CA</th><th scope=\"col\">Host</th><th scope=\"col\">Verdict</th>"
       << "<th scope=\"col\">Since</th><th scope=\"col\">Status</th><th scope=\"col\">Last "
          "assessed</th></tr>\n</thead>\n";
  int order = 0;
  std::string_view last;
  for (const PageCa& ca : view.cas) {
    if (std::exchange(last, ca.word()) != ca.word()) ++order;
    if (is_compliant(ca) == compliant) write_ca(html, ca, view, order);
  }
  html << "</table>\n";
}

void write_controls(HtmlWriter& html, const PageView& view) {
  html << "<div class=\"controls\" hidden>\n"
       << "<label>Find <input type=\"search\" id=\"find\" autocomplete=\"off\"></label>\n"
       << "<label>Verdict <select id=\"verdict\">\n<option value=\"\">all</option>\n";
  std::string_view last;
  for (const PageCa& ca : view.cas) {
    if (std::exchange(last, ca.word()) == ca.word()) continue;
    html << "<option value=\"" << own(last) << "\">"
         << own(ca.read != nullptr ? look_of(ca.read->judgement.verdict).words : std::string_view("not read"))
         << "</option>\n";
  }
  html << "</select></label>\n<label>Status <select id=\"status\">\n<option value=\"\">all</option>\n";
  for (const history::Status status : history::all_statuses()) {
    if (std::ranges::find(view.cas, status, &PageCa::status) == view.cas.end()) continue;
    html << "<option value=\"" << own(history::word_of(status)) << "\">" << own(title_of(status)) << "</option>\n";
  }
  html << "</select></label>\n<label><input type=\"checkbox\" id=\"regressed\"> regressed only</label>\n"
       << "<button type=\"button\" id=\"open-all\">Open all evidence</button>\n"
       << "<output id=\"shown\"></output>\n</div>\n";
}

}  // namespace

void write_ca_table(HtmlWriter& html, const PageView& view) {
  const auto compliant = static_cast<std::size_t>(std::ranges::count_if(view.cas, is_compliant));
  html << "<section id=\"cas\" aria-labelledby=\"cas-title\">\n<h2 id=\"cas-title\">CAs</h2>\n";
  write_controls(html, view);
  if (view.cas.empty()) html << "<p>The history contained no CAs at that time.</p>\n";
  const bool all_compliant = compliant == view.cas.size();
  if (!all_compliant) write_rows(html, view, false, "Enterprise CAs that are not compliant, worst first");
  if (compliant > 0) {
    html << (all_compliant ? Markup("<details class=\"compliant\" open>") : Markup("<details class=\"compliant\">"))
         << "\n<summary>" << own(plural(compliant, "CA")) << " enforced or not exposed</summary>\n";
    write_rows(html, view, true, "Enterprise CAs that are enforced or not exposed");
    html << "</details>\n";
  }
  html << "</section>\n";
}

}  // namespace casweep::report
