// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>

#include "base/asn1_time.h"
#include "base/octets.h"

namespace casweep::base {

namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

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

Octets public_key_of(const X509* certificate) {
  unsigned char* made = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &made);
  if (size <= 0) return {};
  Octets key(made, made + size);
  OPENSSL_free(made);
  return key;
}

}  // namespace

std::optional<Certificate> parse_certificate(std::span<const std::uint8_t> der) {
  if (der.size() > static_cast<std::size_t>(std::numeric_limits<long>::max())) return std::nullopt;
  const unsigned char* at = der.data();
  const std::unique_ptr<X509, FreeCertificate> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate || at != der.data() + der.size()) return std::nullopt;
  const auto not_before = instant_of(X509_get0_notBefore(certificate.get()));
  const auto not_after = instant_of(X509_get0_notAfter(certificate.get()));
  Octets digest(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!not_before || !not_after || EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return std::nullopt;
  }
  digest.resize(size);
  return Certificate{.not_before = *not_before,
                     .not_after = *not_after,
                     .thumbprint = to_hex(digest),
                     .subject = name_text(X509_get_subject_name(certificate.get())),
                     .serial = serial_text(X509_get0_serialNumber(certificate.get())),
                     .public_key = public_key_of(certificate.get())};
}

}  // namespace casweep::base
