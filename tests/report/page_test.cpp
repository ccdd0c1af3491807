// SPDX-License-Identifier: GPL-3.0-or-later
// What a browser makes of the page is seen in tests/command/page; here is what is in it.
#include "report/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "history/decision_rules.h"
#include "tests/support/example_scans.h"
#include "tests/support/test_folder.h"

namespace casweep::report {

using namespace test;
namespace {

using namespace std::chrono_literals;
using history::ScanState;
using ::testing::HasSubstr;
using ::testing::Not;

class Page : public ::testing::Test {
 protected:
  std::int64_t record(history::ScanRecord scan, base::Instant at, ScanState state = ScanState::complete) {
    scan.start.started_at = at;
    const auto lock = history_.lock_for_scan([](int) {});
    const auto id = history_.begin_scan(lock, scan.start, scan.settings);
    if (state == ScanState::failed) {
      history_.fail_scan(id, state, at + 1s, scan.failure);
      return id;
    }
    std::vector<discovery::EnrollmentService> listed;
    for (const auto& ca : scan.cas) listed.push_back(ca.service);
    if (state != ScanState::complete) scan.cas.resize(1, scan.cas.front());
    history_.finish_scan(id, state, at + 1s, *scan.listing, listed, scan.cas);
    return id;
  }

  [[nodiscard]] std::string page(std::int64_t scan) const {
    std::ostringstream out;
    write_page(out, page_subject(history_, scan, "0.1.0"));
    return out.str();
  }

  const base::Instant began_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  const test::TestFolder folder_;
  store::History history_ = store::History::open(folder_.path() / "history.db");
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST_F(Page, TellsTheSharesAndWhatBacksThem) {
  const auto text = page(record(mixed_scan(), began_));
  EXPECT_THAT(text,
              HasSubstr("<bdi>corp.example</bdi> has 7 enterprise CAs. 4 of them could be assessed, 3 could not"));
  EXPECT_THAT(text, HasSubstr("<span class=\"value\">28 %</span>"));
  EXPECT_THAT(text, HasSubstr("<dt>Value bytes</dt><dd><bdi>41000000</bdi></dd>"));
  EXPECT_THAT(text, HasSubstr("ERROR_ACCESS_DENIED"));
  EXPECT_THAT(text, HasSubstr("+IF_ENFORCEENCRYPTICERTREQUEST"));
  EXPECT_THAT(text, HasSubstr("-IF_ENFORCEENCRYPTICERTREQUEST"));
  EXPECT_EQ(count(text, "<tbody id=\"ca-"), 7U);
}

TEST_F(Page, TellsNoShareOfAScanThatIsNotComplete) {
  record(mixed_scan(), began_);
  const auto partial = page(record(mixed_scan(), began_ + 24h, ScanState::partial));
  EXPECT_THAT(partial, HasSubstr("it read 1 of 7 CAs."));
  EXPECT_THAT(partial, Not(HasSubstr("class=\"figures\"")));
  EXPECT_EQ(count(partial, "class=\"verdict not-read\""), 6U);  // and what is known of them from before
  EXPECT_EQ(count(partial, "Not read in this scan"), 6U);

  const auto failed = page(record(failed_scan(), began_ + 48h, ScanState::failed));
  EXPECT_THAT(failed, HasSubstr("This scan failed.</strong> <bdi>No domain controller"));
  EXPECT_EQ(count(failed, "class=\"verdict not-read\""), 7U);
}

TEST_F(Page, OfAScanIsTheSameAtAnyTime) {
  const auto first = record(mixed_scan(), began_);
  history_.decide({.object_guid = mixed_scan().cas[1].service.object_guid,
                   .status = history::Status::risk_accepted,
                   .reason = "Clients of 2003",
                   .approver = "CISO",
                   .until = began_ + 30 * 24h,
                   .set_at = began_ + 1h});
  const auto second = record(mixed_scan(), began_ + 24h);
  const auto before = std::vector{page(first), page(second)};
  EXPECT_THAT(before[0], Not(HasSubstr("Clients of 2003")));
  EXPECT_THAT(before[1], HasSubstr("Risk accepted until 2026-12-23"));

  auto later = mixed_scan();
  later.cas.pop_back();
  record(later, began_ + 48h);
  history_.decide({.object_guid = mixed_scan().cas[1].service.object_guid,
                   .status = history::Status::third_party,
                   .reason = "A proxy",
                   .approver = "CISO",
                   .until = began_ + 49h + history::default_duration,
                   .set_at = began_ + 49h});
  EXPECT_EQ((std::vector{page(first), page(second)}), before);
}

TEST_F(Page, NamesTheOptionsThatWereInEffect) {
  auto scan = mixed_scan();
  scan.settings.servers = {"ldaps://a", "ldaps://<b>"};
  scan.settings.ntlm = true;
  EXPECT_THAT(page(record(scan, began_)),
              HasSubstr("<bdi>servers: ldaps://a, ldaps://&lt;b&gt;; start_tls: false; ntlm: true; jobs: 32; "));
}

TEST_F(Page, LetsNothingForeignBecomeMarkup) {
  const auto text = page(record(hostile_scan(), began_));
  EXPECT_EQ(count(text, "<script>"), 1U);
  EXPECT_EQ(count(text, "<style>"), 1U);
  EXPECT_THAT(text, Not(::testing::ContainsRegex("[^\n\x20-\x7e]\xae|\x1b|\x07")));
  const std::regex link("href=\"([^\"]*)\"");
  for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
    EXPECT_THAT((*found)[1].str(),
                ::testing::AnyOf(::testing::StartsWith("#"), ::testing::StartsWith("https://learn.microsoft.com/")));
  }
}

TEST_F(Page, StaysBoundedOverTenYearsAndWithManyCas) {
  PageSubject subject = page_subject(history_, record(mixed_scan(), began_), "0.1.0");
  history::ScanHeadline scan = subject.trend.scans.back();
  const history::Event event{
      .kind = history::EventKind::regressed, .scan = 1, .object_guid = mixed_scan().cas[0].service.object_guid};
  subject.trend.scans.clear();
  for (int day = 1; day <= 3'650; ++day) {
    scan.id = day;
    scan.started_at += 24h;
    subject.trend.scans.push_back(scan);
    subject.trend.events.push_back(event);
    subject.trend.events.back().scan = day;
    subject.trend.events.back().at = scan.started_at;
  }
  std::ostringstream out;
  write_page(out, subject);
  EXPECT_THAT(out.str(), HasSubstr("3650 scans in 100 columns"));
  EXPECT_THAT(out.str(), HasSubstr("3550 older events"));
  EXPECT_LT(out.str().size(), 200'000U);
}

TEST_F(Page, HasAChartFromTheFirstScanOn) {
  const auto one = page(record(mixed_scan(), began_));
  EXPECT_THAT(one, HasSubstr("per scan."));
  EXPECT_THAT(one, HasSubstr("28 % of all CAs were enforced or not exposed on 2026-11-23."));
  EXPECT_THAT(one, HasSubstr("no earlier complete scan of this forest"));
  const auto two = page(record(mixed_scan(), began_ + 24h));
  EXPECT_THAT(two, HasSubstr("2026-11-23 to 2026-11-24"));
  EXPECT_THAT(two, HasSubstr("Nothing changed."));
}

}  // namespace
}  // namespace casweep::report
