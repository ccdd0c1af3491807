// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/listing_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

discovery::Listing hostile_listing() {
  const history::ScanRecord scan = hostile_scan();
  discovery::Listing listing;
  listing.forest = scan.listing->forest;
  listing.directory_server = "ldap://dc01.corp.example";
  listing.protection = "Kerberos sign and seal (256-bit)";
  for (const auto& ca : scan.cas) listing.services.push_back(ca.service);
  return listing;
}

TEST(ListingReport, TableIsAsAgreed) {
  std::ostringstream out;
  write_listing_table(out, hostile_listing(), {});
  EXPECT_TRUE(is_golden("listing.txt", out.str()));
}

TEST(ListingReport, JsonAlwaysHasEveryField) {
  std::ostringstream out;
  write_listing_json(out, hostile_listing());
  EXPECT_TRUE(is_golden("listing.json", out.str()));
  const auto document = nlohmann::json::parse(out.str());

  EXPECT_TRUE(document["cas"][1]["display_name"].is_null());
  EXPECT_TRUE(document["cas"][1]["when_changed"].is_null());
}

TEST(ListingReport, CsvIsGuarded) {
  std::ostringstream out;
  write_listing_csv(out, hostile_listing());
  EXPECT_THAT(out.str(), ::testing::HasSubstr("\r\n\"'=cmd|"));
}

TEST(ListingReport, DropsTheGuidRatherThanCuttingNames) {
  discovery::Listing listing;
  for (const auto& ca : mixed_scan().cas) {
    listing.services.push_back(ca.service);
    listing.services.back().when_changed = std::chrono::sys_days(std::chrono::days(20'000));
    listing.services.back().duplicates.clear();
  }
  std::ostringstream out;
  write_listing_table(out, listing, {.unicode = false, .columns = 80});
  EXPECT_THAT(out.str(), ::testing::HasSubstr("\nContoso Issuing CA 02  ca02.corp.example "));
  EXPECT_THAT(out.str(), ::testing::HasSubstr("Not shown at this width: GUID; --format json shows all."));
  EXPECT_THAT(out.str(), ::testing::Not(::testing::HasSubstr("8b1e0c52")));
}

}  // namespace
}  // namespace casweep::report
