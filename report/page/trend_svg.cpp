// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/event_text.h"
#include "report/words/trend_column.h"

namespace casweep::report {
namespace {

using history::EventKind;
using history::ScanHeadline;

// Heights are in pixels and widths in percent: the chart fits into any page and its text stays readable.
constexpr double top = 8;
constexpr double plot = 160;
constexpr double bottom = top + plot;
constexpr double dates = bottom + 18;
constexpr double row_height = 20;
constexpr std::size_t fewest_slots = 16;  // for a short history
constexpr std::size_t most_dates = 7;     // below the chart on a wide screen

/// Events of the same kind share a row below the plot and a mark.
struct Lane {
  Markup name;
  Markup mark;  ///< id of its shape
  Markup path;
};

constexpr std::array lanes{
    Lane{"Worse", "m-worse", "<path id=\"m-worse\" class=\"mark worse\" d=\"M-5-4h10l-5 9z\"/>"},
    Lane{"Better", "m-better", "<path id=\"m-better\" class=\"mark better\" d=\"M-5 5h10l-5-9z\"/>"},
    Lane{"Other", "m-other", "<path id=\"m-other\" class=\"mark other\" d=\"M0-5l5 5-5 5-5-5z\"/>"},
    Lane{"Decisions", "m-decisions", "<path id=\"m-decisions\" class=\"mark decisions\" d=\"M-4-4h8v8h-8z\"/>"},
};

std::size_t lane_of(const history::Event& event) {
  switch (event.kind) {
    case EventKind::regressed:
    case EventKind::became_unknown:
      return 0;
    case EventKind::recovered:  // the recovered verdict may be a bad one
      return event.after == assess::word_of(assess::Verdict::not_enforced) ? 0 : 1;
    case EventKind::remediated:
      return 1;
    case EventKind::first_seen:
    case EventKind::added:
    case EventKind::removed:
    case EventKind::renamed:
    case EventKind::moved:
    case EventKind::certificate_renewed:
    case EventKind::verdict_changed:
      return 2;
    case EventKind::decision_set:
    case EventKind::decision_withdrawn:
    case EventKind::decision_expired:
      return 3;
  }
  return 2;
}

using EventsOfColumn = std::array<std::vector<const history::Event*>, lanes.size()>;

/// An event on a day without a column belongs to the next one.
std::vector<EventsOfColumn> events_by_column(std::span<const history::Event> events,
                                             std::span<const TrendColumn> columns) {
  std::vector<EventsOfColumn> all(columns.size());
  for (const history::Event& event : events) {
    const auto day = std::chrono::floor<std::chrono::days>(event.at);
    const auto found = std::ranges::lower_bound(columns, day, {}, &TrendColumn::last);
    if (found == columns.end()) continue;
    all[static_cast<std::size_t>(found - columns.begin())].at(lane_of(event)).push_back(&event);
  }
  return all;
}

EscapedText pixels(double number) { return own(fmt::format("{:.1f}", number)); }
EscapedText share(double part) { return own(fmt::format("{:.3f}%", 100 * part)); }

class Chart {
 public:
  Chart(HtmlWriter& html, std::span<const TrendColumn> columns, std::span<const history::Event> events)
      : html_(html),
        columns_(columns),
        events_(events_by_column(events, columns)),
        slots_(std::max(columns.size(), fewest_slots)) {
    double next = dates + 4;
    if (std::ranges::any_of(columns, [](const TrendColumn& column) { return letter_of(column) != ' '; })) {
      letters_ = next += row_height;
    }
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      if (std::ranges::any_of(events_, [&](const EventsOfColumn& of) { return !of[lane].empty(); })) {
        rows_.at(lane) = next += row_height;
      }
    }
    height_ = next + 12;
  }

  void write(std::string_view whom) {
    html_ << "<svg class=\"chart\" role=\"img\" aria-labelledby=\"chart-title chart-text\" width=\"100%\" height=\""
          << pixels(height_) << "\">\n<title id=\"chart-title\">Trend of " << foreign_words(whom)
          << "</title>\n<desc id=\"chart-text\">" << own(description()) << "</desc>\n";
    write_shapes();
    write_grid();
    for (std::size_t i = 0; i < columns_.size(); ++i) write_column(i);
    write_dates();
    write_rows();
    html_ << "</svg>\n";
  }

 private:
  [[nodiscard]] double left_of(std::size_t column) const {
    return static_cast<double>(column) / static_cast<double>(slots_);
  }
  [[nodiscard]] double middle_of(std::size_t column) const {
    return left_of(column) + 0.5 / static_cast<double>(slots_);
  }

  [[nodiscard]] std::string description() const {
    std::vector<const ScanHeadline*> drawn;
    for (const TrendColumn& column : columns_) {
      if (column.drawn != nullptr) drawn.push_back(column.drawn);
    }
    if (drawn.empty()) return "No scan has completed yet.";
    const auto sentence_part = [](const ScanHeadline& scan) {
      return fmt::format("{} of all CAs were enforced or not exposed on {}", percent_text(scan, scan.compliant()),
                         short_date(scan.started_at));
    };
    const std::string numbers = " The table after the chart has the numbers, and the list after it the events.";
    if (drawn.size() == 1) return sentence_part(*drawn.front()) + "." + numbers;
    return sentence_part(*drawn.front()) + ", " + sentence_part(*drawn.back()) + "." + numbers;
  }

  void write_shapes() {
    html_ << "<defs>\n";
    for (const Lane& lane : lanes) html_ << lane.path << "\n";
    html_ << "<pattern id=\"p-bad\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
             "<rect class=\"not-enforced\" width=\"6\" height=\"6\"/><path class=\"over\" d=\"M0 6L6 0M0 0L6 "
             "6\"/></pattern>\n"
             "<pattern id=\"p-unknown\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
             "<rect class=\"unknown\" width=\"6\" height=\"6\"/><path class=\"over\" d=\"M-1 1L1-1M0 6L6 0M5 7L7 "
             "5\"/></pattern>\n"
             "<pattern id=\"p-mitigated\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">"
             "<rect class=\"mitigated\" width=\"5\" height=\"5\"/><circle class=\"dot\" cx=\"2.5\" cy=\"2.5\" "
             "r=\"1\"/></pattern>\n"
             "</defs>\n";
  }

  void write_grid() {
    for (const int percent : {0, 50, 100}) {
      const double y = bottom - plot * percent / 100;
      html_ << "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"" << pixels(y) << "\" y2=\"" << pixels(y) << "\"/>"
            << "<text x=\"-8\" y=\"" << pixels(y + 4) << "\" class=\"axis\">" << percent << " %</text>\n";
    }
  }

  void write_bar(std::size_t column, double y, double height, Markup fill) {
    html_ << "<rect x=\"" << share(left_of(column) + 0.1 / static_cast<double>(slots_)) << "\" width=\""
          << share(0.8 / static_cast<double>(slots_)) << "\" y=\"" << pixels(y) << "\" height=\"" << pixels(height)
          << "\" " << fill << "/>";
  }

  void write_column(std::size_t index) {
    const TrendColumn& column = columns_[index];
    if (column.drawn == nullptr && column.incomplete == nullptr) return;
    const ScanHeadline& scan = column.drawn != nullptr ? *column.drawn : *column.incomplete;
    html_ << "<g><title>";
    if (scan.id > 0) {
      html_ << own(short_time(scan.started_at)) << ", scan " << scan.id;
    } else {  // the totals of a day
      html_ << own(short_date(scan.started_at));
    }
    if (column.drawn == nullptr) {
      html_ << ": " << own(history::word_of(scan.state)) << "</title>";
      write_bar(index, top, plot, "class=\"nothing\"");
    } else {
      html_ << ": " << own(percent_text(scan, scan.compliant())) << " of " << scan.discovered
            << " CAs enforced or not exposed, " << scan.not_enforced << " not enforced, " << scan.unknown
            << " unknown</title>";
      write_stack(index, scan);
    }
    html_ << "</g>\n";
  }

  void write_stack(std::size_t index, const ScanHeadline& scan) {
    struct Part {
      std::size_t count;
      Markup fill;
      double height = 0;
    };
    std::array parts{Part{scan.compliant(), "class=\"enforced\""}, Part{scan.mitigated, "fill=\"url(#p-mitigated)\""},
                     Part{scan.open_not_enforced(), "fill=\"url(#p-bad)\""},
                     Part{scan.open_unknown(), "fill=\"url(#p-unknown)\""}};
    // Every part is at least a visible sliver, at the expense of the largest part.
    constexpr double least = 3;
    for (Part& part : parts) {
      part.height = plot * static_cast<double>(part.count) / static_cast<double>(scan.discovered);
    }
    for (Part& part : parts) {
      if (part.count == 0 || part.height >= least) continue;
      std::ranges::max_element(parts, {}, &Part::height)->height -= least - part.height;
      part.height = least;
    }
    double y = bottom;
    for (const Part& part : parts) {
      if (part.count == 0) continue;
      y -= part.height;
      write_bar(index, y, part.height, part.fill);
    }
  }

  void write_date(const EscapedText& x, Markup kind, const std::string& date) {
    html_ << "<text x=\"" << x << "\" y=\"" << pixels(dates) << "\" class=\"" << kind << "\">" << own(date)
          << "</text>\n";
  }

  void write_dates() {
    if (columns_.empty()) return;
    const auto first = short_date(columns_.front().first);
    const auto last = short_date(columns_.back().last);
    const bool room = columns_.size() * 3 >= slots_ * 2;  // for two dates, even on a phone
    if (!room) {
      write_date(share(0), "date", first == last ? first : first + " to " + last);
      return;
    }
    write_date(share(0), "date", first);
    write_date(share(left_of(columns_.size())), "date end", last);
    // The last inner date keeps its distance from the last date.
    const std::size_t step = (columns_.size() + most_dates - 1) / most_dates;
    for (std::size_t i = step; i + step < columns_.size(); i += step) {
      const EscapedText x = share(middle_of(i));
      html_ << "<line class=\"grid inner\" x1=\"" << x << "\" x2=\"" << x << "\" y1=\"" << pixels(bottom) << "\" y2=\""
            << pixels(bottom + 5) << "\"/>";
      write_date(x, "date inner", short_date(columns_[i].last));
    }
  }

  void write_row_name(double y, Markup name) {
    html_ << "<text x=\"-8\" y=\"" << pixels(y + 4) << "\" class=\"axis\">" << name << "</text>\n";
  }

  void write_rows() {
    if (letters_) {
      write_row_name(*letters_, "Incomplete");
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (letter_of(columns_[i]) == ' ') continue;
        html_ << "<text x=\"" << share(middle_of(i)) << "\" y=\"" << pixels(*letters_ + 4) << "\" class=\"letter\">"
              << "<title>Scan " << columns_[i].incomplete->id << ": "
              << own(history::word_of(columns_[i].incomplete->state)) << "</title>"
              << own(std::string(1, letter_of(columns_[i]))) << "</text>\n";
      }
    }
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      if (!rows_.at(lane)) continue;
      write_row_name(*rows_.at(lane), lanes.at(lane).name);
      for (std::size_t i = 0; i < columns_.size(); ++i) write_mark(i, lane, *rows_.at(lane));
    }
  }

  void write_mark(std::size_t column, std::size_t lane, double y) {
    const auto& events = events_[column].at(lane);
    if (events.empty()) return;
    const history::Event& first = *events.front();
    html_ << "<use href=\"#" << lanes.at(lane).mark << "\" x=\"" << share(middle_of(column)) << "\" y=\"" << pixels(y)
          << "\"><title>" << own(short_time(first.at)) << " " << foreign_words(name_of(*first.identity)) << ": "
          << foreign_words(words_of(first, base::Charset::unicode));
    if (events.size() > 1) html_ << "; " << events.size() - 1 << " more";
    html_ << "</title></use>\n";
  }

  HtmlWriter& html_;
  std::span<const TrendColumn> columns_;
  std::vector<EventsOfColumn> events_;
  std::size_t slots_;
  std::optional<double> letters_;
  std::array<std::optional<double>, lanes.size()> rows_{};
  double height_ = 0;
};

}  // namespace

void write_trend_svg(HtmlWriter& html, std::string_view whom, std::span<const TrendColumn> columns,
                     std::span<const history::Event> events) {
  Chart(html, columns, events).write(whom);
  html << "<ul class=\"legend\" aria-hidden=\"true\">\n";
  constexpr std::array keys{std::pair{Markup("class=\"enforced\""), Markup("enforced or not exposed")},
                            std::pair{Markup("fill=\"url(#p-mitigated)\""), Markup("mitigated")},
                            std::pair{Markup("fill=\"url(#p-bad)\""), Markup("not enforced")},
                            std::pair{Markup("fill=\"url(#p-unknown)\""), Markup("unknown")}};
  for (const auto& [fill, name] : keys) {
    html << "<li><svg class=\"key\" width=\"14\" height=\"14\"><rect width=\"14\" height=\"14\" " << fill << "/></svg> "
         << name << "</li>\n";
  }
  html << "</ul>\n";
}

}  // namespace casweep::report
