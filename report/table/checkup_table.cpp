// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/checkup_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/name_list.h"
#include "base/terminal_text.h"
#include "report/table/text_columns.h"
#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

using doctor::Area;
using doctor::Check;
using doctor::Outcome;
using doctor::Step;

std::string_view heading_of(Area area) {
  switch (area) {
    case Area::machine:
      return "This machine";
    case Area::network:
      return "DNS, network and clocks";
    case Area::directory:
      return "Logon and directory";
    case Area::cas:
      break;
  }
  return "CA hosts";
}

std::string_view colour_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "\x1b[32m";
    case Outcome::warning:
      return "\x1b[33m";
    case Outcome::failed:
      return "\x1b[31m";
    case Outcome::skipped:
      break;
  }
  return "\x1b[2m";
}

constexpr std::size_t text_column = 19;

std::string time_text(std::chrono::milliseconds time) {
  return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
}

/// Writes lines in the columns of the table.
class CheckupLines {
 public:
  CheckupLines(std::ostream& out, const TableStyle& style) : out_(out), style_(style) {}

  /// "  ok        0.3 s  The history can be written", and below it what was found and what to do.
  void write(Outcome outcome, std::chrono::milliseconds time, std::string_view title, std::string_view text,
             std::string_view advice) {
    const std::string_view colour = style_.colour ? colour_of(outcome) : "";
    out_ << fmt::format("  {}{:<7}{} {:>7}  ", colour, word_of(outcome), colour.empty() ? "" : "\x1b[0m",
                        outcome == Outcome::skipped ? "-" : time_text(time));
    write_wrapped(out_, safe(title), text_column, text_column, style_.columns);
    write_below(text);
    if (!advice.empty()) write_below(fmt::format("To do: {}", advice));
  }

  void write_below(std::string_view text) {
    // A listing of candidates has lines of its own.
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      out_ << std::string(text_column, ' ');
      write_wrapped(out_, safe(text.substr(0, end)), text_column, text_column, style_.columns);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void write_paragraph(std::string_view text) { write_wrapped(out_, safe(text), 0, 0, style_.columns); }

 private:
  [[nodiscard]] std::string safe(std::string_view text) const { return base::terminal_safe(text, charset_of(style_)); }

  std::ostream& out_;
  const TableStyle& style_;
};

bool is_ok(const Step& step) { return step.finding.outcome == Outcome::ok; }

std::string name_and_host_of(const Step& step) {
  return step.ca->host.empty() ? step.ca->name : fmt::format("{} on {}", step.ca->name, step.ca->host);
}

/// "15 checks: 12 ok, 1 warning, 1 failed, 1 skipped."
std::string totals_of(std::span<const Step> steps) {
  std::map<Outcome, std::size_t> counts;
  for (const Step& step : steps) ++counts[step.finding.outcome];
  std::string text = plural(steps.size(), "check");
  for (const Outcome outcome : {Outcome::ok, Outcome::warning, Outcome::failed, Outcome::skipped}) {
    text += fmt::format("{}{} {}", outcome == Outcome::ok ? ": " : ", ", counts[outcome],
                        outcome == Outcome::warning && counts[outcome] != 1 ? "warnings" : word_of(outcome));
  }
  return text + ".";
}

std::string outlook_of(std::span<const Step> steps, int exit_code) {
  const Step* const failed = first_failure(steps);
  if (failed == nullptr) return "A scan with the same options can read these CAs.";
  if (failed->check != Check::ca)
    return fmt::format("A scan with the same options would end with exit code {}.", exit_code);
  // More may be unknown: a scan also judges what it reads.
  const auto unread = static_cast<std::size_t>(
      std::ranges::count(steps, Outcome::failed, [](const Step& step) { return step.finding.outcome; }));
  return fmt::format("A scan with the same options cannot read {}.", plural(unread, "CA"));
}

}  // namespace

void CheckupTable::begin_area(Area area) {
  if (area_ == area) return;
  out_ << (area_ ? "\n" : "") << heading_of(area) << '\n';
  area_ = area;
}

void CheckupTable::add(const Step& step) {
  if (step.ca) {
    cas_.push_back(step);
    return;
  }
  begin_area(area_of(step.check));
  const auto& [outcome, text, advice, cause] = step.finding;
  const std::string need =
      step.because_of ? fmt::format("Needs what failed above: {}.", claim_of(*step.because_of)) : std::string();
  CheckupLines(out_, style_).write(outcome, step.duration, claim_of(step.check), need.empty() ? text : need, advice);
}

void CheckupTable::write_cas() {
  if (cas_.empty()) return;
  begin_area(Area::cas);
  CheckupLines lines(out_, style_);
  if (std::ranges::all_of(cas_, is_ok)) {
    const auto longest = std::ranges::max(cas_, {}, &Step::duration).duration;
    lines.write(Outcome::ok, longest, claim_of(Check::ca), fmt::format("{}.", plural(cas_.size(), "CA")), {});
    return;
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> to_do;  // advice, and for which CAs
  for (const Step& step : cas_) {
    if (is_ok(step)) continue;
    const auto& [outcome, text, advice, cause] = step.finding;
    lines.write(outcome, step.duration, name_and_host_of(step), text, {});
    if (advice.empty()) continue;
    auto known = std::ranges::find(to_do, advice, [](const auto& group) { return group.first; });
    if (known == to_do.end()) known = to_do.insert(to_do.end(), {advice, {}});
    known->second.push_back(step.ca->name);
  }
  constexpr std::size_t most_named = 5;
  for (const auto& [advice, names] : to_do) {
    lines.write_below(fmt::format("To do for {}: {}", base::name_list(names, most_named), advice));
  }
  for (const Step& step : cas_) {
    if (is_ok(step)) lines.write(Outcome::ok, step.duration, name_and_host_of(step), {}, {});
  }
}

void CheckupTable::finish(const doctor::Checkup& checkup, int exit_code) {
  write_cas();
  out_ << '\n';
  CheckupLines lines(out_, style_);
  lines.write_paragraph(
      fmt::format("{}: {}{}. Nothing was recorded or changed.", short_time(checkup.started_at),
                  checkup.directory.empty() ? "no directory" : checkup.directory,
                  checkup.principal.empty() ? ", no account" : fmt::format(" as {}", checkup.principal)));
  lines.write_paragraph(fmt::format("{} {}", totals_of(checkup.steps), outlook_of(checkup.steps, exit_code)));
}

void write_checkup_table(std::ostream& out, const doctor::Checkup& checkup, int exit_code, const TableStyle& style) {
  CheckupTable table(out, style);
  for (const Step& step : checkup.steps) table.add(step);
  table.finish(checkup, exit_code);
}

}  // namespace casweep::report
