// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/example_certificate.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstdint>
#include <memory>

namespace casweep::test {

base::Octets example_certificate(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), not_before.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), not_after.time_since_epoch().count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::uint8_t* made = nullptr;
  const int size = i2d_X509(certificate.get(), &made);
  const std::unique_ptr<std::uint8_t, void (*)(std::uint8_t*)> owned(made,
                                                                     [](std::uint8_t* der) { OPENSSL_free(der); });
  return {made, made + size};
}

}  // namespace casweep::test
