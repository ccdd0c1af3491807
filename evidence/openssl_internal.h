// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/certificate.h"

namespace casweep::evidence {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using BioHandle = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using CmsHandle = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using TimestampRequest = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using TimestampResponse = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using TimestampVerification = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;

/// A BIO that reads `content`, which must outlive it.
[[nodiscard]] BioHandle reader_of(std::string_view content);

/// OpenSSL's own description of the last failure; empties its error queue.
[[nodiscard]] std::string openssl_failure();

/// Throws std::runtime_error unless `worked`: a fault of casweep or of the machine.
void require_openssl(bool worked, std::string_view what);

/// A store that trusts only `roots`, for any purpose, at `now`, and rejects chains with a weak digest or RSA key.
[[nodiscard]] StoreHandle store_of(const std::vector<Certificate>& roots, std::chrono::sys_seconds now);

/// `object` encoded by `write`, an i2d function.
template <typename Object>
[[nodiscard]] std::string der_of(int (*write)(const Object*, unsigned char**), const Object* object) {
  const int size = write(object, nullptr);
  require_openssl(size > 0, "encode");
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  write(object, &out);
  return der;
}

}  // namespace casweep::evidence
