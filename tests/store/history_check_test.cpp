// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "store/ledger_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

using assess::Reason;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "observation (scan 3, B): was changed …", as in a message.
std::vector<std::string> said(const HistoryCheck& check) {
  std::vector<std::string> lines;
  for (const auto& damage : check.damages) {
    lines.push_back(fmt::format("{} {} scan {} ca {}: {}", damage.table, damage.row.value_or(0),
                                damage.scan.value_or(0), damage.ca, damage.what));
  }
  return lines;
}

class HistoryCheckTest : public testing::Test {
 protected:
  /// Scans 1 and 2 are complete, 3 failed, 4 is partial with CA B read again, 5 was killed; B's risk was accepted
  /// twice.
  HistoryCheckTest() {
    const std::vector cas{enforced_example(1, "A"), enforced_example(2, "B"),
                          unknown_example(3, "C", Reason::timed_out)};
    auto history = History::open(file_);
    record_scan(history, cas);
    record_scan(history, cas);
    {
      const auto lock = history.lock_for_scan([](int) {});
      history.fail_scan(history.begin_scan(lock, start_example()), history::ScanState::failed, at(7), "No answer.");
    }
    auto moved = enforced_example(2, "B");
    moved.reading->address = "192.0.2.8";
    {
      const auto lock = history.lock_for_scan([](int) {});
      const auto id = history.begin_scan(lock, start_example());
      auto listing = listing_example();
      listing.entries_returned = 4;
      history.finish_scan(id, history::ScanState::partial, at(9), listing, services_of(cas), {{moved}});
      (void)history.begin_scan(lock, start_example());
    }
    for (const auto* reason : {"It is being replaced.", "It is still being replaced."}) {
      history.decide({.object_guid = guid(2),
                      .status = history::Status::risk_accepted,
                      .reason = reason,
                      .approver = "ciso@corp.example",
                      .until = at(1'795'000'000'000),
                      .set_at = at(1'790'000'000'000)});
    }
  }

  /// As an attacker would with the shell: triggers and constraints are removed first and restored afterwards.
  void behind_its_back(const std::string& sql) const {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA foreign_keys = OFF");
    std::vector<std::pair<std::string, std::string>> triggers;
    {
      SQLite::Statement select(database, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
      while (select.executeStep()) {
        triggers.emplace_back(select.getColumn(0).getString(), select.getColumn(1).getString());
      }
    }
    for (const auto& [name, text] : triggers) database.exec("DROP TRIGGER " + name);
    database.exec(sql);
    EXPECT_GT(database.getChanges(), 0) << sql;
    for (const auto& [name, text] : triggers) database.exec(text);
  }

  [[nodiscard]] std::vector<std::string> damages() const { return said(check_history(file_)); }
  [[nodiscard]] std::vector<std::string> damages_after(const std::string& sql) const {
    behind_its_back(sql);
    return damages();
  }

  test::TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
};

using UntouchedHistory = HistoryCheckTest;
using TamperedHistory = HistoryCheckTest;
using TamperedLedger = HistoryCheckTest;
using TamperedSchema = HistoryCheckTest;
using NotedHead = HistoryCheckTest;

TEST_F(UntouchedHistory, AgreesWithItsLedger) {
  const auto check = check_history(file_);

  EXPECT_THAT(said(check), IsEmpty());
  EXPECT_TRUE(check.agrees());
  EXPECT_EQ(check.scans, 5u);
  EXPECT_EQ(check.observations, 9u);
  EXPECT_EQ(check.ledger_entries, 11u);
  EXPECT_EQ(check.head, History::open_existing(file_).ledger_head());
}

TEST_F(UntouchedHistory, AgreesWhenItIsEmpty) {
  (void)History::open(folder_ / "empty.db");
  EXPECT_TRUE(check_history(folder_ / "empty.db").agrees());
}

TEST_F(UntouchedHistory, AgreesWithHostileText) {
  auto history = History::open(file_);
  auto ca = enforced_example(4, std::string("\x1b[2J\0\xFF'; DROP TABLE ledger;--", 29));
  ca.service.ca_certificates = {{}, {0}};
  record_scan(history, {ca});
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(UntouchedHistory, ReportsItsProgress) {
  std::vector<std::size_t> done;
  (void)check_history(file_, {}, [&](std::size_t now, std::size_t all) {
    done.push_back(now);
    EXPECT_EQ(all, 5u);
  });
  EXPECT_THAT(done, ElementsAre(1, 2, 3, 4, 5));
}

struct Tampering {
  std::string name;
  std::string sql;
  std::string said;  ///< where, and what

  friend void PrintTo(const Tampering& tampering, std::ostream* out) { *out << tampering.sql; }
};

class TamperedRow : public HistoryCheckTest, public testing::WithParamInterface<Tampering> {};

TEST_P(TamperedRow, IsCaughtAndNamed) {
  EXPECT_THAT(damages_after(GetParam().sql), Contains(HasSubstr(GetParam().said)));
}

std::string name_of_case(const testing::TestParamInfo<Tampering>& tampering) { return tampering.param.name; }

/// Swaps the numbers of two rows by way of an unused number.
std::string swapped(const std::string& table, const std::string& column, int one, int other,
                    const std::string& where = "TRUE") {
  const auto change = [&](int from, int to) {
    return fmt::format("UPDATE {} SET {} = {} WHERE {} = {} AND {};", table, column, to, column, from, where);
  };
  return change(one, 1000) + change(other, one) + change(1000, other);
}

INSTANTIATE_TEST_SUITE_P(
    Scan, TamperedRow,
    testing::Values(Tampering{"Changed", "UPDATE scan SET account = 'other@CORP.EXAMPLE' WHERE id = 2",
                              "scan 2 scan 2 ca : was changed"},
                    Tampering{"Retimed", "UPDATE scan SET finished_at = finished_at - 86400000 WHERE id = 2",
                              "scan 2 scan 2 ca : was changed"},
                    Tampering{"MadeComplete", "UPDATE scan SET state = 'complete' WHERE id = 4",
                              "scan 4 scan 4 ca : was changed"},
                    Tampering{"OfOtherType", "UPDATE scan SET account = CAST(account AS BLOB) WHERE id = 2",
                              "scan 2 scan 2 ca : was changed"},
                    Tampering{"Deleted", "DELETE FROM scan WHERE id = 3", "scan 3 scan 3 ca : was deleted"},
                    Tampering{"DeletedLast", "DELETE FROM scan WHERE id = 5", "scan 5 scan 5 ca : was deleted"},
                    Tampering{"Inserted",
                              "INSERT INTO scan (uuid, state, started_at, finished_at, tool_version) VALUES "
                              "('00000000-0000-4000-8000-000000000000', 'complete', 1, 2, '0')",
                              "scan 6 scan 6 ca : is in no ledger entry"},
                    Tampering{"Swapped", swapped("scan", "id", 1, 2), "scan 1 scan 1 ca : was changed"},
                    Tampering{"RunningChanged", "UPDATE scan SET host_name = 'elsewhere' WHERE id = 5",
                              "scan 5 scan 5 ca : was changed"},
                    Tampering{"RunningEnded", "UPDATE scan SET state = 'complete', finished_at = 9 WHERE id = 5",
                              "scan 5 scan 5 ca : is complete, but no ledger entry"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Listing, TamperedRow,
    testing::Values(
        Tampering{"Changed", "UPDATE listing SET discovered = 2 WHERE scan_id = 1",
                  "listing 1 scan 1 ca : was changed"},
        Tampering{"OfAnotherForest", "UPDATE listing SET root_domain_sid = 'S-1-5-21-4-5-6' WHERE scan_id = 1",
                  "listing 1 scan 1 ca : was changed"},
        Tampering{"TrustsLess", "DELETE FROM listing_nt_auth_certificate WHERE scan_id = 1 AND position = 1",
                  "listing 1 scan 1 ca : was changed"},
        Tampering{"TrustsMore", "INSERT INTO listing_nt_auth_certificate VALUES (1, 2, 1)",
                  "listing 1 scan 1 ca : was changed"},
        Tampering{"TrustsAnother",
                  "UPDATE listing_nt_auth_certificate SET certificate_id = 3 WHERE scan_id = 1 AND position = 1",
                  "listing 1 scan 1 ca : was changed"},
        Tampering{"Deleted", "DELETE FROM listing WHERE scan_id = 1", "listing 1 scan 1 ca : was deleted"},
        Tampering{"Inserted",
                  "INSERT INTO listing (scan_id, attributes_json, entries_returned, discovered) VALUES (3, '[]', 0, 0)",
                  "listing 3 scan 3 ca : was inserted"},
        Tampering{"InsertedIntoARunningScan",
                  "INSERT INTO listing (scan_id, attributes_json, entries_returned, discovered) VALUES (5, '[]', 0, 0)",
                  "listing 5 scan 5 ca : was inserted"},
        Tampering{"Swapped", swapped("listing", "scan_id", 1, 4), "listing 1 scan 1 ca : was changed"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Ca, TamperedRow,
    testing::Values(Tampering{"Changed",
                              "UPDATE ca SET object_guid = '8b1e0c52-0000-0000-0000-0000000000ff' WHERE id = 2",
                              "ca 2 scan 0 ca B (display): was changed"},
                    Tampering{"Deleted", "DELETE FROM ca WHERE id = 2", "ca 2 scan 0 ca CA number 2: was deleted"},
                    Tampering{"Inserted",
                              "INSERT INTO ca (object_guid) VALUES ('8b1e0c52-0000-0000-0000-0000000000ff')",
                              "ca 4 scan 0 ca 8b1e0c52-0000-0000-0000-0000000000ff: is in no ledger entry"},
                    Tampering{"Swapped", swapped("ca", "id", 1, 2), "ca 1 scan 0 ca A (display): was changed"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    CaIdentity, TamperedRow,
    testing::Values(
        Tampering{"Changed", "UPDATE ca_identity SET dns_host_name = 'x' WHERE id = 2",
                  "ca_identity 2 scan 0 ca B (display): was changed"},
        Tampering{"OfNothingMadeEmpty", "UPDATE ca_identity SET flags = NULL WHERE id = 2",
                  "ca_identity 2 scan 0 ca B (display): was changed"},
        Tampering{"Deleted", "DELETE FROM ca_identity WHERE id = 2", "ca_identity 2 scan 0 ca : was deleted"},
        Tampering{
            "Inserted",
            "INSERT INTO ca_identity (ca_id, content_sha256, certificate_templates_json, enrollment_servers_json) "
            "VALUES (1, zeroblob(32), '[]', '[]')",
            "ca_identity 4 scan 0 ca 8b1e0c52-0000-0000-0000-000000000001: is in no ledger entry"},
        Tampering{"Swapped", swapped("ca_identity", "id", 1, 2), "ca_identity 1 scan 0 ca B (display): was changed"},
        Tampering{"LostACertificate", "DELETE FROM ca_identity_certificate WHERE ca_identity_id = 2 AND position = 1",
                  "ca_identity 2 scan 0 ca B (display): was changed"},
        Tampering{"GotACertificate", "INSERT INTO ca_identity_certificate VALUES (2, 2, 1)",
                  "ca_identity 2 scan 0 ca B (display): was changed"},
        Tampering{"HasItsCertificatesReordered",
                  swapped("ca_identity_certificate", "position", 0, 1, "ca_identity_id = 2"),
                  "ca_identity 2 scan 0 ca B (display): was changed"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(Certificate, TamperedRow,
                         testing::Values(Tampering{"Changed", "UPDATE certificate SET der = x'3000' WHERE id = 1",
                                                   "certificate 1 scan 0 ca A (display): was changed"},
                                         Tampering{"Deleted", "DELETE FROM certificate WHERE id = 1",
                                                   "certificate 1 scan 0 ca A (display): was deleted"},
                                         Tampering{"Inserted",
                                                   "INSERT INTO certificate (sha256, der) VALUES (zeroblob(32), x'30')",
                                                   "certificate 6 scan 0 ca : is in no ledger entry"},
                                         Tampering{"Swapped", swapped("certificate", "id", 1, 3),
                                                   "certificate 1 scan 0 ca A (display): was changed"}),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Answer, TamperedRow,
    testing::Values(
        Tampering{"Changed", "UPDATE reading SET detail = 'All is well.' WHERE id = 3",
                  "reading 3 scan 2 ca C (display): was changed"},
        Tampering{
            "WithItsContentKey",
            "UPDATE reading SET outcome = 'enforced', reason = 'flag-set', found_by = 'active', matched_by = "
            "'key-name', "
            "value_type = 4, value_data = x'41060000', interface_flags = 0x641, failure_detail = NULL, error_domain = "
            "NULL, error_number = NULL, error_symbol = NULL, content_sha256 = zeroblob(32) WHERE id = 3",
            "reading 3 scan 2 ca C (display): was changed"},
        Tampering{"Deleted", "DELETE FROM reading WHERE id = 3", "reading 3 scan 2 ca C (display): was deleted"},
        Tampering{"Inserted",
                  "INSERT INTO reading (content_sha256, outcome, reason, rules_version) VALUES (zeroblob(32), "
                  "'unknown', 'timed-out', 1)",
                  "reading 5 scan 0 ca : is in no ledger entry"},
        Tampering{"Swapped", swapped("reading", "id", 1, 3), "reading 1 scan 2 ca A (display): was changed"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Reading, TamperedRow,
    testing::Values(Tampering{"OfAnotherReading",
                              "UPDATE observation SET reading_id = 1 WHERE scan_id = 2 AND ca_id = 3",
                              "observation 0 scan 2 ca C (display): was changed"},
                    Tampering{"Retimed",
                              "UPDATE observation SET started_at = started_at + 1 WHERE scan_id = 2 AND ca_id = 2",
                              "observation 0 scan 2 ca B (display): was changed"},
                    Tampering{"Deleted", "DELETE FROM observation WHERE scan_id = 2 AND ca_id = 1",
                              "observation 0 scan 2 ca A (display): was deleted"},
                    Tampering{"DeletedInTheMiddle", "DELETE FROM observation WHERE scan_id = 2 AND ca_id = 2",
                              "observation 0 scan 2 ca B (display): was deleted"},
                    Tampering{"DeletedLast", "DELETE FROM observation WHERE scan_id = 4 AND ca_id = 3",
                              "observation 0 scan 4 ca C (display): was deleted"},
                    Tampering{"Inserted", "INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (3, 1, 1)",
                              "observation 0 scan 3 ca A (display): was inserted"},
                    Tampering{"InsertedIntoARunningScan",
                              "INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (5, 1, 1)",
                              "observation 0 scan 5 ca A (display): was inserted"},
                    Tampering{"MadeUnread",
                              "UPDATE observation SET reading_id = NULL, started_at = NULL, finished_at = NULL WHERE "
                              "scan_id = 2 AND ca_id = 3",
                              "observation 0 scan 2 ca C (display): was changed"},
                    Tampering{"SwappedBetweenCas", swapped("observation", "ca_id", 1, 2, "scan_id = 2"),
                              "observation 0 scan 2 ca A (display): was changed"},
                    Tampering{"SwappedBetweenScans", swapped("observation", "scan_id", 2, 4, "ca_id = 2"),
                              "observation 0 scan 4 ca B (display): was changed"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(CaChange, TamperedRow,
                         testing::Values(Tampering{"Misstated", "UPDATE ca_change SET reading_id = 2 WHERE ca_id = 1",
                                                   "ca_change 0 scan 1 ca A (display): misstates"},
                                         Tampering{"Deleted", "DELETE FROM ca_change WHERE ca_id = 1",
                                                   "ca_change 0 scan 1 ca A (display): lacks"},
                                         Tampering{"Inserted", "INSERT INTO ca_change VALUES (1, 2, 1, 1, 1)",
                                                   "ca_change 0 scan 2 ca A (display): states"},
                                         Tampering{"SwappedBetweenCas", swapped("ca_change", "ca_id", 1, 3),
                                                   "ca_change 0 scan 1 ca A (display): misstates"}),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(CaLatest, TamperedRow,
                         testing::Values(Tampering{"Misstated", "UPDATE ca_latest SET reading_id = 2 WHERE ca_id = 1",
                                                   "ca_latest 1 scan 0 ca A (display): is not"},
                                         Tampering{"Deleted", "DELETE FROM ca_latest WHERE ca_id = 1",
                                                   "ca_latest 1 scan 0 ca A (display): is not"},
                                         Tampering{"Inserted", "INSERT INTO ca_latest VALUES (9, 1, 1, 1, 1)",
                                                   "ca_latest 9 scan 0 ca CA number 9: is of a CA that was never"},
                                         Tampering{"Swapped", swapped("ca_latest", "ca_id", 1, 3),
                                                   "ca_latest 1 scan 0 ca A (display): is not"}),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(
    ScanTotal, TamperedRow,
    testing::Values(
        Tampering{"Misstated", "UPDATE scan_total SET enforced = 3, unknown = 0 WHERE scan_id = 1",
                  "scan_total 1 scan 1 ca : does not count"},
        Tampering{"OfAllObserved", "UPDATE scan_total SET observed = 4 WHERE scan_id = 4",
                  "scan_total 4 scan 4 ca : does not count"},
        Tampering{"OfAFailedScan", "UPDATE scan_total SET observed = 1, unknown = 1 WHERE scan_id = 3",
                  "scan_total 3 scan 3 ca : does not count"},
        Tampering{"Deleted", "DELETE FROM scan_total WHERE scan_id = 3", "scan_total 3 scan 3 ca : is missing"},
        Tampering{"Inserted", "INSERT INTO scan_total VALUES (5, 0, 0, 0, 0, 0)",
                  "scan_total 5 scan 5 ca : is of a scan that did not end"},
        Tampering{"Swapped", swapped("scan_total", "scan_id", 1, 4), "scan_total 1 scan 1 ca : does not count"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(Decision, TamperedRow,
                         testing::Values(Tampering{"Changed", "UPDATE disposition SET approver = 'me' WHERE id = 1",
                                                   "disposition 1 scan 0 ca B (display): was changed"},
                                         Tampering{"Deleted", "DELETE FROM disposition WHERE id = 1",
                                                   "disposition 1 scan 0 ca : was deleted"},
                                         Tampering{"Inserted",
                                                   "INSERT INTO disposition (ca_id, status, reason, approver, "
                                                   "until_at, set_at) VALUES (1, 'planned', 'So.', 'me', 2, 1)",
                                                   "disposition 3 scan 0 ca A (display): is in no ledger entry"},
                                         Tampering{"Swapped", swapped("disposition", "id", 1, 2),
                                                   "disposition 1 scan 0 ca B (display): was changed"}),
                         name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Ledger, TamperedRow,
    testing::Values(
        Tampering{"NestedDeeply",
                  "UPDATE ledger SET body = '{\"scan\":2,\"rows\":' || replace(hex(zeroblob(500000)), '0', '[') || "
                  "replace(hex(zeroblob(500000)), '0', ']') || '}' WHERE seq = 4",
                  "ledger 4 scan 0 ca : was changed"},
        Tampering{"WithImpossibleNumbers",
                  "UPDATE ledger SET body = replace(body, '[[1,3]]', "
                  "'[[9223372036854775807,9223372036854775807],[-9223372036854775808,5]]') WHERE seq = 4",
                  "ledger 4 scan 0 ca : was changed"},
        Tampering{"Retimed", "UPDATE ledger SET ts = '2020-01-01T00:00:00.000Z' WHERE seq = 3",
                  "ledger 3 scan 0 ca : was changed"},
        Tampering{"Changed", "UPDATE ledger SET body = replace(body, 'complete', 'partial') WHERE seq = 4",
                  "ledger 4 scan 0 ca : was changed"},
        Tampering{"OfAnotherKind", "UPDATE ledger SET kind = 'export' WHERE seq = 4",
                  "ledger 4 scan 0 ca : was changed"},
        Tampering{"NoJson", "UPDATE ledger SET body = '[[[' WHERE seq = 4",
                  "ledger 4 scan 0 ca : has a body that casweep did not write"},
        Tampering{"Deleted", "DELETE FROM ledger WHERE seq = 3",
                  "ledger 4 scan 0 ca : follows entry 2: the entries between"},
        Tampering{"DeletedFirst", "DELETE FROM ledger WHERE seq = 1",
                  "ledger 2 scan 0 ca : follows entry 0: the entries between"},
        Tampering{"Inserted",
                  "INSERT INTO ledger SELECT 12, ts, kind, '{}', (SELECT hash FROM ledger WHERE seq = 11), "
                  "hex(randomblob(32)) "
                  "FROM ledger WHERE seq = 1",
                  "ledger 12 scan 0 ca : was changed"},
        Tampering{"Swapped", swapped("ledger", "seq", 3, 5), "ledger 3 scan 0 ca : was not written after entry 2"},
        Tampering{"LosesItsIndex", "DELETE FROM ledger_scan WHERE scan_id = 2 AND seq = 4",
                  "ledger_scan 4 scan 2 ca : does not name"},
        Tampering{"HasAFalseIndex", "INSERT INTO ledger_scan VALUES (2, 1)",
                  "ledger_scan 1 scan 2 ca : names an entry"},
        Tampering{"HasAnotherIndex", "UPDATE ledger_scan SET seq = 1 WHERE scan_id = 2 AND seq = 4",
                  "ledger_scan 4 scan 2 ca : does not name"},
        Tampering{"HasItsIndexSwapped", swapped("ledger_scan", "scan_id", 1, 2),
                  "ledger_scan 4 scan 2 ca : does not name"}),
    name_of_case);

/// An attacker who corrects the hash of one entry still breaks the next one.
TEST_F(TamperedLedger, IsCaughtByTheEntryThatFollows) {
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  SQLite::Statement entry(database, "SELECT prev, ts, kind FROM ledger WHERE seq = 4");
  entry.executeStep();
  const auto hash = history::ledger_hash({.seq = 4,
                                          .ts = entry.getColumn(1).getString(),
                                          .kind = entry.getColumn(2).getString(),
                                          .body = "{}",
                                          .prev = entry.getColumn(0).getString(),
                                          .hash = {}});

  EXPECT_THAT(damages_after(fmt::format("UPDATE ledger SET body = '{{}}', hash = '{}' WHERE seq = 4", hash)),
              Contains(HasSubstr("ledger 5 scan 0 ca : was not written after entry 4 as it is now")));
}

/// The number of a deleted row is given again, so that references to it mean another row.
TEST_F(TamperedHistory, IsCaughtWhenADeletedNumberIsGivenAgain) {
  behind_its_back("DELETE FROM reading WHERE id = 4");
  {
    auto history = History::open(file_);
    record_scan(history, {unknown_example(3, "C", Reason::access_denied)});
  }
  EXPECT_THAT(damages(), Contains(HasSubstr("reading 4 scan 0 ca : was recorded twice")));
}

/// Deleting the newest decision with its ledger entry leaves its number in use.
TEST_F(TamperedHistory, IsCaughtWhenTheNewestDecisionIsGoneWithItsEntry) {
  EXPECT_THAT(damages_after("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger);"
                            "DELETE FROM disposition WHERE id = 2"),
              ElementsAre("disposition 0 scan 0 ca : the last number given was 2, but the newest row is 1"));
}

TEST_F(TamperedHistory, IsCaughtWhenSQLiteItselfFindsIt) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec(R"(
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_ledger_1')
      WHERE name = 'disposition_of_ca')");
  EXPECT_THAT(damages(), Contains(HasSubstr("SQLite finds in it:")));
}

TEST_F(TamperedHistory, NamesTheTableThatRefersToNothing) {
  EXPECT_THAT(
      damages_after("DELETE FROM certificate WHERE id = 1"),
      Contains(HasSubstr("ca_identity_certificate 0 scan 0 ca : refers to a missing row of the table certificate")));
}

/// The orphans of a deleted row do not hide which row was deleted.
TEST_F(TamperedHistory, NamesADeletedScanDespiteItsOrphans) {
  const auto file = folder_ / "large.db";
  std::vector<history::Observation> cas;
  for (std::uint8_t number = 1; number <= 2 * described_damages; ++number) {
    cas.push_back(enforced_example(number, fmt::format("CA {}", number)));
  }
  {
    auto history = History::open(file);
    record_scan(history, cas);
  }
  SQLite::Database(file, SQLite::OPEN_READWRITE)
      .exec("PRAGMA foreign_keys = OFF; DROP TRIGGER scan_that_ended; DELETE FROM scan WHERE id = 1");

  const auto lines = said(check_history(file));

  EXPECT_THAT(lines, Contains(HasSubstr("scan 1 scan 1 ca : was deleted")));
  EXPECT_THAT(
      lines,
      Contains(HasSubstr("observation 0 scan 0 ca : has 200 rows that refer to missing rows of the table scan")));
}

TEST_F(TamperedHistory, CountsWhatItDoesNotDescribe) {
  behind_its_back(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO certificate "
      "(sha256, der) SELECT randomblob(32), x'30' FROM n");
  const auto check = check_history(file_);
  EXPECT_EQ(check.damages.size(), described_damages);
  EXPECT_EQ(check.damage_count, 1000u);  // each is in no entry and does not match its hash
}

TEST_F(TamperedSchema, IsCaughtWhenATriggerIsMissing) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("DROP TRIGGER ledger_no_update");
  EXPECT_THAT(damages(), ElementsAre(HasSubstr("ledger 0 scan 0 ca : has lost its trigger ledger_no_update")));
}

TEST_F(TamperedSchema, IsCaughtWhenATriggerDiffers) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE)
      .exec(
          "DROP TRIGGER ledger_no_update; CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT 1; END");
  EXPECT_THAT(damages(), ElementsAre(HasSubstr("ledger 0 scan 0 ca : has another trigger ledger_no_update")));
}

TEST_F(TamperedSchema, IsCaughtWhenSomethingWasAdded) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("CREATE TABLE mine (a)");
  EXPECT_THAT(damages(), ElementsAre(HasSubstr("mine 0 scan 0 ca : has a table mine that casweep did not make")));
}

TEST_F(TamperedSchema, IsNotWhatAnalyzeLeaves) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("ANALYZE");
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(NotedHead, IsStillInALedgerThatGrew) {
  auto history = History::open(file_);
  const auto noted = history.ledger_head();
  record_scan(history, {enforced_example(1, "A")});

  const auto check = check_history(file_, noted.hash);

  EXPECT_TRUE(check.agrees());
  EXPECT_EQ(check.noted_entry, noted.seq);
}

/// With everything that the entry records. Nothing in the file itself can reveal this.
TEST_F(NotedHead, RevealsATruncatedLedger) {
  const auto noted = History::open_existing(file_).ledger_head();
  behind_its_back(
      "DELETE FROM disposition WHERE id = 2; UPDATE sqlite_sequence SET seq = 1 WHERE name = 'disposition';"
      "DELETE FROM ledger WHERE seq = 11");

  EXPECT_TRUE(check_history(file_).agrees());
  EXPECT_THAT(said(check_history(file_, noted.hash)), ElementsAre(HasSubstr("has no entry with the noted head")));
}

TEST_F(NotedHead, RevealsARewrittenLedger) {
  const auto noted = History::open_existing(file_).ledger_head();
  std::filesystem::remove(file_);
  auto history = History::open(file_);
  record_scan(history, {enforced_example(1, "A")});

  EXPECT_TRUE(check_history(file_).agrees());
  EXPECT_FALSE(check_history(file_, noted.hash).agrees());
}

TEST_F(NotedHead, OfAnEmptyLedgerIsThatOfEvery) {
  EXPECT_EQ(check_history(file_, history::LedgerHead{}.hash).noted_entry, 0);
}

/// A changed byte is reported, or the file cannot be opened; it never crashes. Some bytes have no meaning.
TEST_F(TamperedHistory, OfAnyByteAlwaysGetsAnAnswer) {
  std::ifstream in(file_, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  for (std::size_t position = 0; position < content.size(); position += 997) {
    auto flipped = content;
    flipped[position] = static_cast<char>(flipped[position] ^ 0xFF);
    std::ofstream{file_, std::ios::binary} << flipped;
    try {
      (void)check_history(file_);
    } catch (const StoreError&) {
    }
  }
}

}  // namespace
}  // namespace casweep::store
