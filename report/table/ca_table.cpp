// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/ca_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/name_list.h"
#include "base/terminal_text.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/verdict_look.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using history::Need;

/// A table of so few CAs lists all of them.
constexpr std::size_t few_cas = 10;

constexpr std::size_t most_decided = 20;

bool needs_person(const CaLine& ca, base::Instant now) {
  const Need need = need_of(ca, now);
  return need == Need::action || need == Need::planned;
}

bool is_regressed(const CaLine& ca) { return ca.known != nullptr && ca.known->story.regressed; }

/// 0 is the worst.
int rank_of(const CaLine& ca, base::Instant now) {
  const Need need = need_of(ca, now);
  if (need == Need::none) return 8;
  const bool last_known_open =
      ca.known != nullptr && ca.known->known && ca.known->known->judged.verdict == Verdict::not_enforced;
  int rank = 3;
  if (ca.judged.verdict == Verdict::not_enforced) {
    rank = is_regressed(ca) ? 0 : 1;
  } else if (last_known_open || ca.judged.reason == assess::Reason::hidden_from_account) {
    rank = 2;
  }
  return need == Need::covered ? rank + 4 : rank;
}

/// The last instant of all: not known.
base::Instant since_of(const CaLine& ca) {
  const auto since = ca.known == nullptr ? std::nullopt : ca.known->verdict_since();
  return since ? since->at : base::Instant::max();
}

void sort_cas(std::vector<CaLine>& cas, CaOrder order, base::Instant now) {
  std::ranges::stable_sort(cas, {}, &CaLine::name);
  if (order == CaOrder::verdict) std::ranges::stable_sort(cas, {}, [&](const CaLine& ca) { return rank_of(ca, now); });
  if (order == CaOrder::host) std::ranges::stable_sort(cas, {}, &CaLine::host);
  if (order == CaOrder::since) std::ranges::stable_sort(cas, {}, since_of);
}

std::string status_cell(const CaLine& ca, base::Instant now) {
  if (ca.known == nullptr) return "-";
  return status_in_brief(*ca.known, now) + (is_regressed(ca) ? ", regressed" : "");
}

/// For a CA that is unknown now: its last known verdict and the age of that.
TextCell last_known_cell(const CaLine& ca, base::Instant now, const TableStyle& style) {
  if (ca.judged.verdict != Verdict::unknown) return {""};
  if (ca.known == nullptr || !ca.known->known) return {"never known"};
  TextCell cell = verdict_cell(ca.known->known->judged.verdict, style);
  cell.text += ", " + ago_text(now - ca.known->known->read_at);
  return cell;
}

/// ".corp.example" if that is the domain of all hosts that are known, which a narrow table then need not repeat; empty:
/// none is.
std::string shared_domain(std::span<const CaLine> cas) {
  std::string domain;
  for (const CaLine& ca : cas) {
    if (ca.host.empty()) continue;
    const auto dot = ca.host.find('.');
    if (dot == std::string::npos || dot == 0 || (!domain.empty() && ca.host.substr(dot) != domain)) return {};
    domain = ca.host.substr(dot);
  }
  return domain;
}

void write_rows(std::ostream& out, std::span<const CaLine> cas, base::Instant now, const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  const std::string shared = style.columns > 0 ? shared_domain(cas) : "";
  std::vector<std::vector<TextCell>> rows;
  for (const CaLine& ca : cas) {
    const base::Instant since = since_of(ca);
    std::string_view host = ca.host;
    if (!host.empty()) host.remove_suffix(shared.size());
    rows.push_back({{base::terminal_name(ca.name, ca.object_guid, charset)},
                    {host.empty() ? "-" : base::terminal_safe(host, charset)},
                    verdict_cell(ca.judged.verdict, style),
                    {status_cell(ca, now)},
                    {since == base::Instant::max() ? "-" : short_date(since)},
                    last_known_cell(ca, now, style),
                    {std::string(assess::word_of(ca.judged.reason))},
                    {ca.interface_flags ? ca.interface_flags->to_string() : "-"}});
  }
  std::vector<TextColumn> columns{{"CA", 20},      {"HOST", 0, 6},       {"VERDICT"},      {"STATUS"},
                                  {"SINCE", 0, 5}, {"LAST KNOWN", 0, 4}, {"REASON", 0, 3}, {"FLAGS", 0, 2}};
  const bool none_unknown =
      std::ranges::none_of(cas, [](const CaLine& ca) { return ca.judged.verdict == Verdict::unknown; });
  if (none_unknown) {
    constexpr std::ptrdiff_t last_known = 5;
    columns.erase(columns.begin() + last_known);
    for (auto& row : rows) row.erase(row.begin() + last_known);
  }
  write_columns(out, columns, rows, style.columns, charset);
}

/// What was decided about whom, also about CAs that are not listed.
void write_decided(std::ostream& out, std::span<const CaLine> cas, base::Instant now, const TableStyle& style) {
  std::map<std::string, std::vector<std::string>> decided;
  for (const CaLine& ca : cas) {
    const history::Decision* decision = ca.known == nullptr ? nullptr : ca.known->decision();
    const auto state = history::state_of(decision, now);
    if (need_of(ca, now) == Need::none || state == history::DecisionState::none) continue;
    if (in_force(state) && ca.known->status != decision->status) continue;  // hidden since
    auto& names = decided[base::terminal_safe(decision_sentence(*ca.known, now), charset_of(style))];
    names.push_back(base::terminal_name(ca.name, ca.object_guid, charset_of(style)));
  }
  for (const auto& [text, names] : decided) {
    write_wrapped(out, fmt::format("{}: {}.", text, base::name_list(names, most_decided)), 0, 2, style.columns);
  }
}

/// "12 enforced, 2 covered by exceptions".
std::string unlisted_counts(std::span<const CaLine> cas, base::Instant now) {
  std::string counts;
  const auto add = [&](std::size_t count, std::string_view words) {
    if (count > 0) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, words);
  };
  for (const Verdict verdict : assess::all_verdicts()) {
    add(static_cast<std::size_t>(std::ranges::count_if(
            cas, [&](const CaLine& ca) { return ca.judged.verdict == verdict && need_of(ca, now) != Need::covered; })),
        look_of(verdict).words);
  }
  add(static_cast<std::size_t>(
          std::ranges::count(cas, Need::covered, [&](const CaLine& ca) { return need_of(ca, now); })),
      "covered by exceptions");
  return counts;
}

}  // namespace

CaLine line_of(const history::CaSummary& ca) {
  return {.object_guid = ca.object_guid,
          .name = name_of(ca.identity),
          .host = ca.identity.dns_host_name,
          .judged = ca.last
                        ? ca.last->judged
                        : history::VerdictWithReason{.verdict = Verdict::unknown, .reason = assess::Reason::not_read},
          .interface_flags = ca.last ? ca.last->interface_flags : std::nullopt,
          .known = &ca};
}

Need need_of(const CaLine& ca, base::Instant now) {
  if (ca.known != nullptr) return need_of(*ca.known, now);
  return assess::is_compliant(ca.judged.verdict) ? Need::none : Need::action;
}

void write_ca_table(std::ostream& out, std::vector<CaLine> cas, const CaSelection& selection, base::Instant now,
                    const TableStyle& style) {
  sort_cas(cas, selection.order, now);
  const bool list_all = selection.all || !selection.only.empty() || cas.size() <= few_cas;
  const auto rest = std::stable_partition(cas.begin(), cas.end(), [&](const CaLine& ca) {
    const bool wanted = selection.only.empty() || std::ranges::count(selection.only, ca.judged.verdict) > 0;
    return wanted && (list_all || needs_person(ca, now));
  });
  const std::span<const CaLine> listed(cas.begin(), rest);
  const std::span<const CaLine> unlisted(rest, cas.end());
  if (!listed.empty()) {
    write_rows(out, listed, now, style);
  } else if (selection.only.empty()) {
    out << needing_action(0) << ".\n";
  } else {
    out << "No CA has such a verdict.\n";
  }
  if (!unlisted.empty()) {
    write_wrapped(out,
                  fmt::format("Not listed: {}.{}", unlisted_counts(unlisted, now),
                              selection.only.empty() ? " Option --all lists them." : ""),
                  0, 0, style.columns);
  }
  write_decided(out, cas, now, style);
}

std::string needs_sentence(std::span<const CaLine> cas, base::Instant now) {
  const auto count = [&](Need need) {
    return std::ranges::count(cas, need, [&](const CaLine& ca) { return need_of(ca, now); });
  };
  std::string sentence = needing_action(static_cast<std::size_t>(count(Need::action)));
  if (const auto planned = count(Need::planned); planned > 0) sentence += fmt::format(", {} planned", planned);
  if (const auto covered = count(Need::covered); covered > 0) {
    sentence += fmt::format(", {} covered by exceptions", covered);
  }
  return sentence + ".";
}

}  // namespace casweep::report
