// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/certificate.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

#include "base/asn1_time.h"
#include "evidence/openssl_internal.h"

namespace casweep::evidence {
namespace {

std::string text_of(const X509_NAME* name) {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  require_openssl(bio != nullptr, "print a name");
  // Without escaping bytes: a name may use any alphabet, and the code that prints it makes it safe.
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::shared_ptr<X509> shared(X509* x509) { return {x509, X509_free}; }

}  // namespace

BioHandle reader_of(std::string_view content) {
  BioHandle bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  require_openssl(bio != nullptr, "read");
  return bio;
}

std::string openssl_failure() {
  std::string text;
  const char* data = nullptr;
  int flags = 0;
  while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    const char* reason = ERR_reason_error_string(code);
    if (reason == nullptr) continue;
    text += (text.empty() ? "" : ", ") + std::string(reason);
    // For a chain that does not verify, only this has the cause: "Verify error:certificate has expired".
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0') text += std::string(" (") + data + ")";
  }
  return text.empty() ? "OpenSSL gives no reason" : text;
}

void require_openssl(bool worked, std::string_view what) {
  if (!worked) throw std::runtime_error(fmt::format("OpenSSL could not {}: {}", what, openssl_failure()));
}

StoreHandle store_of(const std::vector<Certificate>& roots, std::chrono::sys_seconds now) {
  StoreHandle store(X509_STORE_new());
  require_openssl(store != nullptr, "make a store of certificates");
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.get());
  auto* parameters = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_ANY);
  // 112 bits of security: rejects certificates in the chain that were issued with MD5 or SHA-1, or have a small RSA
  // key.
  constexpr int level = 2;
  X509_VERIFY_PARAM_set_auth_level(parameters, level);
  X509_VERIFY_PARAM_set_time(parameters, now.time_since_epoch().count());
  return store;
}

std::optional<Certificate> Certificate::from_der(std::span<const std::uint8_t> der) {
  const auto* at = der.data();
  auto x509 = shared(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!x509 || at != der.data() + der.size()) return std::nullopt;
  return Certificate(std::move(x509));
}

std::vector<Certificate> Certificate::all_in_pem(std::string_view pem) {
  const auto bio = reader_of(pem);
  std::vector<Certificate> all;
  while (auto* x509 = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(shared(x509));
  ERR_clear_error();
  return all;
}

std::string Certificate::subject() const { return text_of(X509_get_subject_name(get())); }
std::string Certificate::issuer() const { return text_of(X509_get_issuer_name(get())); }

std::string Certificate::serial() const {
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(get()), nullptr));
  require_openssl(number != nullptr, "read a serial number");
  char* digits = BN_bn2hex(number.get());
  std::string text = digits == nullptr ? "" : digits;
  OPENSSL_free(digits);
  return text;
}

std::chrono::sys_seconds Certificate::not_before() const {
  return base::instant_of(X509_get0_notBefore(get())).value_or(std::chrono::sys_seconds{});
}

std::chrono::sys_seconds Certificate::not_after() const {
  return base::instant_of(X509_get0_notAfter(get())).value_or(std::chrono::sys_seconds{});
}

base::Octets Certificate::sha256() const {
  base::Octets digest(32);
  require_openssl(X509_digest(get(), EVP_sha256(), digest.data(), nullptr) == 1, "digest a certificate");
  return digest;
}

std::string Certificate::key() const {
  const auto* key = X509_get0_pubkey(get());
  if (key == nullptr) return "a key of an unknown type";
  if (EVP_PKEY_is_a(key, "EC") == 1) {
    std::array<char, 64> group{};
    EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr);
    const std::string_view name = group.data();
    return fmt::format("EC {}", name == "prime256v1" ? "P-256" : name == "secp384r1" ? "P-384" : name);
  }
  const char* type = EVP_PKEY_get0_type_name(key);
  return EVP_PKEY_is_a(key, "RSA") == 1 ? fmt::format("RSA {}", EVP_PKEY_get_bits(key)) : type == nullptr ? "" : type;
}

bool Certificate::is_signed_by(const Certificate& issuer) const {
  const bool issued = X509_check_issued(issuer.get(), get()) == X509_V_OK;
  auto* key = X509_get0_pubkey(issuer.get());
  const bool verified = issued && key != nullptr && X509_verify(get(), key) == 1;
  ERR_clear_error();
  return verified;
}

bool Certificate::names_as_issuer(const Certificate& issuer) const {
  return X509_NAME_cmp(X509_get_issuer_name(get()), X509_get_subject_name(issuer.get())) == 0;
}

bool Certificate::has_same_key(const Certificate& other) const {
  const auto* left = X509_get0_pubkey(get());
  const auto* right = X509_get0_pubkey(other.get());
  return left != nullptr && right != nullptr && EVP_PKEY_eq(left, right) == 1;
}

}  // namespace casweep::evidence
