// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/ledger_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

std::vector<history::LedgerEntry> ledger() {
  std::vector<history::LedgerEntry> entries;
  std::string prev = history::LedgerHead::no_entry;
  for (const char* body : {R"({"scan":1,"name":"\"},\n\"body\":{}"})", "{}", R"({"rows":{"ca":[[1,"ab"]]}})"}) {
    history::LedgerEntry entry{.seq = static_cast<std::int64_t>(entries.size()) + 1,
                               .ts = "2026-11-25T00:00:00.000Z",
                               .kind = "scan_started",
                               .body = body,
                               .prev = prev,
                               .hash = {}};
    entry.hash = prev = ledger_hash(entry);
    entries.push_back(entry);
  }
  return entries;
}

TEST(LedgerLines, AreReadAsTheyWereWritten) {
  EXPECT_EQ(read_ledger_lines(ledger_lines(ledger())), ledger());
  EXPECT_TRUE(read_ledger_lines("").empty());
}

TEST(LedgerLines, AreJsonLines) {
  const auto lines = ledger_lines(ledger());
  const auto entry = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(entry["seq"], 1);
  EXPECT_EQ(entry["body"]["scan"], 1);
}

TEST(LedgerLines, WithAnyByteChangedAreRefused) {
  const auto good = ledger_lines(ledger());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char byte : {static_cast<char>(good[at] ^ 1), static_cast<char>(good[at] ^ 0x20), '"', '\n', '0'}) {
      if (byte == good[at]) continue;
      auto lines = good;
      lines[at] = byte;
      EXPECT_THROW((void)read_ledger_lines(lines), EvidenceError) << at << ' ' << byte;
    }
  }
}

TEST(LedgerLines, WithoutALineOrInAnotherOrderAreRefused) {
  const auto entries = ledger();
  EXPECT_THROW((void)read_ledger_lines(ledger_lines({entries[1], entries[2]})), EvidenceError);
  EXPECT_THROW((void)read_ledger_lines(ledger_lines({entries[0], entries[2]})), EvidenceError);
  EXPECT_THROW((void)read_ledger_lines(ledger_lines({entries[1], entries[0], entries[2]})), EvidenceError);
}

TEST(LedgerLines, AreNotMadeOfAnEntryThatIsNoJsonOnOneLine) {
  auto entries = ledger();
  entries[0].body = "{\n}";
  EXPECT_THROW((void)ledger_lines(entries), EvidenceError);
  entries[0].body = "no JSON";
  EXPECT_THROW((void)ledger_lines(entries), EvidenceError);
}

}  // namespace
}  // namespace casweep::evidence
