// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/certificate.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

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

/// The certificate as OpenSSL's own X509 understands it.
std::unique_ptr<X509, decltype(&X509_free)> x509_of(const Octets& der) {
  const unsigned char* at = der.data();
  std::unique_ptr<X509, decltype(&X509_free)> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())),
                                                          &X509_free);
  if (at != der.data() + der.size()) certificate.reset();
  return certificate;
}

Octets public_key_of(const X509& certificate) {
  unsigned char* made = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &made);
  Octets key(made, made + size);
  OPENSSL_free(made);
  return key;
}

/// Each octet of a certificate is changed in turn: lengths, tags, the key's algorithm, names and times.
TEST(Certificate, IsAcceptedIfOpenSslAcceptsIt) {
  const Octets whole = example_certificate(from, to);
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const std::uint8_t change : std::vector<std::uint8_t>{0x01, 0x20, 0x80, 0xFF}) {
    for (std::size_t index = 0; index < whole.size(); ++index) {
      Octets der = whole;
      der[index] ^= change;
      const auto expected = x509_of(der);
      const auto certificate = parse_certificate(der);
      if (!expected) {
        EXPECT_FALSE(certificate) << index << " " << int{change};
        ++refused;
        continue;
      }
      const bool has_times = ASN1_TIME_check(X509_get0_notBefore(expected.get())) == 1 &&
                             ASN1_TIME_check(X509_get0_notAfter(expected.get())) == 1;
      if (!has_times) continue;
      ++accepted;
      ASSERT_TRUE(certificate) << index << " " << int{change};
      EXPECT_EQ(certificate->public_key, public_key_of(*expected)) << index << " " << int{change};
    }
  }
  EXPECT_GT(accepted, whole.size());
  EXPECT_GT(refused, whole.size() / 10);
}

}  // namespace
}  // namespace casweep::base
