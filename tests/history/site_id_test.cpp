// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/site_id.h"

#include <gtest/gtest.h>

namespace casweep::history {
namespace {

LedgerEntry first_entry() {
  LedgerEntry entry{.seq = 1,
                    .ts = "2026-11-23T02:43:54.123Z",
                    .kind = "scan_started",
                    .body = R"({"scan":1})",
                    .prev = LedgerHead::no_entry,
                    .hash = {}};
  entry.hash = ledger_hash(entry);
  return entry;
}

TEST(SiteId, IsAUuidOfVersion8WithTheDigitsOfTheFirstHash) {
  const auto entry = first_entry();
  const auto id = site_id_of(entry);
  ASSERT_TRUE(id);
  EXPECT_TRUE(is_site_id(*id)) << *id;
  EXPECT_EQ(id->substr(0, 8), entry.hash.substr(0, 8));
  EXPECT_EQ(id->substr(24), entry.hash.substr(20, 12));
}

TEST(SiteId, DiffersWithTheFirstEntry) {
  auto other = first_entry();
  other.body = R"({"scan":2})";
  other.hash = ledger_hash(other);
  EXPECT_NE(site_id_of(first_entry()), site_id_of(other));
}

TEST(SiteId, NeedsAnUnalteredFirstEntry) {
  auto altered = first_entry();
  altered.body = R"({"scan":2})";
  EXPECT_FALSE(site_id_of(altered));
  auto second = first_entry();
  second.seq = 2;
  second.hash = ledger_hash(second);
  EXPECT_FALSE(site_id_of(second));
}

TEST(SiteId, IsInLowerCaseAndOfVersion8) {
  EXPECT_TRUE(is_site_id("0123abcd-0123-8123-9123-0123456789ab"));
  EXPECT_FALSE(is_site_id("0123ABCD-0123-8123-9123-0123456789ab"));
  EXPECT_FALSE(is_site_id("0123abcd-0123-4123-9123-0123456789ab"));
  EXPECT_FALSE(is_site_id("0123abcd-0123-8123-c123-0123456789ab"));
  EXPECT_FALSE(is_site_id("0123abcd-0123-8123-9123-0123456789ab "));
  EXPECT_FALSE(is_site_id(""));
}

}  // namespace
}  // namespace casweep::history
