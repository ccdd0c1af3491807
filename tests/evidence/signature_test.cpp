// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <string>

#include "evidence/evidence_error.h"
#include "evidence/signer_independence.h"
#include "evidence/timestamp.h"
#include "tests/evidence/test_certificates.h"
#include "tests/support/history_testing.h"

namespace casweep::evidence {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = EvidenceError::Kind;

base::Secret no_passphrase() { return {}; }

SigningIdentity identity_of(const TestIdentity& made) {
  return SigningIdentity::read(made.certificate, made.key, no_passphrase, test_now);
}

EvidenceError refusal_of(const std::string& certificate, const std::string& key) {
  try {
    (void)SigningIdentity::read(certificate, key, no_passphrase, test_now);
  } catch (const EvidenceError& error) {
    return error;
  }
  return {Kind::wrong, "it was not refused"};
}

class Signature : public ::testing::Test {
 protected:
  const TestIdentity root_ = make_identity("Root");
  const TestIdentity auditor_ = make_identity("Auditor", &root_);
  const std::vector<Certificate> roots_ = Certificate::all_in_pem(root_.certificate);
};

TEST_F(Signature, IsGoodForItsContentAndItsRoot) {
  const auto signature = identity_of(auditor_).sign("content");
  const auto signer = verify_signature(signature, "content", roots_, test_now);
  EXPECT_EQ(signer.subject(), "CN=Auditor");
  EXPECT_EQ(signer.sha256(), Certificate::all_in_pem(auditor_.certificate).front().sha256());
}

TEST_F(Signature, IsGoodForNothingElse) {
  const auto signature = identity_of(auditor_).sign("content");
  const auto other = Certificate::all_in_pem(make_identity("Root").certificate);  // the same name, another key
  EXPECT_THROW((void)verify_signature(signature, "contenT", roots_, test_now), EvidenceError);
  EXPECT_THROW((void)verify_signature(signature, "content", other, test_now), EvidenceError);
  EXPECT_THROW((void)verify_signature(signature, "content", {}, test_now), EvidenceError);
  EXPECT_THROW((void)verify_signature(signature, "content", roots_, test_now + std::chrono::days(365)), EvidenceError);
  EXPECT_THROW((void)verify_signature(signature + "x", "content", roots_, test_now), EvidenceError);
  EXPECT_THROW((void)verify_signature("", "content", roots_, test_now), EvidenceError);
}

/// Not every octet of a CMS envelope is signed; the request for a timestamp is over all of them.
TEST_F(Signature, WithAnyByteChangedIsNotTheOneThatTheRequestIsFor) {
  const auto good = identity_of(auditor_).sign("content");
  const auto request = timestamp_request(good);
  std::size_t accepted = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto changed = good;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(timestamp_request(changed), request) << at;
    try {
      (void)verify_signature(changed, "content", roots_, test_now);
      ++accepted;
    } catch (const EvidenceError&) {
    }
  }
  // The OIDs of eContentType (9 octets) and of the signature's algorithm (8), and two more; no octet beyond those.
  EXPECT_LE(accepted, 19U) << "of " << good.size();
}

TEST_F(Signature, TakesTheCertificatesBetweenAlong) {
  const auto between = make_identity("Between");  // as a root, to sign; then issued by the root
  const auto below = make_identity("Below", &between);
  const auto signer =
      SigningIdentity::read(below.certificate + between.certificate, below.key, no_passphrase, test_now);
  const auto signature = signer.sign("content");
  EXPECT_EQ(verify_signature(signature, "content", Certificate::all_in_pem(between.certificate), test_now).subject(),
            "CN=Below");
}

TEST_F(Signature, OfAWeakOrUnusualKeyIsNotMade) {
  for (const char* kind : {"EC P-256", "EC P-384", "RSA 3072", "RSA 2048"}) {
    const auto made = make_identity("Auditor", &root_, kind);
    EXPECT_EQ(identity_of(made).certificate().key(), kind);
  }
  for (const char* kind : {"RSA 1024", "ED25519", "EC P-521", "EC secp256k1", "EC P-224"}) {
    const auto made = make_identity("Auditor", &root_, kind);
    const auto refusal = refusal_of(made.certificate, made.key);
    EXPECT_EQ(refusal.kind(), Kind::unusable_identity) << refusal.what();
    EXPECT_THAT(refusal.what(), HasSubstr("at least 2048 bits"));
  }
}

TEST_F(Signature, NeedsACertificateAndKeyThatBelongTogetherAndAreValid) {
  const auto other = make_identity("Other", &root_);
  EXPECT_THAT(refusal_of(auditor_.certificate, other.key).what(), HasSubstr("does not belong to"));
  EXPECT_THAT(refusal_of("", auditor_.key).what(), HasSubstr("--sign"));
  EXPECT_THAT(refusal_of(auditor_.certificate, "").what(), HasSubstr("--key"));
  const auto expired =
      make_identity("Old", "EC P-256", &root_, test_now - std::chrono::days(9), test_now - std::chrono::days(1));
  EXPECT_THAT(refusal_of(expired.certificate, expired.key).what(), HasSubstr("2026-11-24"));
}

/// Every verification would refuse it, whichever of the certificates it is that proves nothing.
TEST_F(Signature, WithAWeakCertificateOnItsWayIsNotMade) {
  const auto weak = make_identity("Weak", &root_, "RSA 1024");
  const auto refusal = refusal_of(auditor_.certificate + weak.certificate, auditor_.key);
  EXPECT_EQ(refusal.kind(), Kind::unusable_identity);
  EXPECT_THAT(refusal.what(), HasSubstr("CN=Weak"));
}

TEST_F(Signature, IsOfNobodyBelowAWeakRoot) {
  const auto weak = make_identity("Weak", nullptr, "RSA 1024");
  const auto below = make_identity("Below", &weak);
  const auto signature = identity_of(below).sign("content");
  const auto weak_roots = Certificate::all_in_pem(weak.certificate);
  EXPECT_THROW((void)verify_signature(signature, "content", weak_roots, test_now), EvidenceError);
  EXPECT_THROW((void)verify_signature(signature, "content",
                                      Certificate::all_in_pem(weak.certificate + root_.certificate), test_now),
               EvidenceError);
}

TEST_F(Signature, TellsItsCertificatesTheSignersFirst) {
  const auto between = make_identity("Between");
  const auto below = make_identity("Below", &between);
  const auto signer =
      SigningIdentity::read(below.certificate + between.certificate, below.key, no_passphrase, test_now);
  const auto certificates = certificates_in_signature(signer.sign("content"));
  ASSERT_EQ(certificates.size(), 2U);
  EXPECT_EQ(certificates[0].subject(), "CN=Below");
  EXPECT_EQ(certificates[1].subject(), "CN=Between");
}

class Independence : public Signature {
 protected:
  /// A scan whose first CA has `certificate`.
  [[nodiscard]] static history::ScanRecord scan_with(const std::string& certificate, history::Observation ca) {
    const auto all = Certificate::all_in_pem(certificate);
    base::Octets der(4096);
    auto* end = der.data();
    der.resize(static_cast<std::size_t>(i2d_X509(all.front().get(), &end)));
    ca.service.ca_certificates = {{0x30, 0x00}, der};
    history::ScanRecord scan;
    scan.cas = {std::move(ca)};
    return scan;
  }
};

TEST_F(Independence, IsLostBelowACaThatIsNotKnownToEnforce) {
  const auto scan = scan_with(root_.certificate, test::unknown_example(1, "Issuing CA", assess::Reason::timed_out));
  const auto above = cas_above(Certificate::all_in_pem(auditor_.certificate), scan);
  ASSERT_EQ(above.size(), 1U);
  EXPECT_TRUE(above[0].by_signature);
  EXPECT_TRUE(above[0].is_questionable());
}

TEST_F(Independence, IsKeptBelowACaThatEnforces) {
  const auto above = cas_above(Certificate::all_in_pem(auditor_.certificate),
                               scan_with(root_.certificate, test::enforced_example(1, "Issuing CA")));
  ASSERT_EQ(above.size(), 1U);
  EXPECT_FALSE(above[0].is_questionable());
}

TEST_F(Independence, IsLookedForThroughTheCertificatesBetween) {
  const auto scan = scan_with(root_.certificate, test::unknown_example(1, "Root CA", assess::Reason::timed_out));
  const auto between = make_identity("Between", &root_);
  const auto below = make_identity("Below", &between);
  EXPECT_THAT(cas_above(Certificate::all_in_pem(below.certificate), scan), IsEmpty()) << "nobody knows the way";
  EXPECT_EQ(cas_above(Certificate::all_in_pem(below.certificate + between.certificate), scan).size(), 1U);
}

TEST_F(Independence, IsInQuestionIfOnlyTheNameSaysSo) {
  const auto namesake = make_identity("Root");
  const auto above = cas_above(Certificate::all_in_pem(auditor_.certificate),
                               scan_with(namesake.certificate, test::enforced_example(1, "Issuing CA")));
  ASSERT_EQ(above.size(), 1U);
  EXPECT_FALSE(above[0].by_signature);
}

TEST_F(Independence, HasNothingToDoWithOtherCas) {
  const auto other = make_identity("Other Root");
  EXPECT_THAT(cas_above(Certificate::all_in_pem(auditor_.certificate),
                        scan_with(other.certificate, test::unknown_example(1, "A", assess::Reason::timed_out))),
              IsEmpty());
}

}  // namespace
}  // namespace casweep::evidence
