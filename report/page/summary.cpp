// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/decision_text.h"
#include "report/words/shared_cause.h"

namespace casweep::report {

using history::Need;

namespace {

using assess::Verdict;
using history::ScanHeadline;
using history::ScanState;

constexpr std::size_t most_changes = 12;      // all of them are below the trend
constexpr std::size_t most_regressions = 12;  // all of them are in the table of CAs

/// Why the page shows no percentages, if it does not.
void write_notice(HtmlWriter& html, const PageView& view) {
  const history::ScanRecord& scan = view.subject.scan;
  if (scan.state == ScanState::complete) return;
  html << "<div class=\"notice\" role=\"note\">\n<p><strong>";
  switch (scan.state) {
    case ScanState::failed:
      html << "This scan failed.</strong> " << foreign(history::sentence_of_failure(scan.failure));
      break;
    case ScanState::running:
      html << "This scan had not ended yet</strong> when this page was written.";
      break;
    default:
      html << (scan.state == ScanState::partial ? Markup("This scan is partial:")
                                                : Markup("This scan was interrupted:"))
           << "</strong> it read " << scan.cas.size() << " of " << own(plural(scan.discovered, "CA")) << ".";
      if (!scan.failure.empty()) html << " " << foreign(history::sentence_of_failure(scan.failure));
  }
  html << "</p>\n<p>It does not cover the whole forest, so no percentages are shown. Information about CAs that it did "
          "not read comes from earlier scans and is marked as such.</p>\n</div>\n";
}

/// What all CA hosts of the scan have in common, before anyone changes one of them because of it.
void write_causes(HtmlWriter& html, const PageView& view) {
  for (const std::string& cause : shared_causes(view.subject.scan)) {
    html << "<div class=\"notice\" role=\"note\">\n<p>" << foreign(cause) << "</p>\n</div>\n";
  }
}

void write_sentence(HtmlWriter& html, const PageView& view) {
  const ScanHeadline& scan = view.scan;
  if (!scan.speaks_of_forest()) return;
  html << "<p class=\"sentence\">" << foreign(scan.forest) << " has " << own(plural(scan.discovered, "enterprise CA"))
       << ". "
       << (scan.assessed() == scan.discovered
               ? own("All of them were assessed")
               : own(fmt::format("{} of them could be assessed, {} could not", scan.assessed(), scan.unknown)));
  if (scan.not_enforced == 0) {
    html << (scan.unknown == 0
                 ? Markup("; none is configured to accept unencrypted requests.</p>\n")
                 : Markup("; none of those assessed is configured to accept unencrypted requests.</p>\n"));
  } else {
    html << "; " << scan.not_enforced
         << (scan.not_enforced == 1 ? Markup(" is configured to accept unencrypted requests.</p>\n")
                                    : Markup(" are configured to accept unencrypted requests.</p>\n"));
  }
}

std::size_t percent(const ScanHeadline& scan, std::size_t count) { return count * 100 / scan.discovered; }

/// "7 points more than", "the same as".
std::string change(std::size_t before, std::size_t now, std::string_view unit) {
  if (now == before) return "the same as";
  const std::size_t by = now > before ? now - before : before - now;
  return fmt::format("{} {}", plural(by, unit), now > before ? "more than" : "fewer than");
}

/// A key figure: its name, value, note, and change since the previous scan.
void write_figure(HtmlWriter& html, Markup name, const EscapedText& value, const EscapedText& note,
                  const EscapedText& change) {
  html << "<li><span class=\"name\">" << name << "</span> <span class=\"value\">" << value
       << "</span> <span class=\"note\">" << note << "</span> <span class=\"change\">" << change << "</span></li>\n";
}

/// What ends soon or has ended, of the CAs that are not compliant.
struct Ends {
  std::size_t exceptions_soon = 0;
  std::size_t exceptions_expired = 0;
  std::size_t plans_soon = 0;
  std::size_t plans_overdue = 0;
};

Ends ends_of(const PageView& view) {
  Ends ends;
  for (const PageCa& ca : view.cas) {
    const history::Decision* decision = ca.decision();
    const bool plan = decision != nullptr && decision->status == history::Status::planned;
    const auto state = history::state_of(decision, view.then());
    if (state == history::DecisionState::ending) ++(plan ? ends.plans_soon : ends.exceptions_soon);
    if (state == history::DecisionState::expired) ++(plan ? ends.plans_overdue : ends.exceptions_expired);
  }
  return ends;
}

/// "1 ends within 30 days; 2 expired".
std::string exceptions_text(const Ends& ends) {
  std::string text = ends.exceptions_soon == 0   ? "none ends"
                     : ends.exceptions_soon == 1 ? "1 ends"
                                                 : fmt::format("{} end", ends.exceptions_soon);
  text += " within 30 days";
  if (ends.exceptions_expired > 0) text += fmt::format("; {} expired", ends.exceptions_expired);
  return text;
}

/// "3 plans; 1 due within 30 days; 2 overdue".
std::string plans_text(std::size_t plans, const Ends& ends) {
  std::string text = plural(plans, "plan");
  if (ends.plans_soon > 0) text += fmt::format("; {} due within 30 days", ends.plans_soon);
  if (ends.plans_overdue > 0) text += fmt::format("; {} overdue", ends.plans_overdue);
  return text;
}

/// The change of the percentage and, if different, of the percentage with mitigated CAs.
std::string compliant_change(const ScanHeadline* before, const ScanHeadline& now) {
  if (before == nullptr) return {};
  const auto changed = [&](auto&& of) { return change(percent(*before, of(*before)), percent(now, of(now)), "point"); };
  const auto plain = changed([](const ScanHeadline& scan) { return scan.compliant(); });
  const auto after = changed([](const ScanHeadline& scan) { return scan.compliant() + scan.mitigated; });
  return plain == after ? fmt::format("{} in scan {}", plain, before->id)
                        : fmt::format("{0} in scan {1}; with mitigated CAs {2} in scan {1}", plain, before->id, after);
}

void write_figures(HtmlWriter& html, const PageView& view) {
  const ScanHeadline& scan = view.scan;
  if (!scan.speaks_of_forest()) return;
  const ScanHeadline* before = view.previous;
  const auto since = [&](auto&& of, std::string_view unit) {
    if (before == nullptr) return own("");
    return own(fmt::format("{} in scan {}", change(of(*before), of(scan), unit), before->id));
  };
  html << "<ul class=\"figures\">\n";
  const std::string mitigated =
      scan.mitigated == 0
          ? ""
          : fmt::format("; {} with mitigated CAs", percent_text(scan, scan.compliant() + scan.mitigated));
  write_figure(html, "Enforced or not exposed", own(percent_text(scan, scan.compliant())),
               own(fmt::format("{} of {}{}", scan.compliant(), plural(scan.discovered, "CA"), mitigated)),
               own(compliant_change(before, scan)));
  write_figure(html, "Coverage", own(percent_text(scan, scan.assessed())),
               own(fmt::format("{} assessed, {} unknown", scan.assessed(), scan.unknown)),
               since([](const ScanHeadline& of) { return percent(of, of.assessed()); }, "point"));
  write_figure(html, "Not enforced", own(std::to_string(scan.not_enforced)),
               own(fmt::format("of {}", plural(scan.discovered, "CA"))),
               since([](const ScanHeadline& of) { return of.not_enforced; }, "CA"));
  const Ends ends = ends_of(view);
  write_figure(html, "Covered by exceptions", own(std::to_string(view.count(Need::covered))),
               own(exceptions_text(ends)), own(plans_text(view.count(Need::planned), ends)));
  html << "</ul>\n";
}

/// The counts per verdict, as one bar and in words.
void write_shares(HtmlWriter& html, const PageView& view) {
  const ScanHeadline& scan = view.scan;
  if (!scan.speaks_of_forest()) return;
  const std::array shares{
      std::pair{Verdict::enforced, scan.enforced}, std::pair{Verdict::not_exposed, scan.not_exposed},
      std::pair{Verdict::not_enforced, scan.not_enforced}, std::pair{Verdict::unknown, scan.unknown}};
  html << "<svg class=\"shares\" height=\"14\" width=\"100%\" aria-hidden=\"true\">\n";
  std::size_t sum = 0;
  for (const auto& [verdict, count] : shares) {
    if (count == 0) continue;
    const auto at = [&](std::size_t part) {
      return own(fmt::format("{:.3f}%", 100.0 * static_cast<double>(part) / static_cast<double>(scan.discovered)));
    };
    html << "<rect class=\"" << own(assess::word_of(verdict)) << "\" x=\"" << at(sum) << "\" y=\"0\" width=\""
         << at(count) << "\" height=\"14\"/>\n";
    sum += count;
  }
  html << "</svg>\n<ul class=\"counts\">\n";
  for (const auto& [verdict, count] : shares) {
    html << "<li>" << count << " ";
    write_verdict(html, verdict);
    html << "</li>\n";
  }
  html << "</ul>\n";
}

/// "3 CAs need action: 1 not enforced, 2 unknown. 1 planned. 2 covered by exceptions."
void write_needs(HtmlWriter& html, const PageView& view) {
  if (view.cas.empty()) return;
  const std::size_t action = view.count(Need::action);
  html << "<p class=\"needs\"><strong>" << own(needing_action(action)) << "</strong>";
  if (action > 0) {
    Markup separator = ": ";
    struct Kind {
      std::optional<Verdict> verdict;
      Markup words;
    };
    for (const Kind& kind : {Kind{Verdict::not_enforced, "not enforced"}, Kind{Verdict::unknown, "unknown"},
                             Kind{std::nullopt, "not read in this scan"}}) {
      const auto count = std::ranges::count_if(view.cas, [&](const PageCa& ca) {
        return ca.need(view.then()) == Need::action && ca.verdict() == kind.verdict;
      });
      if (count == 0) continue;
      html << separator << count << " " << kind.words;
      separator = ", ";
    }
  }
  html << ". " << view.count(Need::planned) << " planned. " << view.count(Need::covered)
       << " covered by exceptions.</p>\n";
}

/// The CAs that regressed and were not fixed since, regardless of when; the newest first.
void write_regressions(HtmlWriter& html, const PageView& view) {
  std::vector<const PageCa*> regressed;
  for (const PageCa& ca : view.cas) {
    if (ca.known->story.regressed) regressed.push_back(&ca);
  }
  if (regressed.empty()) return;
  const auto since = [](const PageCa* ca) {
    const auto& episodes = ca->known->story.episodes;
    return episodes.empty() ? base::Instant{} : episodes.back().opened.at;
  };
  std::ranges::stable_sort(regressed, std::ranges::greater{}, since);
  html << "<div class=\"regressions\" role=\"note\">\n<p><strong>" << own(plural(regressed.size(), "CA"))
       << " regressed</strong>: enforced or not exposed before, and not enforced when last known.</p>\n<ul>\n";
  for (const PageCa* ca : std::span(regressed).first(std::min(regressed.size(), most_regressions))) {
    html << "<li>";
    write_link(html, *ca);
    if (!ca->known->story.episodes.empty()) {
      const history::ScanMoment& opened = ca->known->story.episodes.back().opened;
      html << " on ";
      write_time(html, opened.at);
      html << " (scan " << opened.scan << ")";
    }
    if (ca->verdict() == Verdict::unknown) html << ", unknown now";
    if (ca->need(view.then()) != Need::action) {
      html << ", " << own(status_text(ca->status, ca->decision(), view.then()));
    }
    html << "</li>\n";
  }
  html << "</ul>\n";
  if (regressed.size() > most_regressions) {
    html << "<p>" << regressed.size() - most_regressions << " more: see the <a href=\"#cas\">table of CAs</a>.</p>\n";
  }
  html << "</div>\n";
}

void write_changes(HtmlWriter& html, const PageView& view) {
  if (view.previous == nullptr) {
    html << "<p>This history has no earlier complete scan of this forest.</p>\n";
    return;
  }
  const auto& events = view.subject.trend.events;
  const auto is_new = [&](const history::Event& event) {
    return event.scan ? *event.scan > view.previous->id : event.at > view.previous->started_at;
  };
  std::vector<const history::Event*> changes;
  for (const history::Event& event : events) {
    if (is_new(event)) changes.push_back(&event);
  }
  html << "<h2>Since scan " << view.previous->id << " of ";
  write_time(html, view.previous->started_at);
  html << "</h2>\n";
  if (changes.empty()) {
    html << "<p>Nothing changed.</p>\n";
    return;
  }
  html << "<ul class=\"events\">\n";
  for (const history::Event* event : std::span(changes).first(std::min(changes.size(), most_changes))) {
    html << "<li>";
    write_event(html, *event);
    html << "</li>\n";
  }
  html << "</ul>\n";
  if (changes.size() > most_changes) {
    html << "<p>" << changes.size() - most_changes
         << " more: see the <a href=\"#events\">events below the trend</a>.</p>\n";
  }
}

}  // namespace

void write_summary(HtmlWriter& html, const PageView& view) {
  html << "<section id=\"summary\" aria-label=\"Summary\">\n";
  write_notice(html, view);
  write_causes(html, view);
  write_needs(html, view);
  write_regressions(html, view);
  write_sentence(html, view);
  write_figures(html, view);
  write_shares(html, view);
  write_changes(html, view);
  html << "</section>\n";
}

}  // namespace casweep::report
