// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/ledger_internal.h"
#include "store/migration_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

using assess::Reason;
using testing::ElementsAre;

class LedgerTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> kinds() const {
    SQLite::Database database(file_, SQLite::OPEN_READONLY);
    SQLite::Statement select(database, "SELECT kind FROM ledger ORDER BY seq");
    std::vector<std::string> found;
    while (select.executeStep()) found.push_back(select.getColumn(0).getString());
    return found;
  }

  test::TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
  History history_ = History::open(file_);
};

using Ledger = LedgerTest;
using LedgerTriggers = LedgerTest;
using LedgerOfScan = LedgerTest;

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
  return output;
}

TEST_F(Ledger, OfANewHistoryIsEmpty) { EXPECT_EQ(history_.ledger_head(), history::LedgerHead{}); }

TEST_F(Ledger, HasTheStartAndTheEndOfEveryScan) {
  record_scan(history_, {enforced_example(1, "A")});
  {
    const auto lock = history_.lock_for_scan([](int) {});
    history_.fail_scan(history_.begin_scan(lock, start_example()), history::ScanState::failed, at(7), "No answer.");
    (void)history_.begin_scan(lock, start_example());  // and is killed
  }
  (void)history_.lock_for_scan([](int) {});

  EXPECT_THAT(kinds(), ElementsAre("scan_started", "scan_finished", "scan_started", "scan_finished", "scan_started",
                                   "scan_finished"));
}

TEST_F(Ledger, HasNothingOfAScanThatWasNotRecorded) {
  auto ca = enforced_example(2, "B");
  ca.reading->result->interface_flags->data = {0x41, 0x04, 0x00, 0x00};  // not what its verdict says
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());

  EXPECT_EQ(kind_of_error(
                [&] { history_.finish_scan(id, history::ScanState::complete, at(9), listing_example(), {}, {{ca}}); }),
            StoreError::Kind::failed);

  EXPECT_THAT(kinds(), ElementsAre("scan_started"));
}

TEST_F(Ledger, CanBeWalkedWithStandardTools) {
  record_scan(history_, {enforced_example(1, "Müller CA")});
  const auto head = history_.ledger_head();

  // As described in schema/store/0001_history.sql.
  const auto sum = output_of(fmt::format(R"sh(printf %s "$(sqlite3 {} "
      SELECT prev || char(10) || seq || char(10) || ts || char(10) || kind || char(10) || body
      FROM ledger WHERE seq = {}")" | sha256sum)sh",
                                         file_.string(), head.seq));

  EXPECT_EQ(sum.substr(0, 64), head.hash);
}

TEST_F(Ledger, HashCoversEveryPartAndWhereItEnds) {
  const auto hash_of = [](const char* prev, std::int64_t seq, const char* ts, const char* kind, const char* body) {
    return history::ledger_hash({.seq = seq, .ts = ts, .kind = kind, .body = body, .prev = prev, .hash = {}});
  };
  const auto hash = hash_of("p", 1, "t", "k", "b");
  EXPECT_NE(hash_of("q", 1, "t", "k", "b"), hash);
  EXPECT_NE(hash_of("p", 2, "t", "k", "b"), hash);
  EXPECT_NE(hash_of("p", 1, "u", "k", "b"), hash);
  EXPECT_NE(hash_of("p", 1, "t", "l", "b"), hash);
  EXPECT_NE(hash_of("p", 1, "t", "k", "c"), hash);
  EXPECT_NE(hash_of("p", 1, "tk", "", "b"), hash);
}

TEST_F(Ledger, CostsAFewBytesACaAndScan) {
  std::vector<history::Observation> cas;
  for (int i = 0; i < 200; ++i) cas.push_back(enforced_example(static_cast<std::uint8_t>(i), fmt::format("CA {}", i)));
  record_scan(history_, cas);
  record_scan(history_, cas);

  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_LT(database.execAndGet("SELECT length(body) FROM ledger WHERE seq = 4").getInt(), 200 * 6 + 700);
}

TEST_F(LedgerTriggers, OnlyAllowTheNextEntry) {
  record_scan(history_, {enforced_example(1, "A")});
  SQLite::Database database(file_, SQLite::OPEN_READWRITE);
  database.exec("PRAGMA recursive_triggers = ON");
  const auto accepts = [&](const std::string& sql) { return database.tryExec(sql) == SQLite::OK; };
  const auto insert = [](int seq, const std::string& prev) {
    return fmt::format("INSERT OR REPLACE INTO ledger VALUES ({}, 't', 'k', '{{}}', {}, hex(randomblob(32)))", seq,
                       prev);
  };

  EXPECT_FALSE(accepts("UPDATE ledger SET ts = '2020-01-01T00:00:00.000Z'"));
  EXPECT_FALSE(accepts("DELETE FROM ledger"));
  EXPECT_FALSE(accepts(insert(2, "(SELECT hash FROM ledger WHERE seq = 1)")));
  EXPECT_FALSE(accepts(insert(4, "(SELECT hash FROM ledger WHERE seq = 2)")));
  EXPECT_FALSE(accepts(insert(3, "(SELECT hash FROM ledger WHERE seq = 1)")));
  EXPECT_TRUE(accepts(insert(3, "(SELECT hash FROM ledger WHERE seq = 2)")));
}

TEST_F(LedgerOfScan, IsThatOfItsFirstAndLastEntry) {
  const auto before = history_.ledger_head();
  const auto first = history_.scan(record_scan(history_, {enforced_example(1, "A")}));
  const auto between = history_.ledger_head();
  const auto second = history_.scan(record_scan(history_, {enforced_example(1, "A")}));

  EXPECT_EQ(first.ledger_before, before);
  EXPECT_EQ(first.ledger_after, between);
  EXPECT_EQ(second.ledger_before, between);
  EXPECT_EQ(second.ledger_after, history_.ledger_head());
}

TEST_F(LedgerOfScan, HasNoEndBeforeTheScanHas) {
  const auto lock = history_.lock_for_scan([](int) {});
  const auto scan = history_.scan(history_.begin_scan(lock, start_example()));
  EXPECT_TRUE(scan.ledger_before);
  EXPECT_FALSE(scan.ledger_after);
}

}  // namespace
}  // namespace casweep::store
