// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/evidence/test_certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace casweep::evidence {
namespace {

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using TestCertificate = std::unique_ptr<X509, void (*)(X509*)>;

void require(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not make a certificate for a test");
}

template <typename Write>
std::string pem_of(Write&& write) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  require(write(bio.get()) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Bio reader(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

Key new_key(const std::string& kind) {
  EVP_PKEY* key = nullptr;
  if (kind.starts_with("EC ")) key = EVP_EC_gen(kind.substr(3).c_str());
  if (kind.starts_with("RSA ")) key = EVP_RSA_gen(static_cast<unsigned>(std::stoul(kind.substr(4))));
  if (kind == "ED25519") key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  require(key != nullptr);
  return {key, EVP_PKEY_free};
}

void add(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value), X509_EXTENSION_free);
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

TestIdentity make_identity(const std::string& name, const std::string& kind, const TestIdentity* issuer,
                           std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after) {
  static long serial = 1000;
  const auto key = new_key(kind);
  const TestCertificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), not_before.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), not_after.time_since_epoch().count());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_pubkey(certificate.get(), key.get());

  TestCertificate above(nullptr, X509_free);
  Key signer(nullptr, EVP_PKEY_free);
  if (issuer != nullptr) {
    above.reset(PEM_read_bio_X509(reader(issuer->certificate).get(), nullptr, nullptr, nullptr));
    signer.reset(PEM_read_bio_PrivateKey(reader(issuer->key).get(), nullptr, nullptr, nullptr));
  }
  X509* issuing = above ? above.get() : certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuing));
  if (issuer == nullptr) add(certificate.get(), issuing, NID_basic_constraints, "critical,CA:TRUE");
  add(certificate.get(), issuing, NID_key_usage, "critical,keyCertSign,digitalSignature");
  add(certificate.get(), issuing, NID_subject_key_identifier, "hash");
  auto* with = signer ? signer.get() : key.get();
  require(X509_sign(certificate.get(), with, EVP_PKEY_is_a(with, "ED25519") == 1 ? nullptr : EVP_sha256()) > 0);
  return {.certificate = pem_of([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
          .key = pem_of([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

TestIdentity make_identity(const std::string& name, const TestIdentity* issuer, const std::string& kind) {
  using std::chrono::days;
  return make_identity(name, kind, issuer, test_now - days(180), test_now + days(180));
}

}  // namespace casweep::evidence
