// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/history_facts.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string_view>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

/// "12.4 MB".
std::string size_text(std::uintmax_t octets) {
  constexpr double thousand = 1000;
  if (octets < std::uintmax_t{1000} * 1000) return fmt::format("{:.1f} kB", static_cast<double>(octets) / thousand);
  return fmt::format("{:.1f} MB", static_cast<double>(octets) / thousand / thousand);
}

}  // namespace

void write_history_facts(std::ostream& out, const HistoryFacts& facts, const TableStyle& style) {
  const auto line = [&](std::string_view name, std::string_view foreign) {
    constexpr std::size_t column = 14;
    out << fmt::format("{:<{}}", name, column);
    write_wrapped(out, base::terminal_safe(foreign, charset_of(style)), column, column, style.columns);
  };
  const auto& [scans, complete, first, last, cas, observations, decisions, bundles] = facts.contents;
  line("file", fmt::format("{} ({})", facts.file.string(), size_text(facts.octets)));
  line("forest", facts.forest.empty() ? "-" : facts.forest);
  line("site", facts.site_id.empty() ? "-" : facts.site_id);
  line("scans", first && last ? fmt::format("{}, {} of them complete, from {} to {}", scans, complete,
                                            short_time(*first), short_time(*last))
                              : "none");
  line("CAs", std::to_string(cas));
  line("observations", std::to_string(observations));
  line("decisions", std::to_string(decisions));
  line("bundles", std::to_string(bundles));
  line("ledger head", fmt::format("{} (entry {})", facts.head.hash, facts.head.seq));
}

void write_history_facts_json(std::ostream& out, const HistoryFacts& facts) {
  const auto& [scans, complete, first, last, cas, observations, decisions, bundles] = facts.contents;
  const auto time = [](const std::optional<base::Instant>& instant) {
    return instant ? nlohmann::ordered_json(base::iso_time(*instant)) : nlohmann::ordered_json(nullptr);
  };
  write_json(out, {{"schema_version", schema_version},
                   {"file", text_or_null(facts.file.string())},
                   {"octets", facts.octets},
                   {"forest", text_or_null(facts.forest)},
                   {"site_id", text_or_null(facts.site_id)},
                   {"scans", scans},
                   {"complete_scans", complete},
                   {"first_scan_began", time(first)},
                   {"last_scan_began", time(last)},
                   {"cas", cas},
                   {"observations", observations},
                   {"decisions", decisions},
                   {"evidence_bundles", bundles},
                   {"ledger_head", {{"seq", facts.head.seq}, {"hash", facts.head.hash}}}});
}

}  // namespace casweep::report
