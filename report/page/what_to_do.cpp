// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/to_do.h"

namespace casweep::report {

void write_what_to_do(HtmlWriter& html, const PageView& view) {
  std::map<const history::Observation*, const PageCa*> on_page;
  for (const PageCa& ca : view.cas) on_page.emplace(ca.read, &ca);

  html << "<section id=\"to-do\" aria-labelledby=\"to-do-title\">\n<h2 id=\"to-do-title\">What to do</h2>\n";
  const auto groups = to_dos(view.subject.scan);
  if (view.subject.scan.cas.empty()) {
    html << "<p>Scan again: this scan did not read any CA. All information about CAs comes from earlier scans.</p>\n";
  } else if (groups.empty()) {
    html << "<p>Nothing: every CA that this scan read is compliant.</p>\n";
  }
  for (const ToDo& group : groups) {
    html << "<article class=\"to-do\">\n<h3>";
    write_verdict(html, group.verdict);
    for (const assess::Reason reason : group.reasons)
      html << " <span class=\"reason\">" << own(assess::word_of(reason)) << "</span>";
    html << " <span class=\"count\">" << own(plural(group.cas.size(), "CA")) << "</span></h3>\n";
    if (!group.advice.empty()) html << "<p>" << own(group.advice) << "</p>\n";
    if (group.verdict == assess::Verdict::not_enforced) {
      // Without names, because this applies to all of them. Each CA's own commands are with its evidence.
      const auto steps = assess::remediation_for(group.verdict, group.reasons.front(), {});
      html << "<div class=\"steps\">\n<div>\n";
      write_commands(html, "Fix, on the CA&#39;s host as its administrator", steps.commands);
      html << "</div>\n<div>\n";
      write_commands(html, "Revert", steps.revert);
      html << "</div>\n</div>\n";
    }
    html << "<ul class=\"names\">\n";
    for (const auto& [record, remediation] : group.cas) {
      if (const auto ca = on_page.find(record); ca != on_page.end()) {
        html << "<li>";
        write_link(html, *ca->second);
        html << "</li>\n";
      }
    }
    html << "</ul>\n</article>\n";
  }
  html << "</section>\n";
}

}  // namespace casweep::report
