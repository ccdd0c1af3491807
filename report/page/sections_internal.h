// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/page/html.h"
#include "report/page/page.h"

namespace casweep::report {

/// A CA on the page.
struct PageCa {
  const history::CaSummary* known = nullptr;   ///< as the history knew it when the scan began
  const history::Observation* read = nullptr;  ///< its observation in this scan; null: not asked
  history::Status status = history::Status::to_address;

  [[nodiscard]] std::optional<assess::Verdict> verdict() const;  ///< of this scan
  [[nodiscard]] std::string_view word() const;                   ///< of the verdict, or "not-read"
  /// The newest decision, in force or expired; null if there is none, it was withdrawn, or the CA needs none.
  [[nodiscard]] const history::Decision* decision() const;
  [[nodiscard]] history::Need need(base::Instant then) const;
};

/// The data shared by all sections.
struct PageView {
  explicit PageView(const PageSubject& subject);

  const PageSubject& subject;
  const history::ScanHeadline& scan;                ///< in subject.trend
  const history::ScanHeadline* previous = nullptr;  ///< the previous complete scan of the same forest; null: none
  std::vector<PageCa> cas;                          ///< worst first, then by name

  [[nodiscard]] base::Instant then() const { return history::began_at(subject.scan.start); }
  [[nodiscard]] std::size_t count(history::Need need) const;
};

enum class Script { none, of_tables };

/// The document until its <title>, whose text follows.
void begin_head(HtmlWriter& html, Script script);

/// The rest of <head>, from </title> on.
void end_head(HtmlWriter& html);

/// Who wrote the page, and what it shows.
void write_footer(HtmlWriter& html, std::string_view tool_version);

/// The sections, from <section> to </section>, in the order of the page.
void write_summary(HtmlWriter& html, const PageView& view);
void write_what_to_do(HtmlWriter& html, const PageView& view);
void write_ca_table(HtmlWriter& html, const PageView& view);
void write_trend(HtmlWriter& html, const PageView& view);
void write_exceptions(HtmlWriter& html, const PageView& view);
void write_logon_trust(HtmlWriter& html, const PageView& view);
void write_scan_facts(HtmlWriter& html, const PageView& view);

/// The chart of `whom` and its legend, without the frame.
void write_trend_svg(HtmlWriter& html, std::string_view whom, std::span<const struct TrendColumn> columns,
                     std::span<const history::Event> events);

/// "✗ not enforced", with the glyph hidden from screen readers.
void write_verdict(HtmlWriter& html, std::optional<assess::Verdict> verdict);

/// The CA's name, or its objectGUID if it has none, as a link to its row.
void write_link(HtmlWriter& html, const PageCa& ca);

/// "2026-11-23 02:43Z" in <time>; writes nothing for an invalid time.
void write_time(HtmlWriter& html, base::Instant instant);

/// "2026-11-23" in <time>; writes nothing for an invalid time.
void write_day(HtmlWriter& html, base::Instant instant);

/// The day on which an exception ends or a plan is due, with a badge if the day is near or past.
void write_end(HtmlWriter& html, const history::Decision& decision, base::Instant then);

/// Where to read about the assessment and the attack: Microsoft's page and the techniques of MITRE ATT&CK.
void write_references(HtmlWriter& html);

/// Commands to copy, below a title; writes nothing if there are none.
void write_commands(HtmlWriter& html, Markup title, const std::vector<std::string>& commands);

/// An event: its time, the CA and what happened.
void write_event(HtmlWriter& html, const history::Event& event);

/// Names and values of a <dl>.
class Facts {
 public:
  explicit Facts(HtmlWriter& html) : html_(html) { html_ << "<dl>\n"; }
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;
  ~Facts() { html_ << "</dl>\n"; }

  void add(Markup name, const EscapedText& value) { html_ << "<dt>" << name << "</dt><dd>" << value << "</dd>\n"; }
  /// Adds nothing if the text is empty.
  void add_foreign(Markup name, std::string_view text) {
    if (!text.empty()) add(name, foreign(text));
  }

 private:
  HtmlWriter& html_;
};

}  // namespace casweep::report
