// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/check_report.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/hub_report.h"
#include "report/table/text_columns.h"

namespace casweep::report {
namespace {

/// "1,825,000".
std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (auto position = static_cast<std::ptrdiff_t>(digits.size()) - 3; position > 0; position -= 3) {
    digits.insert(static_cast<std::size_t>(position), 1, ',');
  }
  return digits;
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

struct KindWords {
  std::string_view kind;
  std::string_view one;
  std::string_view many;
};
constexpr std::array kinds{KindWords{"scan_started", "scan started", "scans started"},
                           KindWords{"scan_finished", "scan finished", "scans finished"},
                           KindWords{"disposition", "decision", "decisions"},
                           KindWords{"evidence_bundle", "evidence bundle", "evidence bundles"},
                           KindWords{"", "of an unknown kind", "of unknown kinds"}};

nlohmann::ordered_json growth_json(const std::map<std::string, std::size_t>& entries_since) {
  auto counts = nlohmann::ordered_json::object();
  for (const auto& words : kinds) {
    const auto found = entries_since.find(std::string(words.kind));
    counts[std::string(words.kind.empty() ? "other" : words.kind)] = found == entries_since.end() ? 0 : found->second;
  }
  return counts;
}

nlohmann::ordered_json receipt_or_null(const std::optional<hub::Receipt>& receipt) {
  if (!receipt) return nullptr;
  return {{"seq", receipt->head.seq},
          {"hash", text_or_null(receipt->head.hash)},
          {"received_at", base::iso_time(receipt->received_at)}};
}

nlohmann::ordered_json hub_witness_json(const HubWitness* hub) {
  if (hub == nullptr) return nullptr;
  return {{"hub", text_or_null(hub->shown)},
          {"agrees", hub->comparison.agrees()},
          {"head", receipt_or_null(hub->comparison.receipt)},
          {"first_other_entry", receipt_or_null(hub->comparison.other)},
          {"entries_missing_here", hub->comparison.missing_here},
          {"entries_not_published", hub->comparison.not_yet_published}};
}

}  // namespace

std::string damage_text(const store::Damage& damage, base::Charset charset) {
  std::string line = damage.table.empty() ? "the file" : base::terminal_safe(damage.table, charset);
  if (damage.row) line += fmt::format(" {}", *damage.row);
  std::string place = damage.scan ? fmt::format("scan {}", *damage.scan) : "";
  if (!damage.ca.empty()) {
    place += fmt::format("{}{}", place.empty() ? "" : ", ", base::terminal_safe(damage.ca, charset));
  }
  if (!place.empty()) line += fmt::format(" ({})", place);
  return fmt::format("{}: {}.", line, base::terminal_safe(damage.what, charset));
}

std::string growth_text(const std::map<std::string, std::size_t>& entries_since) {
  std::size_t all = 0;
  std::string parts;
  for (const auto& [kind, one, many] : kinds) {
    const auto found = entries_since.find(std::string(kind));
    if (found == entries_since.end()) continue;
    all += found->second;
    parts += (parts.empty() ? ": " : ", ") + counted(found->second, one, many);
  }
  return fmt::format("{} since{}.", counted(all, "entry", "entries"), parts);
}

std::string check_summary(const store::HistoryCheck& check) {
  return fmt::format("{}, {}, {}, head {} {}", counted(check.scans, "scan", "scans"),
                     counted(check.observations, "observation", "observations"),
                     counted(check.ledger_entries, "ledger entry", "ledger entries"), check.head.seq, check.head.hash);
}

void write_check_text(std::ostream& out, const std::filesystem::path& file, const store::HistoryCheck& check,
                      const TableStyle& style, const HubWitness* hub) {
  const base::Charset charset = style.unicode ? base::Charset::unicode : base::Charset::ascii;
  for (const store::Damage& damage : check.damages) out << damage_text(damage, charset) << '\n';
  if (check.damage_count > check.damages.size()) {
    out << fmt::format("… and {} more.\n", grouped(check.damage_count - check.damages.size()));
  }
  if (!check.damages.empty()) out << '\n';

  out << check_summary(check) << (check.agrees() ? "; everything agrees.\n" : ".\n");
  if (check.noted_entry) {
    out << fmt::format("The noted head is that of ledger entry {}; {}\n", *check.noted_entry,
                       growth_text(check.entries_since));
  }
  if (hub != nullptr) {
    write_wrapped(out, base::terminal_safe(hub_comparison_text(hub->comparison, hub->shown), charset), 0, 0,
                  style.columns);
  }
  if (check.agrees()) return;
  write_wrapped(out,
                fmt::format("{} in {} {} from what was recorded. Keep this file as evidence and restore a backup that "
                            "passes 'casweep db check'.",
                            counted(check.damage_count, "item", "items"), base::terminal_safe(file.string(), charset),
                            check.damage_count == 1 ? "differs" : "differ"),
                0, 0, style.columns);
}

void write_check_json(std::ostream& out, const std::filesystem::path& file, const store::HistoryCheck& check,
                      const HubWitness* hub) {
  using nlohmann::ordered_json;
  const auto number = [](const std::optional<std::int64_t>& value) { return value ? ordered_json(*value) : nullptr; };
  ordered_json damages = ordered_json::array();
  for (const store::Damage& damage : check.damages) {
    damages.push_back({{"table", text_or_null(damage.table)},
                       {"row", number(damage.row)},
                       {"scan", number(damage.scan)},
                       {"ca", text_or_null(damage.ca)},
                       {"what", text_or_null(damage.what)}});
  }
  write_json(out, {{"schema_version", schema_version},
                   {"file", text_or_null(file.string())},
                   {"agrees", check.agrees()},
                   {"scans", check.scans},
                   {"observations", check.observations},
                   {"ledger",
                    {{"entries", check.ledger_entries},
                     {"head", {{"seq", check.head.seq}, {"hash", check.head.hash}}},
                     {"noted_entry", number(check.noted_entry)},
                     {"entries_since", check.noted_entry ? growth_json(check.entries_since) : nullptr}}},
                   {"hub", hub_witness_json(hub)},
                   {"damage_count", check.damage_count},
                   {"damages", std::move(damages)}});
}

}  // namespace casweep::report
