// SPDX-License-Identifier: GPL-3.0-or-later

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>
#include <vector>

#include "base/terminal_text.h"
#include "report/table/scan_table.h"
#include "report/table/table_style.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string table_of(const history::ScanRecord& scan, const TableStyle& style,
                     const history::ForestStatus& forest = {.now = base::Instant{} + std::chrono::years{57}},
                     const CaSelection& selection = {}) {
  std::ostringstream out;
  write_scan_table(out, scan, forest, selection, style);
  return out.str();
}

std::string details_of(const history::Observation& ca, const TableStyle& style) {
  std::ostringstream out;
  const std::vector<std::string> standing{"Removed from the directory: not listed since scan 9, 2026-11-24 00:00Z.",
                                          "Status: To address."};
  write_ca_details(out, 7, ca, standing, style);
  return out.str();
}

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ScanTable, LooksAsAgreed) { EXPECT_TRUE(is_golden("mixed.txt", table_of(mixed_scan(), {}))); }

TEST(ScanTable, LooksAsAgreedOn80AsciiColumns) {
  EXPECT_TRUE(is_golden("mixed-80-ascii.txt", table_of(mixed_scan(), {.unicode = false, .columns = 80})));
}

TEST(ScanTable, LooksAsAgreedForHostileNames) { EXPECT_TRUE(is_golden("hostile.txt", table_of(hostile_scan(), {}))); }

TEST(ScanTable, OfAFailedScanIsItsSentence) {
  EXPECT_EQ(table_of(failed_scan(), {}),
            "Scan 7 failed: No domain controller of corp.example answered: check the network.\n");
}

TEST(ScanTable, HasNoEscapesWithoutColour) {
  EXPECT_THAT(table_of(hostile_scan(), {.columns = 60}), Not(HasSubstr("\x1b")));
}

TEST(ScanTable, ColoursOnlyVerdicts) {
  const std::string coloured = table_of(mixed_scan(), {.colour = true});

  EXPECT_THAT(coloured, HasSubstr("\x1b[31m✗ not enforced\x1b[0m"));
  std::string bare = coloured;
  for (const std::string_view escape : {"\x1b[32m", "\x1b[31m", "\x1b[36m", "\x1b[33m", "\x1b[0m"}) {
    for (auto at = bare.find(escape); at != std::string::npos; at = bare.find(escape)) bare.erase(at, escape.size());
  }
  EXPECT_EQ(bare, table_of(mixed_scan(), {}));
}

TEST(ScanTable, FitsTheTerminalExceptForCommands) {
  std::istringstream lines(table_of(mixed_scan(), {.columns = 80}));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("      ")) continue;  // it must be possible to copy commands
    EXPECT_LE(base::display_width(line), 80U) << line;
  }
}

TEST(ScanTable, SaysAnAdviceOnceForAReason) {
  const std::string table = table_of(mixed_scan(), {});

  EXPECT_EQ(occurrences(table, "? unknown, access-denied (2 CAs)"), 1U);
  EXPECT_EQ(occurrences(table, "Remotely accessible registry paths"), 1U);
}

TEST(ScanTable, SaysEachFixOnceWithTheHosts) {
  const std::string table = table_of(mixed_scan(), {});

  EXPECT_EQ(occurrences(table, "      certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST\n"), 1U);
  EXPECT_EQ(occurrences(table, "      net stop certsvc\n      net start certsvc\n"), 1U);
  EXPECT_THAT(table, HasSubstr("Invoke-Command -ComputerName ca02.corp.example, ca03.corp.example {"));
}

TEST(ScanTable, EndsWithTheTotals) {
  const std::string table = table_of(mixed_scan(), {});

  EXPECT_TRUE(
      table.ends_with("\n4 of 7 CAs assessed (57 % coverage): 1 enforced, 2 not enforced, 1 not exposed, 3 "
                      "unknown. 5 CAs need action.\n"))
      << table;
}

TEST(ScanTable, SaysHowToScanAgain) {
  history::ScanRecord scan = mixed_scan();
  scan.cas = {scan.cas[1], scan.cas[5]};  // the second one has no host name
  EXPECT_THAT(table_of(scan, {}), HasSubstr("      casweep scan --ca ca02.corp.example --ca " +
                                            scan.cas[1].service.object_guid.to_string() + "\n"));
  EXPECT_THAT(table_of(mixed_scan(), {}), HasSubstr("      casweep scan --ca "));
  scan.cas.assign(6, scan.cas[0]);
  EXPECT_THAT(table_of(scan, {}), HasSubstr("      casweep scan\n"));
}

/// A decision says that this is not to be fixed now.
TEST(ScanTable, HasNoFixForACaThatAnExceptionCovers) {
  history::ScanRecord scan = mixed_scan();
  scan.cas = {scan.cas[1]};
  const auto guid = scan.cas[0].service.object_guid;
  history::ForestStatus forest{.now = base::Instant{} + std::chrono::years{57}};
  history::CaSummary ca{.object_guid = guid, .status = history::Status::risk_accepted};
  ca.decisions = {{.object_guid = guid,
                   .status = history::Status::risk_accepted,
                   .reason = "XP",
                   .approver = "CISO",
                   .until = forest.now + std::chrono::days{90}}};
  forest.cas.push_back(ca);

  const std::string table = table_of(scan, {}, forest);

  EXPECT_THAT(table, Not(HasSubstr("certutil")));
  EXPECT_THAT(table, HasSubstr("by CISO: Contoso Issuing CA 02.\n"));
  EXPECT_THAT(table, HasSubstr("No CA needs action, 1 covered by exceptions.\n"));
}

TEST(ScanTable, CoverageIsRoundedDown) {
  history::ScanRecord scan = mixed_scan();
  const history::Observation enforced = scan.cas.front();
  const history::Observation unknown = scan.cas.back();
  scan.cas.assign(499, enforced);
  scan.cas.push_back(unknown);
  scan.discovered = scan.cas.size();

  EXPECT_THAT(table_of(scan, {}), HasSubstr("499 of 500 CAs assessed (99 % coverage): 499 enforced, 0 not enforced, 0 "
                                            "not exposed, 1 unknown."));
}

TEST(ScanTable, SaysWhatAPartialScanLeftOut) {
  history::ScanRecord scan = mixed_scan();
  scan.state = history::ScanState::partial;
  scan.cas.erase(scan.cas.begin() + 1, scan.cas.end());

  EXPECT_THAT(table_of(scan, {}), HasSubstr("6 CAs not read in this scan (partial) and therefore not assessed."));
}

TEST(CaDetails, LookAsAgreed) { EXPECT_TRUE(is_golden("details.txt", details_of(mixed_scan().cas[1], {}))); }

/// No line that could be shorter is longer than the terminal: words that are never broken stand alone.
TEST(CaDetails, FitANarrowTerminal) {
  std::istringstream lines(details_of(mixed_scan().cas[4], {.columns = 40}));
  for (std::string line; std::getline(lines, line);) {
    const bool one_word = line.find(' ', line.find_first_not_of(' ')) == std::string::npos;
    EXPECT_TRUE(one_word || base::display_width(line) <= 40) << line;
  }
}

TEST(CaDetails, LookAsAgreedForHostileText) {
  EXPECT_TRUE(is_golden("details-hostile.txt", details_of(hostile_scan().cas[1], {})));
}

}  // namespace
}  // namespace casweep::report
