// SPDX-License-Identifier: GPL-3.0-or-later
#include "scan/recorded_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "scan/scan_error.h"
#include "tests/support/history_testing.h"

namespace casweep::scan {

using namespace test;
namespace {

using assess::Reason;
using assess::Verdict;
using history::ScanState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A forest with the answers that a test chooses. The directory and the hosts are fakes; the history and the worker
/// processes are real.
class FakeForest : public Sources {
 public:
  discovery::Listing listing;
  std::function<base::Secret()> type_password = [] { return base::Secret{}; };
  std::function<void()> before_listing = [] {};
  sweep::ReadOne read = [](const discovery::EnrollmentService& ca, auto, const auto&) {
    assess::Reading reading = enforced_example(1, ca.common_name).reading.value();
    reading.result->server_name = ca.dns_host_name;
    reading.result->identity = {.name = ca.common_name, .common_name = ca.common_name};
    return reading;
  };
  std::vector<std::string> known_names;

  base::Secret password() override { return type_password(); }

  logon::Account log_on(base::Secret) override { return {logon::Logon::kerberos, "auditor@CORP.EXAMPLE", "", {}}; }

  discovery::Listing list(const logon::Account&, std::span<const discovery::EnrollmentService> known,
                          const discovery::ListingCheck& check) override {
    before_listing();
    for (const auto& ca : known) known_names.push_back(ca.common_name);
    check(listing);
    return listing;
  }

  sweep::ReadOne reader(const logon::Account&) override { return read; }
};

class Spectator : public Watcher {
 public:
  std::vector<std::string> told;

  void waits_for_scan(int) override { told.emplace_back("waits"); }
  void clock_is_behind(base::Instant newest) override { told.push_back("clock behind " + base::iso_time(newest)); }
  void forest_was_renamed(const std::string& before, const discovery::Listing& now) override {
    told.push_back(before + " is now " + now.forest);
  }
  void chose_by_part(const std::string& note) override { told.push_back(note); }
  std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService> services) override {
    told.push_back("sweeps " + std::to_string(services.size()));
    return std::make_unique<sweep::SweepListener>();
  }
  void was_not_recorded(const history::ScanRecord& scan) override {
    told.push_back("did not record " + std::to_string(scan.cas.size()));
  }
};

class RecordedScanTest : public ::testing::Test {
 protected:
  RecordedScanTest() {
    const auto of = listing_example();
    forest_.listing.forest = of.forest;
    forest_.listing.directory_server = of.directory_server;
    forest_.listing.protection = of.protection;
    forest_.listing.server = of.server;
    forest_.listing.root_domain = of.root_domain;
    forest_.listing.services = {service_example(1, "A"), service_example(2, "B")};
    for (auto& ca : forest_.listing.services) ca.display_name = ca.common_name;
  }

  history::ScanRecord run(std::vector<std::string> names = {}) {
    RecordedScan scan(history_, {.settings = {.jobs = 2, .cas = std::move(names)}, .account = "auditor@CORP.EXAMPLE"},
                      forest_, spectator_, base::StopSignal(interrupted_));
    auto record = scan.run();
    gone_ = scan.gone();
    return record;
  }

  [[nodiscard]] history::ScanRecord newest() const { return history_.scan(history_.headlines(1).at(0).id); }

  TestFolder folder_;
  store::History history_ = store::History::open(folder_ / "history.db");
  FakeForest forest_;
  Spectator spectator_;
  volatile std::sig_atomic_t interrupted_ = 0;
  std::vector<discovery::EnrollmentService> gone_;
};

TEST_F(RecordedScanTest, RecordsEveryCaWithItsVerdict) {
  const auto scan = run();

  EXPECT_EQ(scan.state, ScanState::complete);
  ASSERT_EQ(scan.cas.size(), 2U);
  EXPECT_EQ(scan.cas[0].judgement.verdict, Verdict::enforced) << scan.cas[0].judgement.detail;
  EXPECT_EQ(newest().cas, scan.cas);
  EXPECT_EQ(newest().settings.jobs, 2U);
  EXPECT_EQ(newest().start.account, "auditor@CORP.EXAMPLE");
  EXPECT_FALSE(newest().start.host_name.empty());
  EXPECT_THAT(spectator_.told, ElementsAre("sweeps 2"));
}

TEST_F(RecordedScanTest, OfChosenCasIsPartial) {
  const auto scan = run({"b"});

  EXPECT_EQ(scan.state, ScanState::partial);
  ASSERT_EQ(scan.cas.size(), 1U);
  EXPECT_EQ(scan.cas[0].service.common_name, "B");
  ASSERT_EQ(scan.not_read.size(), 1U);
  EXPECT_EQ(scan.not_read[0].common_name, "A");
}

TEST_F(RecordedScanTest, NeverReadsAnotherCaInPlaceOfARemovedOne) {
  forest_.listing.services = {service_example(1, "Issuing"), service_example(2, "Issuing 2")};
  (void)run();
  forest_.listing.services = {service_example(2, "Issuing 2")};
  const auto removal = run();

  EXPECT_THROW((void)run({"issuing"}), ScanError);

  EXPECT_THAT(newest().failure, HasSubstr("removed from the directory with scan " + std::to_string(removal.id)));
}

TEST_F(RecordedScanTest, SaysWhichCaAPartOfANameChose) {
  forest_.listing.services = {service_example(1, "Issuing CA")};
  (void)run({"issui"});

  EXPECT_THAT(
      spectator_.told,
      ElementsAre(HasSubstr("'issui' is only a part of a name; it names 'Issuing CA (display)' on "), "sweeps 1"));
}

TEST_F(RecordedScanTest, OfANonexistentCaIsRecordedAsFailed) {
  EXPECT_THROW((void)run({"C"}), ScanError);

  EXPECT_EQ(newest().state, ScanState::failed);
  EXPECT_THAT(newest().failure, HasSubstr("No CA named 'C'"));
}

TEST_F(RecordedScanTest, WithoutAPasswordIsRecordedAsFailed) {
  forest_.type_password = []() -> base::Secret { throw std::runtime_error("There is no terminal."); };

  EXPECT_THROW((void)run(), std::runtime_error);

  EXPECT_EQ(newest().state, ScanState::failed);
  EXPECT_EQ(newest().failure, "There is no terminal.");
}

TEST_F(RecordedScanTest, IsRecordedAsInterruptedByASignalBeforeTheSweep) {
  struct Signalled {};
  forest_.before_listing = [&] {
    interrupted_ = SIGINT;
    throw Signalled{};
  };

  EXPECT_THROW((void)run(), Signalled);

  EXPECT_EQ(newest().state, ScanState::interrupted);
  EXPECT_EQ(newest().failure, "Interrupted before any CA was contacted.");
}

TEST_F(RecordedScanTest, IsRecordedAsInterruptedByASignalAtThePasswordPrompt) {
  struct Signalled {};
  forest_.type_password = [&]() -> base::Secret {
    interrupted_ = SIGINT;
    throw Signalled{};
  };

  EXPECT_THROW((void)run(), Signalled);

  EXPECT_EQ(newest().state, ScanState::interrupted);
  EXPECT_EQ(newest().failure, "Interrupted before the scan began.");
}

TEST_F(RecordedScanTest, KeepsWhatWasReadWhenASignalEndsTheSweep) {
  class Interrupts : public sweep::SweepListener {
   public:
    explicit Interrupts(volatile std::sig_atomic_t& flag) : flag_(flag) {}
    void finished(std::size_t, assess::Reading&&) override { flag_ = SIGINT; }

   private:
    volatile std::sig_atomic_t& flag_;
  };
  class InterruptingSpectator : public Spectator {
   public:
    explicit InterruptingSpectator(volatile std::sig_atomic_t& flag) : flag_(flag) {}
    std::unique_ptr<sweep::SweepListener> watch(std::span<const discovery::EnrollmentService>) override {
      return std::make_unique<Interrupts>(flag_);
    }

   private:
    volatile std::sig_atomic_t& flag_;
  } spectator(interrupted_);
  RecordedScan scan(history_, {.settings = {.jobs = 1}}, forest_, spectator, base::StopSignal(interrupted_));

  const auto record = scan.run();

  EXPECT_EQ(record.state, ScanState::interrupted);
  ASSERT_EQ(record.cas.size(), 1U);
  EXPECT_EQ(record.cas[0].judgement.verdict, Verdict::enforced);
  EXPECT_EQ(record.not_read.size(), 1U);
  EXPECT_EQ(newest().cas, record.cas);
}

TEST_F(RecordedScanTest, RecordsAHiddenCaAsUnknownWithoutContactingAHost) {
  (void)run();
  forest_.listing.hidden = {
      {.service = forest_.listing.services[1], .detail = "It may not be read.", .ldap_result = 50}};
  forest_.listing.services.pop_back();

  const auto scan = run();

  EXPECT_EQ(scan.state, ScanState::complete);
  ASSERT_EQ(scan.cas.size(), 2U);
  EXPECT_EQ(scan.cas[1].judgement.reason, Reason::hidden_from_account);
  EXPECT_THAT(spectator_.told, ElementsAre("sweeps 2", "sweeps 1"));
  EXPECT_THAT(forest_.known_names, ElementsAre("A", "B"));
}

TEST_F(RecordedScanTest, ReportsRemovedCas) {
  (void)run();
  forest_.listing.removed = {forest_.listing.services[1]};
  forest_.listing.services.pop_back();

  (void)run();

  ASSERT_EQ(gone_.size(), 1U);
  EXPECT_EQ(gone_[0].common_name, "B");
}

TEST_F(RecordedScanTest, OfAnotherForestIsRefusedBeforeAnyHostIsContacted) {
  (void)run();
  forest_.listing.root_domain->sid = "S-1-5-21-9-9-9";

  try {
    (void)run();
    FAIL();
  } catch (const ScanError& error) {
    EXPECT_EQ(error.kind(), ScanError::Kind::another_forest);
    EXPECT_THAT(error.what(), HasSubstr("another forest of that name"));
  }
  EXPECT_EQ(newest().state, ScanState::failed);
  EXPECT_THAT(spectator_.told, ElementsAre("sweeps 2"));
}

TEST_F(RecordedScanTest, OfAForestWithoutAnIdentityIsRefused) {
  forest_.listing.root_domain.reset();

  EXPECT_THROW((void)run(), ScanError);

  EXPECT_THAT(newest().failure, HasSubstr("does not say which domain is the root"));
}

TEST_F(RecordedScanTest, ContinuesARenamedForest) {
  (void)run();
  forest_.listing.forest = "new.example";

  EXPECT_EQ(run().state, ScanState::complete);

  EXPECT_THAT(spectator_.told, ElementsAre("sweeps 2", "corp.example is now new.example", "sweeps 2"));
}

TEST_F(RecordedScanTest, ShowsResultsThatTheHistoryRefuses) {
  forest_.before_listing = [&] { history_.fail_scan(1, ScanState::failed, at(1), "Ended by another."); };

  EXPECT_EQ(kind_of_error([&] { (void)run(); }), store::StoreError::Kind::failed);

  EXPECT_THAT(spectator_.told, ElementsAre("sweeps 2", "did not record 2"));
}

/// Otherwise an exception that has expired would be in force again.
TEST_F(RecordedScanTest, SaysAndRecordsThatTheClockIsBehindTheHistory) {
  const base::Instant tomorrow = base::now() + std::chrono::days{1};
  auto start = start_example();
  start.started_at = tomorrow;
  history_.record_unbegun_scan(start, {}, ScanState::failed, tomorrow, "No ticket.");

  const auto scan = run();

  EXPECT_THAT(spectator_.told, ElementsAre("clock behind " + base::iso_time(tomorrow), "sweeps 2"));
  EXPECT_GT(scan.start.clock_behind_history, std::chrono::hours{23});
  EXPECT_EQ(newest().start, scan.start);
}

}  // namespace
}  // namespace casweep::scan
