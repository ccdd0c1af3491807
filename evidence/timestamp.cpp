// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/timestamp.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/pkcs7.h>

#include "base/asn1_time.h"
#include "base/sha256.h"
#include "evidence/evidence_error.h"
#include "evidence/openssl_internal.h"
#include "evidence/signature_strength.h"

namespace casweep::evidence {
namespace {

// OpenSSL 3.4 renamed the two functions that give a verification what it owns from then on.
void set_content(TS_VERIFY_CTX* verification, BioHandle content) {
#if OPENSSL_VERSION_PREREQ(3, 4)
  TS_VERIFY_CTX_set0_data(verification, content.release());
#else
  TS_VERIFY_CTX_set_data(verification, content.release());
#endif
}

void set_roots(TS_VERIFY_CTX* verification, StoreHandle roots) {
#if OPENSSL_VERSION_PREREQ(3, 4)
  TS_VERIFY_CTX_set0_store(verification, roots.release());
#else
  TS_VERIFY_CTX_set_store(verification, roots.release());
#endif
}

TimestampResponse read_response(std::string_view der, std::string_view name) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  TimestampResponse response(d2i_TS_RESP(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  // DER states the length at the beginning; BER, which OpenSSL also accepts, could leave it open.
  constexpr char indefinite = '\x80';
  if (!response || at != end || der[1] == indefinite || TS_RESP_get_tst_info(response.get()) == nullptr) {
    throw wrong(fmt::format("{} is not a timestamp: store the authority's answer there unchanged.", name));
  }
  return response;
}

std::chrono::sys_seconds time_in(TS_RESP* response, std::string_view name) {
  const auto time = base::instant_of(TS_TST_INFO_get_time(TS_RESP_get_tst_info(response)));
  if (!time) throw wrong(fmt::format("{} contains no time.", name));
  return *time;
}

/// The authority's signature and the certificates that came with it.
void require_strong_token(TS_RESP* response, std::string_view name) {
  auto* token = TS_RESP_get_token(response);
  auto* signers = PKCS7_get_signer_info(token);
  if (signers == nullptr || sk_PKCS7_SIGNER_INFO_num(signers) != 1) {
    throw wrong(fmt::format("{} is not a timestamp by exactly one authority.", name));
  }
  X509_ALGOR* digest = nullptr;
  X509_ALGOR* algorithm = nullptr;
  PKCS7_SIGNER_INFO_get0_algs(sk_PKCS7_SIGNER_INFO_value(signers, 0), nullptr, &digest, &algorithm);
  if (const auto why = weakness_of_signature(digest, algorithm); !why.empty()) {
    throw wrong(fmt::format("The timestamp in {} {}.", name, why));
  }
  const auto* certificates = token->d.sign->cert;
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    auto* x509 = sk_X509_value(certificates, i);
    X509_up_ref(x509);
    const Certificate certificate(std::shared_ptr<X509>(x509, X509_free));
    if (const auto why = weakness_of_key(certificate); !why.empty()) {
      throw wrong(fmt::format("The certificate '{}' in {} {}.", certificate.subject(), name, why));
    }
  }
}

}  // namespace

std::string timestamp_request(std::string_view content) {
  const TimestampRequest request(TS_REQ_new());
  const std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>> imprint(TS_MSG_IMPRINT_new());
  const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> algorithm(X509_ALGOR_new());
  require_openssl(request && imprint && algorithm, "make a request for a timestamp");
  auto digest = base::sha256(content);
  require_openssl(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
                      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
                      TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size())) == 1 &&
                      TS_REQ_set_version(request.get(), 1) == 1 &&
                      TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
                      TS_REQ_set_cert_req(request.get(), 1) == 1,
                  "make a request for a timestamp");
  return der_of<TS_REQ>(i2d_TS_REQ, request.get());
}

void require_timestamp_of(std::string_view response, std::string_view content, std::string_view name) {
  const auto parsed = read_response(response, name);
  const TimestampVerification verification(TS_VERIFY_CTX_new());
  require_openssl(verification != nullptr, "read a timestamp");
  TS_VERIFY_CTX_set_flags(verification.get(), TS_VFY_VERSION | TS_VFY_DATA);
  set_content(verification.get(), reader_of(content));
  if (TS_RESP_verify_response(verification.get(), parsed.get()) != 1) {
    throw wrong(fmt::format("{} is not a timestamp for this bundle ({}).", name, openssl_failure()));
  }
}

std::chrono::sys_seconds verify_timestamp(std::string_view response, std::string_view content,
                                          const std::vector<Certificate>& roots, std::string_view name) {
  const auto parsed = read_response(response, name);
  const auto time = time_in(parsed.get(), name);
  require_strong_token(parsed.get(), name);
  const TimestampVerification verification(TS_VERIFY_CTX_new());
  require_openssl(verification != nullptr, "verify a timestamp");
  TS_VERIFY_CTX_set_flags(verification.get(), TS_VFY_VERSION | TS_VFY_DATA | TS_VFY_SIGNATURE);
  set_content(verification.get(), reader_of(content));
  auto store = store_of(strong_roots(roots), time);
  X509_VERIFY_PARAM_set_purpose(X509_STORE_get0_param(store.get()), X509_PURPOSE_TIMESTAMP_SIGN);
  set_roots(verification.get(), std::move(store));
  if (TS_RESP_verify_response(verification.get(), parsed.get()) != 1) {
    throw wrong(
        fmt::format("The timestamp in {} is not valid for this bundle under the trusted root certificates ({}).", name,
                    openssl_failure()));
  }
  return time;
}

}  // namespace casweep::evidence
