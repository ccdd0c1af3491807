// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/logon_trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/example_certificates.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A scan whose first CA has `of_ca`, in a forest that trusts `trusted` for logon.
history::ScanRecord scan_with(std::vector<base::Octets> of_ca, std::vector<base::Octets> trusted) {
  auto scan = mixed_scan();
  scan.cas.front().service.ca_certificates = std::move(of_ca);
  scan.listing->nt_auth_certificates = std::move(trusted);
  return scan;
}

TEST(LogonTrust, IsOfAListedCaByItsCertificateOrItsKey) {
  EXPECT_THAT(*unlisted_logon_certificates(scan_with({ca_01_certificate()}, {ca_01_certificate()})), IsEmpty());
  EXPECT_THAT(*unlisted_logon_certificates(scan_with({ca_01_renewed_certificate()}, {ca_01_certificate()})), IsEmpty());
  EXPECT_THAT(*unlisted_logon_certificates(scan_with({{0x30, 0x00}}, {{0x30, 0x00}})), IsEmpty());
}

/// The directory listed it all the same.
TEST(LogonTrust, IsOfACaThatWasNotRead) {
  auto scan = scan_with({ca_01_certificate()}, {ca_01_certificate()});
  scan.not_read.push_back(scan.cas.front().service);
  scan.cas.erase(scan.cas.begin());
  EXPECT_THAT(*unlisted_logon_certificates(scan), IsEmpty());
}

TEST(LogonTrust, IsNamedIfNoCaIsVisible) {
  const auto unlisted = unlisted_logon_certificates(scan_with({ca_01_certificate()}, {old_ca_certificate()}));
  ASSERT_EQ(unlisted->size(), 1U);
  EXPECT_THAT(unlisted->front().same_subject, IsEmpty());
  EXPECT_THAT(text_of(unlisted->front(), mixed_scan().start.started_at),
              ::testing::MatchesRegex("CN=Old CA,DC=corp,DC=example, serial 11, thumbprint [0-9a-f]{40}, valid "
                                      "2015-01-01 to 2024-12-29 .expired."));
}

/// A subject proves nothing: it may be an earlier certificate of that CA, or another CA.
TEST(LogonTrust, IsNotOfACaBecauseOfASubject) {
  const auto unlisted = unlisted_logon_certificates(scan_with({ca_01_certificate()}, {ca_01_other_key_certificate()}));
  ASSERT_EQ(unlisted->size(), 1U);
  EXPECT_THAT(unlisted->front().same_subject, ElementsAre("Contoso Issuing CA 01"));
  EXPECT_THAT(text_of(unlisted->front(), {}), HasSubstr("with this subject and another key"));
}

TEST(LogonTrust, OfWhatIsNoCertificateIsNamedByItsDigest) {
  const auto unlisted = unlisted_logon_certificates(scan_with({ca_01_certificate()}, {{0x00}}));
  ASSERT_EQ(unlisted->size(), 1U);
  EXPECT_THAT(text_of(unlisted->front(), {}),
              HasSubstr("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
  EXPECT_TRUE(logon_trust_json(scan_with({}, {{0x00}}))["unlisted"][0]["subject"].is_null());
}

TEST(LogonTrust, ThatCouldNotBeReadIsNotNothing) {
  auto scan = mixed_scan();
  scan.listing->nt_auth_certificates.reset();
  EXPECT_FALSE(unlisted_logon_certificates(scan));
  EXPECT_TRUE(logon_trust_json(scan).is_null());
  std::ostringstream out;
  write_unlisted_certificates(out, scan, {});
  EXPECT_THAT(out.str(), HasSubstr("cannot be detected"));
}

}  // namespace
}  // namespace casweep::report
