// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/publication.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "hub/administration.h"
#include "store/history_backup.h"
#include "tests/hub/hub_testing.h"
#include "tests/support/history_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = HubError::Kind;

class PublicationTest : public ::testing::Test {
 protected:
  explicit PublicationTest(int partitions = 0) : hub_(shared_server(), partitions) {}

  HubOnServer hub_;
  TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
};

/// With plain tables, and with tables in hash partitions.
class PublishedRowsTest : public PublicationTest, public ::testing::WithParamInterface<int> {
 protected:
  PublishedRowsTest() : PublicationTest(GetParam()) {}
};

INSTANTIATE_TEST_SUITE_P(Tables, PublishedRowsTest, ::testing::Values(0, 3));

/// All rows of a query of SQLite, as one text.
std::string rows_here(const std::filesystem::path& file, const std::string& query) {
  SQLite::Database database(file, SQLite::OPEN_READONLY);
  SQLite::Statement row(database, query);
  std::string text;
  while (row.executeStep()) {
    for (int column = 0; column < row.getColumnCount(); ++column) {
      text += row.getColumn(column).isNull() ? "-" : row.getColumn(column).getString();
      text += column + 1 == row.getColumnCount() ? '\n' : '|';
    }
  }
  return text;
}

std::string rows_there(const HubOnServer& hub, const std::string& query) {
  const Rows rows = hub.admin().select(query);
  std::string text;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < rows.columns(); ++column) {
      text += rows.is_null(row, column) ? "-" : rows.text(row, column);
      text += column + 1 == rows.columns() ? '\n' : '|';
    }
  }
  return text;
}

/// Compares every published table, and the derived ones, row by row.
void expect_same_rows(const HubOnServer& hub, const std::filesystem::path& file) {
  const std::string site = site_of(file);
  const std::map<std::string, std::string> columns{
      {"ledger", "seq, ts, kind, body"},
      {"scan", "id, uuid, state, started_at, finished_at, tool_version"},
      {"listing", "scan_id, forest, attributes_json, entries_returned, discovered, root_domain_guid, root_domain_sid"},
      {"listing_nt_auth_certificate", "scan_id, position, certificate_id"},
      {"ca", "id, object_guid"},
      {"ca_identity", "id, ca_id, dns_host_name, certificate_templates_json, flags, when_created_at"},
      {"ca_identity_certificate", "ca_identity_id, position, certificate_id"},
      {"certificate", "id"},
      {"reading", "id, outcome, reason, rules_version, value_type, interface_flags, error_number"},
      {"observation", "scan_id, ca_id, ca_identity_id, reading_id, started_at, finished_at"},
      {"disposition", "id, ca_id, status, until_at, set_at"},
      {"evidence_bundle", "id, scan_id, made_at"},
      {"ca_change", "ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id"},
      {"ca_latest", "ca_id, scan_id, ca_identity_id, read_scan_id, reading_id"}};
  for (const auto& [table, names] : columns) {
    const std::string order = "1, 2, " + std::string(std::ranges::count(names, ',') > 1 ? "3" : "1");
    const std::string by = names == "id" ? "1" : order;
    EXPECT_EQ(rows_there(hub, fmt::format("SELECT {} FROM casweep.{} WHERE site_id = '{}' ORDER BY {}", names, table,
                                          site, by)),
              rows_here(file, fmt::format("SELECT {} FROM {} ORDER BY {}", names, table, by)))
        << table;
  }
}

void decide(const std::filesystem::path& file, const std::string& reason) {
  store::History::open(file).decide({.object_guid = guid(2),
                                     .status = history::Status::planned,
                                     .reason = reason,
                                     .approver = "Ada",
                                     .until = at(1'790'000'009'000 + 30 * day),
                                     .set_at = at(1'790'000'009'500),
                                     .os_user = "ada"});
}

TEST_P(PublishedRowsTest, HubHasEveryRowOfTheHistory) {
  record_scans(file_, 7);
  decide(file_, "Change 4711");
  record_scans(file_, 4);
  hub_.enroll(file_, "site_a");

  const Publication sent = hub_.publish(file_, "site_a");

  EXPECT_EQ(sent.scans, 11U);
  EXPECT_EQ(sent.entries, 23U);
  EXPECT_EQ(sent.receipt.head, store::History::open_existing(file_).ledger_head());
  expect_same_rows(hub_, file_);
  hub_.expect_sound();
}

TEST_P(PublishedRowsTest, CatchesUpInPartsWithTheSameResult) {
  copy_long_history(file_);
  hub_.enroll(file_, "site_a");
  std::vector<std::int64_t> parts;

  auto connection = hub_.as("site_a");
  const Publication sent = publish(store::PublicationReader(file_), connection,
                                   [&](std::int64_t done, std::int64_t) { parts.push_back(done); });

  EXPECT_EQ(parts, (std::vector<std::int64_t>{200, 400, 460}));
  EXPECT_EQ(sent.scans, 230U);
  expect_same_rows(hub_, file_);
  hub_.expect_sound();
}

TEST_P(PublishedRowsTest, OneScanAtATimeHasTheSameResult) {
  record_scans(file_, 1);
  hub_.enroll(file_, "site_a");
  for (int scan = 0; scan < 12; ++scan) {
    hub_.publish(file_, "site_a");
    // Each call of record_scans() starts its pattern again.
    record_scans(file_, 1 + scan % 3);
  }
  hub_.publish(file_, "site_a");

  expect_same_rows(hub_, file_);
  hub_.expect_sound();
}

TEST_F(PublicationTest, RepeatingChangesNothing) {
  record_scans(file_, 3);
  hub_.enroll(file_, "site_a");
  const Publication first = hub_.publish(file_, "site_a");

  const Publication second = hub_.publish(file_, "site_a");

  EXPECT_EQ(second.entries, 0U);
  EXPECT_EQ(second.receipt, first.receipt);
  expect_same_rows(hub_, file_);
}

TEST_P(PublishedRowsTest, KeepsTextThatPostgresqlCannotHold) {
  auto history = store::History::open(file_);
  auto ca = enforced_example(1, "a\xff\tb");
  ca.service.dns_host_name = std::string("nul\0host\\", 9);
  ca.service.distinguished_name = "CN=\\\n\r\t,\"'";
  record_scan(history, {ca});
  hub_.enroll(file_, "site_a");

  hub_.publish(file_, "site_a");

  hub_.expect_sound();  // each row has the hash of the same bytes
  EXPECT_EQ(hub_.value("SELECT common_name FROM casweep.ca_status"), "\\x61ff0962");
  EXPECT_EQ(hub_.value("SELECT dns_host_name FROM casweep.ca_status"), "\\x6e756c00686f73745c");
  EXPECT_EQ(hub_.value("SELECT distinguished_name FROM casweep.ca_identity"), ca.service.distinguished_name);
}

TEST_F(PublicationTest, SendsAScanOnlyWhenItHasEnded) {
  record_scans(file_, 1);
  hub_.enroll(file_, "site_a");
  auto history = store::History::open(file_);
  const auto lock = history.lock_for_scan([](int) {});
  const auto running = history.begin_scan(lock, start_example());

  hub_.publish(file_, "site_a");
  EXPECT_EQ(hub_.value("SELECT count(*) FROM casweep.scan"), "1");
  EXPECT_EQ(hub_.value("SELECT head_seq FROM casweep.site"), "3");

  history.fail_scan(running, history::ScanState::failed, at(1'790'000'010'000),
                    "The password file '/etc/casweep/my secrets' cannot be read; /tmp/krb5cc_0 neither, on "
                    "ldap://dc01.corp.example/.");
  hub_.publish(file_, "site_a");
  EXPECT_EQ(hub_.value("SELECT failure FROM casweep.scan WHERE id = 2"),
            "The password file '…' cannot be read; … neither, on ldap://dc01.corp.example/.");
  hub_.expect_sound();
}

TEST_F(PublicationTest, SendsNoNamesOfLocalFiles) {
  auto history = store::History::open(file_);
  const auto lock = history.lock_for_scan([](int) {});
  const auto scan = history.begin_scan(lock, start_example(),
                                       {.domain = "corp.example",
                                        .ca_cert = "/etc/ssl/corp.pem",
                                        .password_file = "/etc/casweep/password",
                                        .keytab = "/etc/casweep/scan.keytab",
                                        .history_file = "/var/lib/casweep/history.db"});
  history.fail_scan(scan, history::ScanState::failed, at(1'790'000'010'000), "No.");
  hub_.enroll(file_, "site_a");

  hub_.publish(file_, "site_a");

  const std::string settings = hub_.value("SELECT settings_json FROM casweep.scan");
  EXPECT_THAT(settings, HasSubstr("corp.example"));
  EXPECT_THAT(settings, AllOf(Not(HasSubstr("/etc")), Not(HasSubstr("/var")), Not(HasSubstr("keytab"))));
}

TEST_F(PublicationTest, RefusesASiteThatIsNotEnrolledForTheLogin) {
  record_scans(file_, 1);
  const auto other = folder_ / "other.db";
  record_scans(other, 1);
  hub_.enroll(other, "site_b");
  hub_.enroll(file_, "site_a");

  const HubError error = error_of([&] { hub_.publish(file_, "site_b"); });

  EXPECT_EQ(error.kind(), Kind::not_enrolled);
  EXPECT_THAT(error.what(), HasSubstr(fmt::format("'casweep hub enroll {} --login site_b'", site_of(file_))));
  EXPECT_EQ(hub_.value("SELECT count(*) FROM casweep.ledger"), "0");
}

TEST_F(PublicationTest, RefusesARevokedSiteAndKeepsWhatItSent) {
  record_scans(file_, 1);
  const std::string site = hub_.enroll(file_, "site_a");
  hub_.publish(file_, "site_a");
  auto owner = hub_.admin();
  EXPECT_TRUE(revoke_site(owner, site));
  EXPECT_FALSE(revoke_site(owner, site));
  record_scans(file_, 1);

  EXPECT_EQ(error_of([&] { hub_.publish(file_, "site_a"); }).kind(), Kind::not_enrolled);
  EXPECT_EQ(hub_.value("SELECT count(*) FROM casweep.scan"), "1");

  hub_.enroll(file_, "site_a");
  EXPECT_EQ(hub_.publish(file_, "site_a").scans, 1U);
}

// The four ways in which a history is no longer the one that the hub knows.

TEST_F(PublicationTest, RefusesAHistoryThatWasCut) {
  record_scans(file_, 4);
  hub_.enroll(file_, "site_a");
  (void)store::back_up_history(file_, folder_ / "older.db", base::Existing::keep);
  record_scans(file_, 2);
  const Publication sent = hub_.publish(file_, "site_a");

  const HubError error = error_of([&] { hub_.publish(folder_ / "older.db", "site_a"); });

  EXPECT_EQ(error.kind(), Kind::other_chain);
  EXPECT_THAT(error.what(), HasSubstr("The hub received ledger entry 12 of this history on 20"));
  EXPECT_THAT(error.what(), HasSubstr("this file ends 4 entries before that"));
  EXPECT_EQ(hub_.value("SELECT head_seq FROM casweep.site"), std::to_string(sent.receipt.head.seq));
}

TEST_F(PublicationTest, RefusesAHistoryThatContinuesAnOlderBackup) {
  record_scans(file_, 4);
  hub_.enroll(file_, "site_a");
  (void)store::back_up_history(file_, folder_ / "clone.db", base::Existing::keep);
  record_scans(file_, 2);
  hub_.publish(file_, "site_a");
  record_scans(folder_ / "clone.db", 9);

  const HubError error = error_of([&] { hub_.publish(folder_ / "clone.db", "site_a"); });

  EXPECT_EQ(error.kind(), Kind::other_chain);
  EXPECT_THAT(error.what(), HasSubstr("The hub received another ledger entry 9 of this history on 20"));
  hub_.expect_sound();
}

/// Rewrites the entry `seq` and all after it, as somebody would who can write the file.
void rewrite(const std::filesystem::path& file, std::int64_t seq) {
  SQLite::Database database(file, SQLite::OPEN_READWRITE);
  const std::string trigger =
      database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'ledger_no_update'").getString();
  database.exec("DROP TRIGGER ledger_no_update");
  std::string prev;
  SQLite::Statement select(database, "SELECT seq, ts, kind, body, prev, hash FROM ledger WHERE seq >= ? ORDER BY seq");
  select.bind(1, seq);
  std::vector<history::LedgerEntry> entries;
  while (select.executeStep()) {
    history::LedgerEntry entry{.seq = select.getColumn(0).getInt64(),
                               .ts = select.getColumn(1).getString(),
                               .kind = select.getColumn(2).getString(),
                               .body = select.getColumn(3).getString(),
                               .prev = prev.empty() ? select.getColumn(4).getString() : prev,
                               .hash = {}};
    if (entry.seq == seq) entry.ts = "2020-01-01T00:00:00.000Z";
    entry.hash = history::ledger_hash(entry);
    prev = entry.hash;
    entries.push_back(entry);
  }
  for (const auto& entry : entries) {
    SQLite::Statement update(database, "UPDATE ledger SET ts = ?, prev = ?, hash = ? WHERE seq = ?");
    update.bind(1, entry.ts);
    update.bind(2, entry.prev);
    update.bind(3, entry.hash);
    update.bind(4, entry.seq);
    update.exec();
  }
  database.exec(trigger);
}

TEST_F(PublicationTest, RefusesAHistoryThatWasRewrittenAndNamesTheFirstEntry) {
  record_scans(file_, 20);
  hub_.enroll(file_, "site_a");
  hub_.publish(file_, "site_a");
  record_scans(file_, 1);
  rewrite(file_, 13);

  const HubError error = error_of([&] { hub_.publish(file_, "site_a"); });

  EXPECT_EQ(error.kind(), Kind::other_chain);
  EXPECT_THAT(error.what(), HasSubstr("another ledger entry 13 of this history on 20"));
  auto connection = hub_.as("site_a");
  const HubComparison comparison = compare_with_hub(store::PublicationReader(file_), connection);
  EXPECT_FALSE(comparison.agrees());
  EXPECT_EQ(comparison.other->head.seq, 13);
}

TEST_P(PublishedRowsTest, RefusesARowThatTheLedgerDidNotRecord) {
  record_scans(file_, 2);
  hub_.enroll(file_, "site_a");
  {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    const std::string trigger =
        database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'reading_is_final'").getString();
    database.exec("DROP TRIGGER reading_is_final; UPDATE reading SET detail = 'All is well.' WHERE id = 2; " + trigger);
  }

  const HubError error = error_of([&] { hub_.publish(file_, "site_a"); });

  EXPECT_EQ(error.kind(), Kind::refused_rows);
  EXPECT_THAT(error.what(), HasSubstr("refused reading 2 of ledger entry 2"));
  EXPECT_EQ(hub_.value("SELECT count(*) FROM casweep.ledger"), "0");
}

TEST_F(PublicationTest, RefusesAnObservationThatTheLedgerDidNotRecord) {
  record_scans(file_, 3);
  hub_.enroll(file_, "site_a");
  {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    const std::string trigger =
        database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'observation_is_final'").getString();
    database.exec("DROP TRIGGER observation_is_final; UPDATE observation SET reading_id = 1 WHERE scan_id = 3; " +
                  trigger);
  }

  const HubError error = error_of([&] { hub_.publish(file_, "site_a"); });

  EXPECT_EQ(error.kind(), Kind::refused_rows);
  EXPECT_THAT(error.what(), HasSubstr("refused observation 3 of ledger entry 6"));
}

TEST_F(PublicationTest, TwoPublishersOfOneHistoryLoseAndRepeatNothing) {
  copy_long_history(file_);
  hub_.enroll(file_, "site_a");
  std::vector<std::thread> publishers;
  for (int publisher = 0; publisher < 4; ++publisher) {
    publishers.emplace_back([&] { EXPECT_NO_THROW((void)hub_.publish(file_, "site_a")); });
  }
  for (std::thread& publisher : publishers) publisher.join();

  expect_same_rows(hub_, file_);
  hub_.expect_sound();
}

TEST_F(PublicationTest, SitesDoNotWaitForEachOther) {
  record_scans(file_, 1);
  const auto other = folder_ / "other.db";
  record_scans(other, 1);
  const std::string site = hub_.enroll(file_, "site_a");
  hub_.enroll(other, "site_b");
  auto holder = hub_.admin();
  Transaction held(holder);
  holder.select("SELECT FROM casweep.site WHERE site_id = $1 FOR UPDATE", {site});

  EXPECT_EQ(hub_.publish(other, "site_b").scans, 1U);
  auto impatient = hub_.as("site_a", {.other = std::chrono::milliseconds{200}});
  EXPECT_EQ(error_of([&] { (void)publish(store::PublicationReader(file_), impatient); }).kind(), Kind::busy);
}

}  // namespace
}  // namespace casweep::hub
