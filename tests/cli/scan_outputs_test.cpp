// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/scan_outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "tests/support/history_testing.h"
#include "tests/support/test_environment.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ScanOutputsTest : public ::testing::Test {
 protected:
  ScanOutputsTest() {
    auto history = store::History::open(outputs_.history);
    test::record_scan(history, {test::enforced_example(1, "A")});
    head_ = history.ledger_head().hash;
  }

  ExportOutput output(const char* word, const char* file) { return {export_format_of_word(word), folder_ / file}; }

  TestFolder folder_;
  TestEnvironment environment_;
  ScanOutputs outputs_{.report = {}, .head_file = {}, .history = folder_ / "history.db"};
  std::string head_;
  base::Instant began_ = start_example().started_at;
};

TEST(DatedName, HasTheTimeAndTheForest) {
  using namespace std::chrono;
  const base::Instant at = sys_days{2026y / 3 / 9} + 7h + 5min + 1s;
  EXPECT_EQ(dated_name("/srv/%f/%Y-%m-%d_%H%M%S.html", at, "Corp.Example"), "/srv/corp.example/2026-03-09_070501.html");
  EXPECT_EQ(dated_name("100%%", at, ""), "100%");
}

/// The directory says what the forest is called.
TEST(DatedName, NeverLeadsIntoAnotherFolder) {
  for (const auto* forest : {"", "..", "../../etc", "a/b", "corp example"}) {
    EXPECT_EQ(dated_name("/srv/%f.html", {}, forest), "/srv/unknown.html") << forest;
  }
}

TEST(DatedName, HasNoOtherLetters) {
  for (const auto* name : {"%", "a%x", "%y"}) EXPECT_THROW((void)dated_name(name, {}, ""), CommandError) << name;
}

TEST_F(ScanOutputsTest, ReplaceNeitherTheHistoryNorEachOther) {
  const auto refused = [&](const std::vector<std::string>& arguments) {
    po::options_description options;
    options.add(scan_output_options().options);
    po::variables_map values;
    po::store(po::command_line_parser(arguments).options(options).run(), values);
    try {
      (void)read_scan_outputs(values, folder_ / "history.db");
    } catch (const CommandError& error) {
      return error.code() == ExitCode::usage;
    }
    return false;
  };
  const std::string history = folder_ / "history.db";
  EXPECT_TRUE(refused({"--head-file", history}));
  EXPECT_TRUE(refused({"--report", history + "-wal"}));
  EXPECT_TRUE(refused({"--export", "csv=" + folder_.path().string() + "/./history.db.lock"}));
  EXPECT_TRUE(refused({"--report", "a", "--export", "csv=./a"}));
  EXPECT_TRUE(refused({"--report", "a", "--head-file", "a"}));
  EXPECT_TRUE(refused({"--report", "-"}));
  EXPECT_FALSE(refused({"--report", "a", "--export", "csv=b", "--head-file", "c"}));
}

TEST_F(ScanOutputsTest, AreNotWrittenOverEachOtherWhereOnlyTheDateDiffers) {
  outputs_.head_file = folder_ / "corp.example";
  outputs_.report = folder_ / "%f";
  EXPECT_THROW(write_scan_outputs(outputs_, 1, began_, environment_.environment), ErrorAfterDocument);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "corp.example"));
}

TEST_F(ScanOutputsTest, HaveTheNameOfTheForestInTheConfigFile) {
  outputs_.head_file = folder_ / "%f.head";
  outputs_.forest = "corp";
  write_scan_outputs(outputs_, 1, began_, environment_.environment);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "corp.head"));
}

TEST_F(ScanOutputsTest, HaveTheTimeAtWhichTheScanBegan) {
  using namespace std::chrono;
  began_ = sys_days{2026y / 3 / 9} + 7h;
  outputs_.head_file = folder_ / "%Y-%m-%dT%H.head";
  write_scan_outputs(outputs_, 1, began_, environment_.environment);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "2026-03-09T07.head"));
}

TEST_F(ScanOutputsTest, AreAllWritten) {
  outputs_.report = folder_ / "%f.html";
  outputs_.exports = {output("csv", "scan.csv"), output("prometheus", "casweep.prom")};
  outputs_.head_file = folder_ / "head";
  (void)folder_.file("scan.csv", "of the scan before");
  write_scan_outputs(outputs_, 1, began_, environment_.environment);

  EXPECT_THAT(content_of(folder_ / "corp.example.html"), StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(content_of(folder_ / "scan.csv"), HasSubstr("enforced"));
  EXPECT_THAT(content_of(folder_ / "casweep.prom"), HasSubstr("adcs_esc11_cas{"));
  EXPECT_EQ(content_of(folder_ / "head"), head_ + "\n");
}

TEST_F(ScanOutputsTest, AreWrittenAlsoAfterOneThatCannotBe) {
  outputs_.report = folder_ / "none/page.html";
  outputs_.head_file = folder_ / "head";
  try {
    write_scan_outputs(outputs_, 1, began_, environment_.environment);
    FAIL();
  } catch (const ErrorAfterDocument& error) {
    EXPECT_EQ(error.code(), ExitCode::file);
    EXPECT_THAT(error.what(), HasSubstr("none/page.html"));
  }
  EXPECT_EQ(content_of(folder_ / "head"), head_ + "\n");
}

TEST_F(ScanOutputsTest, OfAFailedScanAreThoseOfTheForest) {
  outputs_.report = folder_ / "page.html";
  outputs_.exports = {output("csv", "scan.csv"), output("plan", "none/plan.csv"), output("prometheus", "casweep.prom")};
  write_outputs_of_failed_scan(outputs_, environment_.environment);

  EXPECT_FALSE(std::filesystem::exists(folder_ / "page.html"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "scan.csv"));
  EXPECT_THAT(content_of(folder_ / "casweep.prom"), HasSubstr("adcs_esc11_last_scan_outcome{"));
}

}  // namespace
}  // namespace casweep::cli
