// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page/sections_internal.h"
#include "report/words/decision_text.h"

namespace casweep::report {
namespace {

void write_row(HtmlWriter& html, const PageCa& ca, const history::Decision& decision, base::Instant then) {
  html << "<tr><th scope=\"row\">";
  write_link(html, ca);
  html << "</th><td>" << own(title_of(decision.status)) << "</td><td>";
  write_end(html, decision, then);
  html << "</td><td>" << foreign(decision.approver) << "</td><td>" << foreign(decision.ticket) << "</td><td>"
       << foreign(decision.reason) << "</td><td>";
  write_time(html, decision.set_at);
  if (!decision.os_user.empty()) html << " by " << foreign(decision.os_user);
  html << "</td></tr>\n";
}

}  // namespace

void write_end(HtmlWriter& html, const history::Decision& decision, base::Instant then) {
  if (!decision.until) return;
  write_day(html, *decision.until);
  const bool plan = decision.status == history::Status::planned;
  switch (history::state_of(&decision, then)) {
    case history::DecisionState::expired:
      html << (plan ? Markup(" <strong class=\"badge bad\">overdue</strong>")
                    : Markup(" <strong class=\"badge bad\">expired</strong>"));
      break;
    case history::DecisionState::ending:
      html << (plan ? Markup(" <small class=\"badge\">due soon</small>")
                    : Markup(" <small class=\"badge\">ends soon</small>"));
      break;
    case history::DecisionState::none:
    case history::DecisionState::active:
      break;
  }
}

void write_exceptions(HtmlWriter& html, const PageView& view) {
  html << "<section id=\"exceptions\" aria-labelledby=\"exceptions-title\">\n"
       << "<h2 id=\"exceptions-title\">Exceptions and plans</h2>\n"
       << "<p>Decisions, in force or expired, when the scan began, on CAs that it did not find compliant. A decision "
          "never changes "
          "a verdict; an accepted risk remains a risk.</p>\n";
  bool any = false;
  for (const PageCa& ca : view.cas) {
    const history::Decision* decision = ca.decision();
    if (decision == nullptr) continue;
    if (!any) {
      html << "<table class=\"plain stacked decisions\">\n<caption class=\"unseen\">Exceptions and "
              "plans</caption>\n<thead>\n<tr>"
           << "<th scope=\"col\">CA</th><th scope=\"col\">Status</th><th scope=\"col\">Ends, or is due</th>"
           << "<th scope=\"col\">Approved by</th><th scope=\"col\">Ticket</th><th scope=\"col\">Reason</th>"
           << "<th scope=\"col\">Recorded</th></tr>\n</thead>\n<tbody>\n";
    }
    any = true;
    write_row(html, ca, *decision, view.then());
  }
  html << (any ? Markup("</tbody>\n</table>\n") : Markup("<p>None.</p>\n")) << "</section>\n";
}

}  // namespace casweep::report
