// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/ledger_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

EvidenceError wrong_line(std::int64_t seq, std::string_view what) {
  return {EvidenceError::Kind::wrong, fmt::format("Entry {} of ledger.jsonl {}.", seq, what)};
}

std::string line_of(const history::LedgerEntry& entry) {
  return fmt::format(R"({{"seq":{},"ts":"{}","kind":"{}","prev":"{}","hash":"{}","body":{}}})", entry.seq, entry.ts,
                     entry.kind, entry.prev, entry.hash, entry.body);
}

/// The text between `before` and the next quote; removes both from `line`.
std::string quoted_after(std::string_view before, std::string_view& line) {
  const auto begin = line.find(before);
  if (begin == std::string_view::npos) return {};
  line.remove_prefix(begin + before.size());
  const auto end = line.find('"');
  if (end == std::string_view::npos) return {};
  std::string text(line.substr(0, end));
  line.remove_prefix(end);
  return text;
}

history::LedgerEntry entry_of(std::int64_t seq, std::string_view line) {
  std::string_view rest = line;
  history::LedgerEntry entry;
  entry.seq = seq;
  entry.ts = quoted_after(R"("ts":")", rest);
  entry.kind = quoted_after(R"("kind":")", rest);
  entry.prev = quoted_after(R"("prev":")", rest);
  entry.hash = quoted_after(R"("hash":")", rest);
  constexpr std::string_view before_body = R"(","body":)";
  if (rest.starts_with(before_body) && rest.size() > before_body.size()) {
    rest.remove_prefix(before_body.size());
    entry.body = rest.substr(0, rest.size() - 1);
  }
  // Regardless of how the line was split: only a line that casweep wrote is reproduced from its parts.
  if (line_of(entry) != line) throw wrong_line(seq, "is malformed");
  return entry;
}

}  // namespace

std::string ledger_lines(const std::vector<history::LedgerEntry>& entries) {
  std::string lines;
  for (const auto& entry : entries) {
    if (entry.body.find('\n') != std::string::npos || !nlohmann::json::accept(entry.body)) {
      throw wrong_line(entry.seq, "was not written by casweep");
    }
    lines += line_of(entry) + '\n';
  }
  return lines;
}

std::vector<history::LedgerEntry> read_ledger_lines(std::string_view lines) {
  std::vector<history::LedgerEntry> entries;
  std::string last = history::LedgerHead::no_entry;
  while (!lines.empty()) {
    const auto seq = static_cast<std::int64_t>(entries.size()) + 1;
    const auto end = lines.find('\n');
    if (end == std::string_view::npos) throw wrong_line(seq, "is truncated");
    auto entry = entry_of(seq, lines.substr(0, end));
    if (entry.prev != last) throw wrong_line(seq, "does not follow the previous entry");
    if (ledger_hash(entry) != entry.hash) throw wrong_line(seq, "was changed: its hash does not match its content");
    last = entry.hash;
    entries.push_back(std::move(entry));
    lines.remove_prefix(end + 1);
  }
  return entries;
}

}  // namespace casweep::evidence
