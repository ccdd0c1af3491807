// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/decision_text.h"
#include "report/words/to_do.h"

namespace casweep::report {

using history::Need;

namespace {

/// The CAs of a group that are to be fixed, those without a plan first.
struct OpenCas {
  std::vector<const PageCa*> cas{};
  std::size_t planned = 0;
};

void write_ca_item(HtmlWriter& html, const PageCa& ca, base::Instant then) {
  html << "<li>";
  write_link(html, ca);
  if (ca.known->story.regressed) html << " <small class=\"badge bad\">regressed</small>";
  const history::Decision* decision = ca.decision();
  const Need need = ca.need(then);
  if (decision != nullptr && need != Need::action) {
    html << " <small>" << own(title_of(decision->status))
         << (need == Need::planned ? Markup(", due ") : Markup(", ends "));
    write_end(html, *decision, then);
    html << "</small>";
  }
  html << "</li>\n";
}

void write_group(HtmlWriter& html, const ToDo& group, const OpenCas& open, base::Instant then) {
  html << "<article class=\"to-do\">\n<h3>";
  write_verdict(html, group.verdict);
  for (const assess::Reason reason : group.reasons)
    html << " <span class=\"reason\">" << own(assess::word_of(reason)) << "</span>";
  html << " <span class=\"count\">" << own(plural(open.cas.size(), "CA"));
  if (open.planned > 0) html << ", " << open.planned << " of them planned";
  html << "</span></h3>\n";
  if (!group.advice.empty()) html << "<p>" << own(group.advice) << "</p>\n";
  if (group.verdict == assess::Verdict::not_enforced) {
    // Without names, because this applies to all of them. Each CA's own commands are with its evidence.
    const auto steps = assess::remediation_for(group.verdict, group.reasons.front(), {});
    html << "<div class=\"steps\">\n<div>\n";
    write_commands(html, "Fix, on the CA&#39;s host as its administrator", steps.commands);
    html << "</div>\n<div>\n";
    if (group.reasons.size() == 1) {
      write_commands(html, "Revert", steps.revert);
    } else {
      html << "<p>The commands to revert differ; they are with each CA&#39;s evidence.</p>\n";
    }
    html << "</div>\n</div>\n";
    write_references(html);
  }
  html << "<ul class=\"names\">\n";
  for (const PageCa* ca : open.cas) write_ca_item(html, *ca, then);
  html << "</ul>\n</article>\n";
}

void write_covered(HtmlWriter& html, const PageView& view) {
  if (view.count(Need::covered) == 0) return;
  html << "<article class=\"to-do\">\n<h3>Covered by an exception <span class=\"count\">"
       << own(plural(view.count(Need::covered), "CA")) << "</span></h3>\n"
       << "<p>No action until the exception ends. The commands for each CA are with its evidence.</p>\n"
       << "<ul class=\"names\">\n";
  for (const PageCa& ca : view.cas) {
    if (ca.need(view.then()) == Need::covered) write_ca_item(html, ca, view.then());
  }
  html << "</ul>\n</article>\n";
}

}  // namespace

void write_what_to_do(HtmlWriter& html, const PageView& view) {
  const base::Instant then = view.then();
  std::map<const history::Observation*, const PageCa*> on_page;
  for (const PageCa& ca : view.cas) on_page.emplace(ca.read, &ca);

  html << "<section id=\"to-do\" aria-labelledby=\"to-do-title\">\n<h2 id=\"to-do-title\">What to do</h2>\n";
  const auto groups = to_dos(view.subject.scan);
  if (view.subject.scan.cas.empty()) {
    html << "<p>Scan again: this scan did not read any CA. All information about CAs comes from earlier scans.</p>\n";
  } else if (groups.empty()) {
    html << "<p>Nothing: every CA that this scan read is compliant.</p>\n";
  }
  bool any_open = false;
  for (const ToDo& group : groups) {
    OpenCas open;
    for (const auto& [record, remediation] : group.cas) {
      const auto ca = on_page.find(record);
      if (ca == on_page.end() || ca->second->need(then) == Need::covered) continue;
      open.cas.push_back(ca->second);
      if (ca->second->need(then) == Need::planned) ++open.planned;
    }
    if (open.cas.empty()) continue;
    any_open = true;
    std::ranges::stable_sort(open.cas, {}, [&](const PageCa* ca) { return ca->need(then); });
    write_group(html, group, open, then);
  }
  if (!groups.empty() && !any_open) html << "<p>Nothing now: exceptions cover every CA that is not compliant.</p>\n";
  write_covered(html, view);
  html << "</section>\n";
}

}  // namespace casweep::report
