// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace casweep::base {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

void require(bool worked) {
  if (!worked) {
    throw std::runtime_error("OpenSSL does not provide SHA-256; check its configuration (openssl.cnf).");
  }
}

/// Looked up once: EVP_sha256() looks it up again for each hash, which takes longer than to hash a row of the history.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(found != nullptr);
  return found;
}

}  // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, FreeContext> evp{EVP_MD_CTX_new()};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  require(context_->evp != nullptr && EVP_DigestInit_ex2(context_->evp.get(), algorithm(), nullptr) == 1);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view piece) {
  require(EVP_DigestUpdate(context_->evp.get(), piece.data(), piece.size()) == 1);
}

base::Octets Sha256::finish() {
  base::Octets digest(32);
  require(EVP_DigestFinal_ex(context_->evp.get(), digest.data(), nullptr) == 1);
  return digest;
}

base::Octets sha256(std::span<const std::uint8_t> octets) {
  return sha256(std::string_view{reinterpret_cast<const char*>(octets.data()), octets.size()});
}

base::Octets sha256(std::string_view content) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};  // for millions of hashes
  base::Octets digest(32);
  require(context != nullptr && EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1 &&
          EVP_DigestUpdate(context.get(), content.data(), content.size()) == 1 &&
          EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace casweep::base
