// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/ca_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "tests/support/history_testing.h"

namespace casweep::report {

using namespace test;
namespace {

using assess::Verdict;
using history::Status;
using ::testing::HasSubstr;
using ::testing::Not;

const base::Instant today = at(100 * day);

/// A forest whose CAs are added one after the other: A, B, C …
class Cas {
 public:
  history::CaSummary& add(std::string name, Verdict verdict, Verdict known) {
    history::CaSummary ca{.object_guid = guid(static_cast<std::uint8_t>(forest_.cas.size() + 1)),
                          .identity = {.common_name = name, .dns_host_name = fmt::format("{}.corp.example", name)}};
    ca.last = history::Answer{.read_at = today, .judged = {.verdict = verdict, .reason = assess::Reason::timed_out}};
    if (known != Verdict::unknown) ca.known = history::Answer{.read_at = at(90 * day), .judged = {.verdict = known}};
    ca.story.known_since = history::ScanMoment{.scan = 1, .at = at(10 * day)};
    if (verdict == Verdict::unknown) ca.story.unknown_since = history::ScanMoment{.scan = 2, .at = at(95 * day)};
    ca.status = history::status_at(verdict, nullptr, today);
    forest_.cas.push_back(std::move(ca));
    return forest_.cas.back();
  }

  history::CaSummary& add(std::string name, Verdict verdict) { return add(std::move(name), verdict, verdict); }

  static void decide(history::CaSummary& ca, Status status, base::Instant until = at(200 * day)) {
    ca.decisions = {{.object_guid = ca.object_guid,
                     .status = status,
                     .reason = "So.",
                     .approver = "J. Doe",
                     .until = until,
                     .ticket = "CHG-1",
                     .set_at = at(96 * day)}};
    ca.status = history::status_at(ca.verdict(), &ca.decisions.back(), today);
  }

  [[nodiscard]] std::vector<CaLine> lines() const {
    std::vector<CaLine> lines;
    for (const history::CaSummary& ca : forest_.cas) lines.push_back(line_of(ca));
    return lines;
  }

  [[nodiscard]] std::string table(const CaSelection& selection = {}, const TableStyle& style = {}) const {
    std::ostringstream out;
    write_ca_table(out, lines(), selection, today, style);
    return out.str();
  }

  /// The first words of the rows.
  [[nodiscard]] std::vector<std::string> order(const CaSelection& selection = {}) const {
    std::istringstream rows(table(selection));
    std::vector<std::string> names;
    std::string row;
    std::getline(rows, row);  // the titles
    while (std::getline(rows, row)) {
      if (row.find("corp.example") != std::string::npos) names.push_back(row.substr(0, row.find(' ')));
    }
    return names;
  }

 private:
  history::ForestStatus forest_;
};

TEST(CaTable, ListsTheWorstFirst) {
  Cas cas;
  cas.add("fine", Verdict::enforced);
  cas.add("silent", Verdict::unknown, Verdict::enforced);
  cas.add("silent-bad", Verdict::unknown, Verdict::not_enforced);
  Cas::decide(cas.add("accepted", Verdict::not_enforced), Status::risk_accepted);
  cas.add("bad", Verdict::not_enforced);
  cas.add("worse", Verdict::not_enforced).story.regressed = true;

  EXPECT_THAT(cas.order(), testing::ElementsAre("worse", "bad", "silent-bad", "silent", "accepted", "fine"));
  EXPECT_THAT(cas.order({.order = CaOrder::name}),
              testing::ElementsAre("accepted", "bad", "fine", "silent", "silent-bad", "worse"));
}

TEST(CaTable, SaysWhatWasDecidedAndSinceWhen) {
  Cas cas;
  cas.add("regressed", Verdict::not_enforced).story.regressed = true;
  Cas::decide(cas.add("accepted", Verdict::not_enforced), Status::risk_accepted);
  cas.add("lost", Verdict::unknown, Verdict::enforced);
  cas.add("never", Verdict::unknown);

  const std::string table = cas.table();

  EXPECT_THAT(table, testing::ContainsRegex("regressed +regressed.corp.example +✗ not enforced +To address, regressed "
                                            "+1970-01-11"));
  EXPECT_THAT(table, testing::ContainsRegex("accepted +accepted.corp.example +✗ not enforced +Risk accepted until "
                                            "1970-07-20"));
  EXPECT_THAT(table, testing::ContainsRegex("lost .*unknown +Not verified since 1970-04-01 +1970-04-06 +✓ enforced, "
                                            "10 d ago"));
  EXPECT_THAT(table, testing::ContainsRegex("never .*unknown +To address +1970-04-06 +never known"));
  EXPECT_THAT(table, HasSubstr("Risk accepted until 1970-07-20 by J. Doe (CHG-1): accepted.\n"));
}

TEST(CaTable, OfFewCasListsAll) {
  Cas cas;
  for (int i = 0; i < 10; ++i) cas.add(fmt::format("ca{}", i), Verdict::enforced);

  EXPECT_THAT(cas.table({.all = false}), Not(HasSubstr("Not listed")));
}

TEST(CaTable, OfManyCasListsThoseThatNeedAPerson) {
  Cas cas;
  for (int i = 0; i < 12; ++i) cas.add(fmt::format("fine{}", i), Verdict::enforced);
  cas.add("bad", Verdict::not_enforced);
  Cas::decide(cas.add("planned", Verdict::not_enforced), Status::planned);
  Cas::decide(cas.add("gone", Verdict::unknown), Status::decommissioned);
  cas.add("other", Verdict::not_exposed);

  EXPECT_THAT(cas.order({.all = false}), testing::ElementsAre("bad", "planned"));
  const std::string table = cas.table({.all = false});
  EXPECT_THAT(table,
              HasSubstr("Not listed: 12 enforced, 1 not exposed, 1 covered by exceptions. Option --all lists them.\n"));
  EXPECT_THAT(table, HasSubstr("Decommissioned until 1970-07-20 by J. Doe (CHG-1): gone.\n"));
  EXPECT_EQ(cas.order().size(), 16U);
}

TEST(CaTable, ListsTheChosenVerdicts) {
  Cas cas;
  for (int i = 0; i < 12; ++i) cas.add(fmt::format("fine{}", i), Verdict::enforced);
  cas.add("bad", Verdict::not_enforced);

  EXPECT_EQ(cas.order({.only = {Verdict::enforced}, .all = false}).size(), 12U);
  EXPECT_THAT(cas.order({.only = {Verdict::not_enforced, Verdict::unknown}}), testing::ElementsAre("bad"));
  EXPECT_THAT(cas.table({.only = {Verdict::unknown}}), HasSubstr("No CA has such a verdict.\n"));
}

/// What decides is on any screen: the CA, its verdict and its status.
TEST(CaTable, On80ColumnsCutsNothingThatDecides) {
  Cas cas;
  auto& accepted = cas.add("Contoso-Issuing-CA-03", Verdict::not_enforced);
  Cas::decide(accepted, Status::risk_accepted);
  accepted.identity.dns_host_name = "ca03.corp.example";
  cas.add("Contoso-Issuing-CA-04", Verdict::unknown, Verdict::enforced).identity.dns_host_name = "ca04.corp.example";

  const std::string table = cas.table({}, {.columns = 80});

  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(base::display_width(line), 80U) << line;
  EXPECT_THAT(table, HasSubstr("Contoso-Issuing-CA-03  ca03  "));
  EXPECT_THAT(table, HasSubstr("✗ not enforced  Risk accepted until 1970-07-20"));
  EXPECT_THAT(table, HasSubstr("? unknown       Not verified since 1970-04-01"));
}

TEST(CaTable, ShowsHostileTextHarmlessly) {
  Cas cas;
  auto& ca = cas.add("evil\x1b[2J", Verdict::not_enforced);
  Cas::decide(ca, Status::risk_accepted);
  ca.decisions[0].approver = "J.\x1b[31m";

  EXPECT_THAT(cas.table({}, {.unicode = false}), Not(HasSubstr("\x1b")));
}

TEST(Needs, AreCounted) {
  Cas cas;
  EXPECT_EQ(needs_sentence(cas.lines(), today), "No CA needs action.");
  cas.add("bad", Verdict::not_enforced);
  EXPECT_EQ(needs_sentence(cas.lines(), today), "1 CA needs action.");
  cas.add("silent", Verdict::unknown);
  Cas::decide(cas.add("planned", Verdict::not_enforced), Status::planned);
  Cas::decide(cas.add("covered", Verdict::unknown), Status::third_party);
  Cas::decide(cas.add("expired", Verdict::not_enforced), Status::third_party, at(99 * day));
  EXPECT_EQ(needs_sentence(cas.lines(), today), "3 CAs need action, 1 planned, 1 covered by exceptions.");
}

}  // namespace
}  // namespace casweep::report
