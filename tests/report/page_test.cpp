// SPDX-License-Identifier: GPL-3.0-or-later
// What a browser makes of the page is seen in tests/command/page; here is what is in it.
#include "report/page/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "assess/judgement.h"
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
  EXPECT_THAT(text, HasSubstr("<span>+I</span>F_ENFORCEENCRYPTICERTREQUEST"));
  EXPECT_THAT(text, HasSubstr("<span>-I</span>F_ENFORCEENCRYPTICERTREQUEST"));
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
  EXPECT_THAT(before[1], HasSubstr("Risk accepted until <span class=\"whole\">2026-12-23</span>"));

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
              HasSubstr("<dt>Servers asked</dt><dd><bdi>ldaps://a, ldaps://&lt;b&gt;</bdi></dd>"));
}

TEST_F(Page, HasEverySettingInWords) {
  auto scan = mixed_scan();
  scan.settings = {.domain = "set-domain.example",
                   .servers = {"ldap://set-server"},
                   .start_tls = true,
                   .ca_cert = "/set/ca-cert",
                   .user = "set-user@REALM",
                   .password_file = "/set/password",
                   .keytab = "/set/keytab",
                   .ntlm = true,
                   .jobs = 17,
                   .deadline = 2500ms,
                   .cas = {"set-ca"},
                   .worker_confinement = {"set-measure"},
                   .history_file = "/set/history.db"};
  scan.start.program_sha256 = "set-digest";
  scan.start.clock = {.synchronized = false, .estimated_error = 12ms, .maximum_error = 16s, .failure = {}};
  const auto text = page(record(scan, began_));
  for (const char* shown :
       {"set-domain.example", "ldap://set-server", "StartTLS", "/set/ca-cert", "set-user@REALM", "/set/password",
        "/set/keytab", "NTLM to the CAs", "17 CAs at the same time, 2.5 s for each", "set-ca", "set-measure",
        "/set/history.db", "set-digest",
        "not synchronized: the times on this page may be wrong; estimated error 12 ms, at most 16 s"}) {
    EXPECT_THAT(text, HasSubstr(shown));
  }
  EXPECT_THAT(text, Not(HasSubstr("{&quot;")));
}

/// The CA `index` of a scan, with `flags` as its InterfaceFlags.
history::ScanRecord with_flags(history::ScanRecord scan, std::size_t index, std::uint8_t low, std::uint8_t high) {
  history::Observation& ca = scan.cas.at(index);
  ca.reading->result->interface_flags = winreg::RegistryValue{.type = 4, .data = {low, high, 0, 0}};
  ca.judgement = assess::judge(*ca.reading);
  return scan;
}

std::size_t first_enforced(const history::ScanRecord& scan) {
  const auto found =
      std::ranges::find_if(scan.cas, [](const auto& ca) { return ca.judgement.verdict == assess::Verdict::enforced; });
  return static_cast<std::size_t>(found - scan.cas.begin());
}

TEST_F(Page, SaysThatACaRegressedUntilItIsFixed) {
  const auto good = mixed_scan();
  const auto index = first_enforced(good);
  const auto bad = with_flags(good, index, 0x41, 0x00);
  EXPECT_THAT(page(record(good, began_)), Not(HasSubstr("class=\"regressions\"")));
  record(bad, began_ + 24h);
  const auto later = page(record(bad, began_ + 48h));
  EXPECT_THAT(later, HasSubstr("<strong>1 CA regressed</strong>"));
  EXPECT_THAT(later, HasSubstr("2026-11-24 00:00Z</time> (scan 2)"));
  EXPECT_THAT(later, HasSubstr("Nothing changed."));
  EXPECT_THAT(page(record(good, began_ + 72h)), Not(HasSubstr("class=\"regressions\"")));
}

TEST_F(Page, CountsWhatNeedsActionIsPlannedAndIsCovered) {
  auto scan = mixed_scan();
  const auto index = first_enforced(scan);
  scan = with_flags(std::move(scan), index, 0x41, 0x00);
  std::vector<base::ObjectGuid> bad;
  for (const auto& ca : scan.cas) {
    if (ca.judgement.verdict == assess::Verdict::not_enforced) bad.push_back(ca.service.object_guid);
  }
  ASSERT_EQ(bad.size(), 3U);
  record(scan, began_);
  history_.decide({.object_guid = bad[0],
                   .status = history::Status::planned,
                   .reason = "The change window",
                   .approver = "CISO",
                   .until = began_ + 10 * 24h,
                   .set_at = began_ + 1h});
  history_.decide({.object_guid = bad[1],
                   .status = history::Status::risk_accepted,
                   .reason = "Clients of 2003",
                   .approver = "CISO",
                   .until = began_ + 60 * 24h,
                   .set_at = began_ + 1h});
  const auto text = page(record(scan, began_ + 24h));
  EXPECT_THAT(text, HasSubstr("<strong>4 CAs need action</strong>: 1 not enforced, 3 unknown. 1 planned. "
                              "1 covered by exceptions."));
  // The tile counts the same exceptions, and the plan that ends soon is a plan.
  EXPECT_THAT(text,
              HasSubstr("Covered by exceptions</span> <span class=\"value\">1</span> <span class=\"note\">none ends "
                        "within 30 days</span> <span class=\"change\">1 plan; 1 due within 30 days</span>"));
  EXPECT_EQ(count(text, "ends soon"), 0U);
  EXPECT_EQ(count(text, "due soon"), 2U);  // at the fix and in the table of exceptions

  // A covered CA is not among those to fix.
  const auto fixes =
      text.substr(text.find("id=\"to-do\""), text.find("Covered by an exception") - text.find("id=\"to-do\""));
  EXPECT_THAT(fixes, HasSubstr("#ca-" + bad[0].to_string()));
  EXPECT_THAT(fixes, Not(HasSubstr("#ca-" + bad[1].to_string())));
  EXPECT_THAT(fixes, HasSubstr("#ca-" + bad[2].to_string()));
  EXPECT_THAT(fixes, HasSubstr("https://attack.mitre.org/techniques/T1649/"));
  EXPECT_THAT(text, HasSubstr("Covered by an exception <span class=\"count\">1 CA</span>"));
}

TEST_F(Page, CollapsesTheCompliantCas) {
  const auto text = page(record(mixed_scan(), began_));
  const auto details = text.find("<details class=\"compliant\">");
  ASSERT_NE(details, std::string::npos);
  EXPECT_EQ(count(text.substr(0, details), "<tbody id=\"ca-"), 5U);
  EXPECT_EQ(count(text.substr(details), "<tbody id=\"ca-"), 2U);

  auto compliant = mixed_scan();
  std::erase_if(compliant.cas, [](const auto& ca) { return !assess::is_compliant(ca.judgement.verdict); });
  const auto good = page(record(compliant, began_ + 24h));
  EXPECT_THAT(good, HasSubstr("<details class=\"compliant\" open>"));
  EXPECT_THAT(good, HasSubstr("<strong>No CA needs action</strong>. 0 planned. 0 covered by exceptions."));
}

TEST_F(Page, LetsNothingForeignBecomeMarkup) {
  const auto text = page(record(hostile_scan(), began_));
  EXPECT_EQ(count(text, "<script>"), 1U);
  EXPECT_EQ(count(text, "<style>"), 1U);
  EXPECT_THAT(text, Not(::testing::ContainsRegex("[^\n\x20-\x7e]\xae|\x1b|\x07")));
  const std::regex link("href=\"([^\"]*)\"");
  for (std::sregex_iterator found(text.begin(), text.end(), link), end; found != end; ++found) {
    EXPECT_THAT((*found)[1].str(),
                ::testing::AnyOf(::testing::StartsWith("#"), ::testing::StartsWith("https://learn.microsoft.com/"),
                                 ::testing::StartsWith("https://attack.mitre.org/techniques/")));
  }
}

TEST_F(Page, SaysWhatAllCaHostsHaveInCommon) {
  auto scan = mixed_scan();
  for (history::Observation& ca : scan.cas) {
    assess::Reading reading;
    reading.account = "auditor@CORP.EXAMPLE";
    reading.result =
        tl::unexpected(assess::ReadFailure{assess::Reason::kerberos_failed, "No ticket for <b>the host</b>.", {}});
    ca.judgement = assess::judge(reading);
    ca.reading = std::move(reading);
  }
  const auto text = page(record(scan, began_));
  const auto summary = text.substr(0, text.find("</section>"));
  EXPECT_THAT(summary, HasSubstr("Kerberos failed in the same way for all "));
  EXPECT_THAT(text, Not(HasSubstr("<b>")));
  EXPECT_THAT(page(record(mixed_scan(), began_ + 24h)), Not(HasSubstr("in the same way")));
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
  EXPECT_THAT(out.str(), HasSubstr("3650 days in 99 columns"));
  EXPECT_THAT(out.str(), HasSubstr("3550 older events"));
  EXPECT_LT(out.str().size(), 200'000U);
}

TEST_F(Page, HasAChartFromTheFirstScanOn) {
  const auto one = page(record(mixed_scan(), began_));
  EXPECT_THAT(one, HasSubstr("in the last complete scan of each day (UTC)."));
  EXPECT_THAT(one, HasSubstr("28 % of all CAs were enforced or not exposed on 2026-11-23."));
  EXPECT_THAT(one, HasSubstr("no earlier complete scan of this forest"));
  const auto two = page(record(mixed_scan(), began_ + 24h));
  EXPECT_THAT(two, HasSubstr("2026-11-23 to 2026-11-24"));
  EXPECT_THAT(two, HasSubstr("Nothing changed."));
}

}  // namespace
}  // namespace casweep::report
