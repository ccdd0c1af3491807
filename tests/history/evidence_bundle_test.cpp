// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/evidence_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history_check.h"
#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

using testing::HasSubstr;

class EvidenceBundleTest : public testing::Test {
 protected:
  EvidenceBundleTest() { record_scan(history_, {enforced_example(1, "A")}); }

  [[nodiscard]] static EvidenceBundle bundle(std::int64_t number) {
    return {.number = number,
            .scan = 1,
            .sums_sha256 = base::Octets(32, static_cast<std::uint8_t>(number)),
            .signer_sha256 = base::Octets(32, 0xAB),
            .made_at = at(1'790'000'010'000),
            .host_name = "scanner",
            .os_user = "auditor"};
  }

  test::TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
  store::History history_ = store::History::open(file_);
};

using RecordedEvidenceBundle = EvidenceBundleTest;

TEST_F(RecordedEvidenceBundle, IsRememberedAsTheLastOne) {
  EXPECT_EQ(history_.last_evidence_bundle(), std::nullopt);
  auto unsigned_one = bundle(1);
  unsigned_one.signer_sha256.reset();
  history_.record_evidence_bundle(unsigned_one, [] {});
  EXPECT_EQ(history_.last_evidence_bundle(), unsigned_one);
  history_.record_evidence_bundle(bundle(2), [] {});
  EXPECT_EQ(history_.last_evidence_bundle(), bundle(2));
}

TEST_F(RecordedEvidenceBundle, HasAnEntryOfItsOwnInTheLedger) {
  const auto before = history_.ledger_head();
  history_.record_evidence_bundle(bundle(1), [] {});

  const auto entries = history_.ledger();
  ASSERT_EQ(entries.size(), static_cast<std::size_t>(before.seq) + 1);
  EXPECT_EQ(entries.back().kind, "evidence_bundle");
  EXPECT_EQ(entries.back().prev, before.hash);
  EXPECT_EQ(entries.back().hash, ledger_hash(entries.back()));
  EXPECT_THAT(entries.back().body, HasSubstr("evidence_bundle"));
  EXPECT_TRUE(store::check_history(file_).agrees());
}

TEST_F(RecordedEvidenceBundle, IsNotThereIfItCouldNotBePublished) {
  const auto before = history_.ledger_head();
  EXPECT_THROW(history_.record_evidence_bundle(bundle(1), [] { throw std::runtime_error("no room"); }),
               std::runtime_error);
  EXPECT_EQ(history_.last_evidence_bundle(), std::nullopt);
  EXPECT_EQ(history_.ledger_head(), before);
}

/// Two that name the same one before them would make two histories of evidence.
TEST_F(RecordedEvidenceBundle, IsRefusedIfAnotherWasMadeMeanwhile) {
  history_.record_evidence_bundle(bundle(1), [] {});
  bool published = false;
  EXPECT_EQ(kind_of_error([&] { history_.record_evidence_bundle(bundle(1), [&] { published = true; }); }),
            store::StoreError::Kind::busy);
  EXPECT_FALSE(published);
}

TEST_F(RecordedEvidenceBundle, IsBoundByTheLedger) {
  history_.record_evidence_bundle(bundle(1), [] {});
  {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    EXPECT_NE(database.tryExec("UPDATE evidence_bundle SET os_user = 'nobody'"), SQLite::OK);
    EXPECT_NE(database.tryExec("DELETE FROM evidence_bundle"), SQLite::OK);
    database.exec("DROP TRIGGER evidence_bundle_is_final; UPDATE evidence_bundle SET sums_sha256 = zeroblob(32)");
  }
  const auto check = store::check_history(file_);
  ASSERT_FALSE(check.agrees());
  const auto& damage = check.damages.back();
  EXPECT_EQ(damage.table, "evidence_bundle");
  EXPECT_EQ(damage.scan, 1);
  EXPECT_EQ(damage.ca, "");
  EXPECT_THAT(damage.what, HasSubstr("was changed"));
}

/// Two bundles, and changes to their rows outside casweep.
class TamperedEvidenceBundle : public RecordedEvidenceBundle {
 protected:
  [[nodiscard]] std::vector<std::string> damages_after(const std::string& sql) {
    history_.record_evidence_bundle(bundle(1), [] {});
    history_.record_evidence_bundle(bundle(2), [] {});
    {
      SQLite::Database database(file_, SQLite::OPEN_READWRITE);
      database.exec("PRAGMA foreign_keys = OFF");
      SQLite::Statement triggers(database,
                                 "SELECT name FROM sqlite_schema WHERE tbl_name = 'evidence_bundle' "
                                 "AND type = 'trigger'");
      std::vector<std::string> names;
      while (triggers.executeStep()) names.push_back(triggers.getColumn(0).getString());
      triggers.reset();
      for (const auto& name : names) database.exec("DROP TRIGGER " + name);
      database.exec(sql);
      EXPECT_GT(database.getChanges(), 0) << sql;
    }
    std::vector<std::string> lines;
    for (const auto& damage : store::check_history(file_).damages) {
      lines.push_back(damage.table + " " + std::to_string(damage.row.value_or(0)) + " " + damage.what);
    }
    return lines;
  }
};

TEST_F(TamperedEvidenceBundle, IsCaughtWhenOneIsDeleted) {
  EXPECT_THAT(damages_after("DELETE FROM evidence_bundle WHERE id = 1"),
              Contains(HasSubstr("evidence_bundle 1 was deleted")));
}

TEST_F(TamperedEvidenceBundle, IsCaughtWhenOneIsInserted) {
  EXPECT_THAT(
      damages_after("INSERT INTO evidence_bundle SELECT 3, scan_id, zeroblob(32), signer_sha256, made_at, host_name, "
                    "os_user FROM evidence_bundle WHERE id = 1"),
      Contains(HasSubstr("evidence_bundle 3 is in no ledger entry")));
}

TEST_F(TamperedEvidenceBundle, IsCaughtWhenTwoAreSwapped) {
  EXPECT_THAT(damages_after("UPDATE evidence_bundle SET id = 1000 WHERE id = 1;"
                            "UPDATE evidence_bundle SET id = 1 WHERE id = 2;"
                            "UPDATE evidence_bundle SET id = 2 WHERE id = 1000"),
              Contains(HasSubstr("evidence_bundle 1 was changed")));
}

}  // namespace
}  // namespace casweep::history
