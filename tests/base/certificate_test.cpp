// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/certificate.h"

#include <gtest/gtest.h>

#include "tests/support/example_certificates.h"

namespace casweep::base {

using namespace test;
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using test::example_certificate;

constexpr sys_seconds from = sys_days(2020y / January / 2) + 3h + 4min + 5s;
constexpr sys_seconds to = sys_days(2060y / December / 31) + 23h + 59min + 59s;  // GeneralizedTime, from 2050 on

TEST(Certificate, HasAValidityPeriod) {
  const auto certificate = parse_certificate(example_certificate(from, to));

  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->not_before, from);
  EXPECT_EQ(certificate->not_after, to);
}

TEST(Certificate, IsNamedByItsHash) {
  const auto certificate = parse_certificate(example_certificate(from, to));

  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->thumbprint.size(), 40U);
  EXPECT_NE(certificate->thumbprint, parse_certificate(example_certificate(from, to))->thumbprint);
}

TEST(Certificate, MustBeExactlyOneCertificate) {
  const Octets whole = example_certificate(from, to);
  const std::span shorter = std::span(whole).first(whole.size() - 1);
  Octets longer = whole;
  longer.push_back(0);

  EXPECT_FALSE(parse_certificate({}));
  EXPECT_FALSE(parse_certificate(Octets{0x30, 0x00}));
  EXPECT_FALSE(parse_certificate(shorter));
  EXPECT_FALSE(parse_certificate(longer));
}

}  // namespace
}  // namespace casweep::base
