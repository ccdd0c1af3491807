// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using history::ScanHeadline;
using history::ScanState;

constexpr std::size_t most_changes = 12;  // all of them are below the trend

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

struct Exceptions {
  std::size_t in_force = 0;
  std::size_t ending = 0;
  std::size_t expired = 0;
};

Exceptions exceptions_of(const PageView& view) {
  Exceptions exceptions;
  for (const PageCa& ca : view.cas) {
    const auto state = history::exception_state(ca.status, ca.decision(), view.then());
    if (history::in_force(state)) ++exceptions.in_force;
    exceptions.ending += state == history::DecisionState::ending ? 1 : 0;
    exceptions.expired += state == history::DecisionState::expired ? 1 : 0;
  }
  return exceptions;
}

/// The change of the percentage and, if different, of the percentage after exceptions.
std::string compliant_change(const ScanHeadline* before, const ScanHeadline& now) {
  if (before == nullptr) return {};
  const auto changed = [&](auto&& of) { return change(percent(*before, of(*before)), percent(now, of(now)), "point"); };
  const auto plain = changed([](const ScanHeadline& scan) { return scan.compliant(); });
  const auto after = changed([](const ScanHeadline& scan) { return scan.compliant() + scan.mitigated; });
  return plain == after ? fmt::format("{} in scan {}", plain, before->id)
                        : fmt::format("{0} in scan {1}; after exceptions {2} in scan {1}", plain, before->id, after);
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
  write_figure(html, "Enforced or not exposed", own(percent_text(scan, scan.compliant())),
               own(fmt::format("{} of {}; {} after exceptions", scan.compliant(), plural(scan.discovered, "CA"),
                               percent_text(scan, scan.compliant() + scan.mitigated))),
               own(compliant_change(before, scan)));
  write_figure(html, "Coverage", own(percent_text(scan, scan.assessed())),
               own(fmt::format("{} assessed, {} unknown", scan.assessed(), scan.unknown)),
               since([](const ScanHeadline& of) { return percent(of, of.assessed()); }, "point"));
  write_figure(html, "Not enforced", own(std::to_string(scan.not_enforced)),
               own(fmt::format("of {}", plural(scan.discovered, "CA"))),
               since([](const ScanHeadline& of) { return of.not_enforced; }, "CA"));
  const Exceptions exceptions = exceptions_of(view);
  write_figure(html, "Exceptions in force", own(std::to_string(exceptions.in_force)),
               own(fmt::format("{} within 30 days",
                               exceptions.ending == 1 ? "1 ends" : fmt::format("{} end", exceptions.ending))),
               own(exceptions.expired == 0 ? "none has expired" : fmt::format("{} expired", exceptions.expired)));
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
  write_sentence(html, view);
  write_figures(html, view);
  write_shares(html, view);
  write_changes(html, view);
  html << "</section>\n";
}

}  // namespace casweep::report
