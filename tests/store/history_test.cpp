// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "base/ascii_case.h"
#include "store/history_check.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

using assess::Reason;
using assess::Verdict;
using testing::ElementsAre;
using namespace std::string_literals;

class HistoryTest : public testing::Test {
 protected:
  [[nodiscard]] std::int64_t rows_in(const std::string& table) const {
    SQLite::Database database(file_, SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT count(*) FROM " + table).getInt64();
  }

  test::TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
  History history_ = History::open(file_);
};

using HistoryOfScans = HistoryTest;
using HistoryRoundTrip = HistoryTest;
using HistoryOfEqualAnswers = HistoryTest;
using HistoryOfACa = HistoryTest;

TEST_F(HistoryRoundTrip, KeepsEveryFieldOfAScan) {
  const auto scan = history_.scan(record_scan(history_, {enforced_example(1, "A"), enforced_example(2, "B")}));

  EXPECT_EQ(scan.id, 1);
  EXPECT_EQ(scan.uuid.size(), 36u);
  EXPECT_EQ(scan.state, history::ScanState::complete);
  EXPECT_EQ(scan.finished_at, at(1'790'000'009'000));
  EXPECT_EQ(scan.failure, "");
  EXPECT_EQ(scan.discovered, 2u);
  expect_same(scan.start, start_example());
  ASSERT_TRUE(scan.listing);
  expect_same(*scan.listing, listing_example());
  ASSERT_EQ(scan.cas.size(), 2u);
  expect_same(scan.cas[0], enforced_example(1, "A"));
  expect_same(scan.cas[1], enforced_example(2, "B"));
}

TEST_F(HistoryRoundTrip, KeepsAbsentValues) {
  const history::Observation bare{
      .service = discovery::EnrollmentService{guid(1), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}},
      .reading = assess::Reading{},
      .judgement = {}};
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, history::RunContext{});
  history_.finish_scan(id, history::ScanState::complete, {}, history::ScanListing{}, {{bare.service}}, {{bare}});

  const auto scan = history_.scan(id);

  expect_same(scan.start, history::RunContext{});
  expect_same(scan.listing.value(), history::ScanListing{});
  ASSERT_EQ(scan.cas.size(), 1u);
  expect_same(scan.cas[0], bare);
}

TEST_F(HistoryRoundTrip, KeepsHostileText) {
  const auto hostile = "\x1b[2J'); DROP TABLE scan;--\0\xFF\xC0\x80\u202e"s;
  auto ca = enforced_example(1, hostile);
  ca.service.certificate_templates = {hostile, "", hostile};
  ca.service.enrollment_servers = {hostile};
  ca.service.duplicates = {{guid(77), hostile}};
  ca.service.ca_certificates = {{}, {0}, base::Octets(5000, 0xFF)};
  ca.reading->address = ca.reading->protocol = ca.reading->account = hostile;
  ca.judgement.detail = hostile;
  auto failed = unknown_example(2, "z" + hostile, Reason::protocol_error);
  failed.reading->key_path = hostile;
  failed.reading->result = tl::unexpected(assess::ReadFailure{
      .reason = Reason::protocol_error,
      .detail = hostile,
      .error = {.domain = hostile, .number = std::numeric_limits<std::int64_t>::min(), .symbol = hostile}});
  const history::RunContext start{
      .started_at = at(1), .tool_version = "0.1.0", .account = hostile, .host_name = hostile, .os_user = hostile};
  const history::ScanSettings settings{.domain = "a\xff\"b", .servers = {"ldaps://a", "ldap://b"}, .jobs = 7};
  const history::ScanListing listing{
      .forest = hostile,
      .directory_server = hostile,
      .protection = hostile,
      .base = hostile,
      .filter = hostile,
      .attributes = {hostile},
      .entries_returned = 2,
      .server = {.name = hostile, .proof = hostile, .address = hostile, .claimed_name = hostile}};
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start, settings);
  history_.finish_scan(id, history::ScanState::complete, at(2), listing, {{ca.service, failed.service}},
                       {{ca, failed}});

  const auto scan = history_.scan(id);

  expect_same(scan.start, start);
  EXPECT_EQ(scan.settings.domain, "a\uFFFD\"b");  // JSON has no other octets
  EXPECT_EQ(scan.settings.servers, settings.servers);
  EXPECT_EQ(scan.settings.jobs, 7U);
  expect_same(scan.listing.value(), listing);
  ASSERT_EQ(scan.cas.size(), 2u);
  expect_same(scan.cas[0], ca);
  expect_same(scan.cas[1], failed);
}

TEST_F(HistoryRoundTrip, KeepsEveryReason) {
  std::vector<history::Observation> cas;
  for (const auto reason : assess::all_reasons()) {
    const auto number = static_cast<std::uint8_t>(cas.size() + 1);
    const auto name = std::string(1, static_cast<char>('A' + number));
    auto ca = enforced_example(number, name);
    auto& facts = *ca.reading->result;
    ca.judgement.reason = reason;
    switch (reason) {
      case Reason::flag_set:
        break;
      case Reason::flag_clear:
        facts.interface_flags->data = {0x41, 0x04, 0x00, 0x80};
        ca.judgement.verdict = Verdict::not_enforced;
        ca.judgement.interface_flags = assess::InterfaceFlags{0x80000441};
        break;
      case Reason::rpc_enrollment_off:
        facts.interface_flags->data = {0x08, 0x00, 0x00, 0x00};
        ca.judgement.verdict = Verdict::not_exposed;
        ca.judgement.interface_flags = assess::InterfaceFlags{0x8};
        break;
      case Reason::value_absent:
        facts.interface_flags.reset();
        facts.key_last_write.reset();
        ca.judgement.verdict = Verdict::not_enforced;
        ca.judgement.interface_flags.reset();
        break;
      case Reason::value_malformed:
        facts.interface_flags = {.type = 0xFFFFFFFF, .data = {}};
        ca.judgement.verdict = Verdict::unknown;
        ca.judgement.interface_flags.reset();
        break;
      default:
        ca = unknown_example(number, name, reason);
    }
    cas.push_back(ca);
  }

  const auto scan = history_.scan(record_scan(history_, cas));

  ASSERT_EQ(scan.cas.size(), cas.size());
  for (std::size_t i = 0; i < cas.size(); ++i) expect_same(scan.cas[i], cas[i]);
}

TEST_F(HistoryOfEqualAnswers, KeepsThemOnce) {
  record_scan(history_, {enforced_example(1, "A"), unknown_example(2, "B", Reason::timed_out)});
  record_scan(history_, {enforced_example(1, "A"), unknown_example(2, "B", Reason::timed_out)});

  EXPECT_EQ(rows_in("observation"), 4);
  EXPECT_EQ(rows_in("reading"), 2);
  EXPECT_EQ(rows_in("ca_identity"), 2);
  EXPECT_EQ(rows_in("certificate"), 4);  // both share the second one, and one is only trusted
}

TEST_F(HistoryOfEqualAnswers, KeepsApartWhatDiffersInOneField) {
  auto changed = enforced_example(1, "A");
  changed.service.dns_host_name = "elsewhere.corp.example";
  changed.reading->address = "192.0.2.8";
  record_scan(history_, {enforced_example(1, "A")});
  record_scan(history_, {changed});

  expect_same(history_.scan(1).cas.at(0), enforced_example(1, "A"));
  expect_same(history_.scan(2).cas.at(0), changed);
}

TEST_F(HistoryOfScans, KeepsWhatWasListedAndNotRead) {
  const std::vector cas{enforced_example(1, "A"), enforced_example(2, "B")};
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  history_.finish_scan(id, history::ScanState::interrupted, at(5), listing_example(), services_of(cas), {{cas[1]}});

  const auto scan = history_.scan(id);

  EXPECT_EQ(scan.state, history::ScanState::interrupted);
  EXPECT_EQ(scan.discovered, 2u);
  ASSERT_EQ(scan.cas.size(), 1u);
  expect_same(scan.cas[0], cas[1]);
  ASSERT_EQ(scan.not_read.size(), 1u);
  expect_same(scan.not_read[0], cas[0].service);
  EXPECT_EQ(rows_in("observation"), 2);
}

TEST_F(HistoryOfScans, ListWhatWasNotReadAsUnknown) {
  const std::vector cas{enforced_example(1, "A"), enforced_example(2, "B")};
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  history_.finish_scan(id, history::ScanState::partial, at(9), listing_example(), services_of(cas), {{cas[1]}});

  const auto listed = history_.scan(id).listed();

  ASSERT_EQ(listed.size(), 2u);
  expect_same(listed[0], cas[1]);
  EXPECT_EQ(listed[1].judgement.verdict, Verdict::unknown);
  EXPECT_EQ(listed[1].judgement.reason, Reason::not_read);
  EXPECT_EQ(listed[1].reading, std::nullopt);
}

TEST_F(HistoryOfScans, AreListedNewestFirst) {
  record_scan(history_, {enforced_example(1, "A")});
  const auto lock = history_.lock_for_scan([](int) {});
  history_.fail_scan(history_.begin_scan(lock, start_example()), history::ScanState::failed, at(7),
                     "No domain controller answered.");

  const auto scans = history_.headlines({});

  ASSERT_EQ(scans.size(), 2u);
  EXPECT_EQ(scans[0].id, 1);
  EXPECT_EQ(scans[0].state, history::ScanState::complete);
  EXPECT_EQ(scans[0].started_at, start_example().started_at);
  EXPECT_EQ(scans[0].discovered, 1u);
  EXPECT_EQ(scans[1].id, 2);
  EXPECT_EQ(scans[1].state, history::ScanState::failed);
  EXPECT_EQ(scans[1].finished_at, at(7));
  EXPECT_EQ(scans[1].discovered, 0u);
  EXPECT_EQ(history_.last_end(), at(7));
}

TEST_F(HistoryOfScans, KeepWhyTheyFailed) {
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  history_.fail_scan(id, history::ScanState::failed, at(7), "No domain controller answered.");

  const auto scan = history_.scan(id);

  EXPECT_EQ(scan.failure, "No domain controller answered.");
  EXPECT_FALSE(scan.listing);
  EXPECT_TRUE(scan.cas.empty());
}

/// Another scan may be running: a scan that never began does not wait for it.
TEST_F(HistoryOfScans, KeepWhatNeverBegan) {
  const auto lock = history_.lock_for_scan([](int) {});
  const auto running = history_.begin_scan(lock, start_example());

  auto second = History::open(file_);
  const auto id =
      second.record_unbegun_scan(start_example(), {}, history::ScanState::failed, at(3), "No password was typed.");
  history_.finish_scan(running, history::ScanState::complete, at(9), listing_example(), {}, {});

  EXPECT_EQ(history_.scan(id).state, history::ScanState::failed);
  EXPECT_EQ(history_.scan(id).failure, "No password was typed.");
  EXPECT_EQ(history_.scan(running).state, history::ScanState::complete);
  EXPECT_TRUE(check_history(file_).agrees());
}

TEST_F(HistoryOfScans, OnlyCallsACompleteScanTheLast) {
  EXPECT_EQ(history_.last_scan(), std::nullopt);
  record_scan(history_, {enforced_example(1, "A")});
  record_scan(history_, {enforced_example(1, "A")}, history::ScanState::partial);
  record_scan(history_, {enforced_example(1, "A")}, history::ScanState::interrupted);

  EXPECT_EQ(history_.last_scan(), 1);
}

TEST_F(HistoryOfScans, AreOfTheForestThatWasListedLast) {
  EXPECT_EQ(history_.forest().name, "");
  EXPECT_FALSE(history_.forest().root_domain);
  record_scan(history_, {enforced_example(1, "A")});
  EXPECT_EQ(history_.forest().name, listing_example().forest);
  EXPECT_EQ(history_.forest().root_domain, listing_example().root_domain);
}

/// Rows written into a deleted file would be lost unnoticed.
TEST_F(HistoryOfScans, AreNotWrittenIntoAFileThatWasMovedAway) {
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  std::filesystem::rename(file_, file_.string() + ".moved");

  EXPECT_EQ(
      kind_of_error([&] { history_.finish_scan(id, history::ScanState::complete, at(9), listing_example(), {}, {}); }),
      StoreError::Kind::cannot_open);
}

TEST_F(HistoryOfScans, EndOnce) {
  const auto id = record_scan(history_, {enforced_example(1, "A")});

  EXPECT_EQ(kind_of_error([&] { history_.fail_scan(id, history::ScanState::failed, at(9), "Late."); }),
            StoreError::Kind::failed);
  EXPECT_EQ(kind_of_error([&] {
              history_.finish_scan(id, history::ScanState::complete, at(9), listing_example(), {},
                                   {{enforced_example(2, "B")}});
            }),
            StoreError::Kind::failed);
  EXPECT_EQ(history_.scan(id).cas.size(), 1u);
}

TEST_F(HistoryOfScans, NamesTheNewestWhenThereIsNoSuchScan) {
  record_scan(history_, {});
  try {
    (void)history_.scan(7);
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), StoreError::Kind::no_such_scan);
    EXPECT_THAT(error.what(), testing::HasSubstr("the newest is scan 1"));
  }
}

/// If a verdict is not supported by its evidence, nothing of that scan is recorded.
TEST_F(HistoryOfScans, RefuseAVerdictWithoutItsValue) {
  auto ca = enforced_example(2, "B");
  ca.reading->result->interface_flags->data = {0x41, 0x04, 0x00, 0x00};
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());

  EXPECT_EQ(kind_of_error([&] {
              history_.finish_scan(id, history::ScanState::complete, at(9), listing_example(), {},
                                   {{enforced_example(1, "A"), ca}});
            }),
            StoreError::Kind::failed);

  EXPECT_EQ(rows_in("observation"), 0);
  history_.fail_scan(id, history::ScanState::failed, at(9), "It could not be recorded.");
  EXPECT_EQ(history_.scan(id).state, history::ScanState::failed);
}

TEST_F(HistoryOfACa, IsFoundByEachOfItsNames) {
  record_scan(history_, {enforced_example(1, "Issuing CA 1"), enforced_example(2, "Issuing CA 2")});

  for (const auto& name : {guid(1).to_string(), "issuing ca 1"s, "ISSUING CA 1 (DISPLAY)"s,
                           R"(PKI1.corp.example\Issuing CA 1)"s, R"(pki1.corp.example\Issuing CA 1 (display))"s}) {
    const auto found = history_.find_ca(name);
    ASSERT_EQ(found.size(), 1u) << name;
    expect_same(found[0].ca, enforced_example(1, "Issuing CA 1"));
  }
  EXPECT_EQ(history_.find_ca("Issuing CA").size(), 2u);
  EXPECT_TRUE(history_.find_ca("").empty());
  EXPECT_TRUE(history_.find_ca(R"(pki2.corp.example\Issuing CA 1)").empty());
}

/// Everyone who may write the object can choose its names, but not its objectGUID.
TEST_F(HistoryOfACa, IsTheOneWithThatGuidNotOneWithThatName) {
  auto named_like_a_guid = enforced_example(1, "Issuing CA 1");
  named_like_a_guid.service.display_name = guid(2).to_string();
  record_scan(history_, {named_like_a_guid, enforced_example(2, "Issuing CA 2")});

  std::string upper = guid(2).to_string();
  std::ranges::transform(upper, upper.begin(), base::ascii_upper);
  for (const std::string& name : {guid(2).to_string(), upper}) {
    const auto found = history_.find_ca(name);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].ca.service.object_guid, guid(2));
  }
}

TEST_F(HistoryOfACa, IsFoundByTheGuidOfADuplicateObject) {
  auto ca = enforced_example(1, "Issuing CA 1");
  ca.service.duplicates = {{guid(7), "CN=Issuing CA 1 CNF"}};
  record_scan(history_, {ca, enforced_example(2, "Issuing CA 2")});

  const auto found = history_.find_ca(guid(7).to_string());

  ASSERT_EQ(found.size(), 1u);
  expect_same(found[0].ca, ca);
}

TEST_F(HistoryOfACa, IsFoundByANameThatLooksLikeAGuid) {
  auto named_like_a_guid = enforced_example(1, "Issuing CA 1");
  named_like_a_guid.service.display_name = guid(9).to_string();
  record_scan(history_, {named_like_a_guid});

  EXPECT_EQ(history_.find_ca(guid(9).to_string()).size(), 1u);
}

TEST_F(HistoryOfACa, IsTheNewestReadingAndNotTheNewestListing) {
  auto renamed = enforced_example(1, "New");
  record_scan(history_, {enforced_example(1, "Old")});
  record_scan(history_, {renamed}, history::ScanState::partial);
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  history_.finish_scan(id, history::ScanState::interrupted, at(5), listing_example(), {{renamed.service}}, {});

  const auto found = history_.find_ca("old");

  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].scan, 2);
  expect_same(found[0].ca, renamed);
}

TEST_F(HistoryOfACa, IsFoundEvenIfNeverRead) {
  const auto lock = history_.lock_for_scan([](int) {});
  const auto id = history_.begin_scan(lock, start_example());
  history_.finish_scan(id, history::ScanState::interrupted, at(5), listing_example(), {{service_example(1, "Unread")}},
                       {});

  const auto found = history_.find_ca("unread");

  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].scan, id);
  expect_same(found[0].ca.service, service_example(1, "Unread"));
  EXPECT_EQ(found[0].ca.judgement.verdict, assess::Verdict::unknown);
  EXPECT_EQ(found[0].ca.judgement.reason, Reason::not_read);
  EXPECT_TRUE(history_.observations_at_changes(guid(1)).empty());
}

TEST_F(HistoryOfACa, IsEveryCaOfThatName) {
  record_scan(history_, {enforced_example(1, "Same"), enforced_example(2, "Same")});
  EXPECT_EQ(history_.find_ca("same").size(), 2u);
}

TEST_F(HistoryOfACa, IsFoundByItsHostAndByAPartOfItsName) {
  record_scan(history_, {enforced_example(1, "Issuing CA 1"), enforced_example(2, "Issuing CA 2")});

  for (const char* name : {"pki1", "PKI1.corp.example", "ca 1"}) {
    const auto found = history_.find_ca(name);
    ASSERT_EQ(found.size(), 1u) << name;
    EXPECT_EQ(found[0].ca.service.object_guid, guid(1)) << name;
  }
}

TEST_F(HistoryOfACa, IsMarkedAsRemovedAmongTheNames) {
  record_scan(history_, {enforced_example(1, "A"), enforced_example(2, "B")});
  record_scan(history_, {enforced_example(2, "New name")});

  const auto names = history_.ca_names();

  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].removed, history_.headlines(1).at(0).id);
  EXPECT_EQ(names[1].removed, std::nullopt);
  EXPECT_EQ(names[1].now.common_name, "New name");
  ASSERT_EQ(names[1].earlier.size(), 1u);
  EXPECT_EQ(names[1].earlier[0].common_name, "B");
}

}  // namespace
}  // namespace casweep::store
