// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/certificate.h"

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>

#include "base/asn1_time.h"
#include "base/octets.h"

namespace casweep::base {

namespace {

// RFC 5280 4.1. OpenSSL's own X509 also decodes the public key, which takes fourteen times as long as the rest.
// clang-format does not know where OpenSSL's macros end.
// clang-format off

struct SubjectPublicKeyInfo {
  X509_ALGOR* algorithm;
  ASN1_BIT_STRING* key;
};
ASN1_SEQUENCE(SubjectPublicKeyInfo) = {
    ASN1_SIMPLE(SubjectPublicKeyInfo, algorithm, X509_ALGOR),
    ASN1_SIMPLE(SubjectPublicKeyInfo, key, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SubjectPublicKeyInfo)

struct TbsCertificate {
  ASN1_INTEGER* version;
  ASN1_INTEGER* serial;
  X509_ALGOR* signature;
  X509_NAME* issuer;
  X509_VAL* validity;
  X509_NAME* subject;
  SubjectPublicKeyInfo* public_key;
  ASN1_BIT_STRING* issuer_id;
  ASN1_BIT_STRING* subject_id;
  STACK_OF(X509_EXTENSION) * extensions;
};
ASN1_SEQUENCE(TbsCertificate) = {
    ASN1_EXP_OPT(TbsCertificate, version, ASN1_INTEGER, 0),
    ASN1_SIMPLE(TbsCertificate, serial, ASN1_INTEGER),
    ASN1_SIMPLE(TbsCertificate, signature, X509_ALGOR),
    ASN1_SIMPLE(TbsCertificate, issuer, X509_NAME),
    ASN1_SIMPLE(TbsCertificate, validity, X509_VAL),
    ASN1_SIMPLE(TbsCertificate, subject, X509_NAME),
    ASN1_SIMPLE(TbsCertificate, public_key, SubjectPublicKeyInfo),
    ASN1_IMP_OPT(TbsCertificate, issuer_id, ASN1_BIT_STRING, 1),
    ASN1_IMP_OPT(TbsCertificate, subject_id, ASN1_BIT_STRING, 2),
    ASN1_EXP_SEQUENCE_OF_OPT(TbsCertificate, extensions, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(TbsCertificate)

struct SignedCertificate {
  TbsCertificate* tbs;
  X509_ALGOR* algorithm;
  ASN1_BIT_STRING* signature;
};
ASN1_SEQUENCE(SignedCertificate) = {
    ASN1_SIMPLE(SignedCertificate, tbs, TbsCertificate),
    ASN1_SIMPLE(SignedCertificate, algorithm, X509_ALGOR),
    ASN1_SIMPLE(SignedCertificate, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(SignedCertificate)

struct FreeCertificate {
  void operator()(SignedCertificate* certificate) const {
    ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(certificate), ASN1_ITEM_rptr(SignedCertificate));
  }
};

// clang-format on

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, FreeBio> bio(BIO_new(BIO_s_mem()));
  constexpr unsigned long as_utf8 = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!bio || X509_NAME_print_ex(bio.get(), name, 0, as_utf8) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const unsigned char* data = ASN1_STRING_get0_data(serial);
  return to_hex(std::span(data, static_cast<std::size_t>(ASN1_STRING_length(serial))));
}

Octets der_of(const SubjectPublicKeyInfo* public_key) {
  unsigned char* made = nullptr;
  const int size =
      ASN1_item_i2d(reinterpret_cast<const ASN1_VALUE*>(public_key), &made, ASN1_ITEM_rptr(SubjectPublicKeyInfo));
  if (size <= 0) return {};
  Octets der(made, made + size);
  OPENSSL_free(made);
  return der;
}

}  // namespace

std::optional<Certificate> parse_certificate(std::span<const std::uint8_t> der) {
  if (der.size() > static_cast<std::size_t>(std::numeric_limits<long>::max())) return std::nullopt;
  const unsigned char* at = der.data();
  const std::unique_ptr<SignedCertificate, FreeCertificate> certificate(reinterpret_cast<SignedCertificate*>(
      ASN1_item_d2i(nullptr, &at, static_cast<long>(der.size()), ASN1_ITEM_rptr(SignedCertificate))));
  if (!certificate || at != der.data() + der.size()) return std::nullopt;
  const TbsCertificate& tbs = *certificate->tbs;
  const auto not_before = instant_of(tbs.validity->notBefore);
  const auto not_after = instant_of(tbs.validity->notAfter);
  Octets digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!not_before || !not_after || EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return std::nullopt;
  }
  digest.resize(size);
  return Certificate{.not_before = *not_before,
                     .not_after = *not_after,
                     .thumbprint = to_hex(digest),
                     .subject = name_text(tbs.subject),
                     .serial = serial_text(tbs.serial),
                     .public_key = der_of(tbs.public_key)};
}

}  // namespace casweep::base
