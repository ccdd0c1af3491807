// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/signature.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "evidence/evidence_error.h"
#include "evidence/openssl_internal.h"

namespace casweep::evidence {
namespace {

using Kind = EvidenceError::Kind;

EvidenceError unusable(const std::string& why) {
  return {Kind::unusable_identity,
          why + " Evidence is signed with an RSA key of 3072 bits or more, or an EC key on P-256 or P-384."};
}

/// OpenSSL's callback for the passphrase of a key: `asked` is told whether it came to that.
struct Asking {
  const std::function<discovery::Secret()>& passphrase;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int /*writing*/, void* context) {
  auto& asking = *static_cast<Asking*>(context);
  asking.asked = true;
  const discovery::Secret secret = asking.passphrase();
  const auto& text = secret.reveal();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(text, buffer);
  return static_cast<int>(text.size());
}

KeyHandle read_key(std::string_view pem, const std::function<discovery::Secret()>& passphrase) {
  // An exception must not pass through OpenSSL's C code: what asking throws is kept until it has returned.
  std::exception_ptr failure;
  const std::function<discovery::Secret()> kept = [&]() -> discovery::Secret {
    try {
      return passphrase();
    } catch (...) {
      failure = std::current_exception();
      return {};
    }
  };
  Asking asking{kept};
  const auto bio = reader_of(pem);
  KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &asking));
  ERR_clear_error();
  if (failure) std::rethrow_exception(failure);
  if (key) return key;
  if (asking.asked) {
    throw EvidenceError(Kind::no_passphrase, "The signing key could not be decrypted: the passphrase is wrong.");
  }
  throw EvidenceError(Kind::unusable_identity,
                      "The signing key is not in PEM, or is no private key: give --key a file "
                      "that begins with -----BEGIN PRIVATE KEY----- or the like.");
}

void require_fit_key(const Certificate& certificate) {
  constexpr int least_rsa_bits = 3072;
  const auto* key = X509_get0_pubkey(certificate.get());
  const auto name = certificate.key();
  const bool rsa = key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1;
  if (rsa && EVP_PKEY_get_bits(key) >= least_rsa_bits) return;
  if (name == "EC P-256" || name == "EC P-384") return;
  throw unusable(rsa ? fmt::format("The signing key is {}, which is too weak.", name)
                     : fmt::format("The signing key is {}, which most programs cannot check in CMS.", name));
}

void require_fit_certificate(const Certificate& certificate, std::chrono::sys_seconds now) {
  if (now < certificate.not_before() || now > certificate.not_after()) {
    throw EvidenceError(Kind::unusable_identity,
                        fmt::format("The signing certificate is valid from {:%Y-%m-%d} to {:%Y-%m-%d}, which is not "
                                    "now: sign with one that is.",
                                    certificate.not_before(), certificate.not_after()));
  }
  constexpr std::uint32_t signs = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_KUSAGE) != 0 &&
      (X509_get_key_usage(certificate.get()) & signs) == 0) {
    throw EvidenceError(Kind::unusable_identity,
                        "The signing certificate's key usage allows no signatures: use one that has digitalSignature "
                        "or nonRepudiation.");
  }
}

CmsHandle read_cms(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!cms || at != end || der_of<CMS_ContentInfo>(i2d_CMS_ContentInfo, cms.get()) != der) {
    throw wrong("SHA256SUMS.p7s was changed: it is no signature any more.");
  }
  if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms.get())) != 1) {
    throw wrong("SHA256SUMS.p7s was changed: it is not the signature of one signer.");
  }
  return cms;
}

}  // namespace

struct SigningIdentity::Key {
  KeyHandle handle;
};

SigningIdentity::SigningIdentity(std::vector<Certificate> certificates, std::unique_ptr<Key> key)
    : certificates_(std::move(certificates)), key_(std::move(key)) {}
SigningIdentity::SigningIdentity(SigningIdentity&&) noexcept = default;
SigningIdentity& SigningIdentity::operator=(SigningIdentity&&) noexcept = default;
SigningIdentity::~SigningIdentity() = default;

SigningIdentity SigningIdentity::read(std::string_view certificates, std::string_view key,
                                      const std::function<discovery::Secret()>& passphrase,
                                      std::chrono::sys_seconds now) {
  auto all = Certificate::all_in_pem(certificates);
  if (all.empty()) {
    throw EvidenceError(Kind::unusable_identity,
                        "The signing certificate is not in PEM: give --sign a file that begins "
                        "with -----BEGIN CERTIFICATE-----.");
  }
  require_fit_key(all.front());
  require_fit_certificate(all.front(), now);
  auto handle = read_key(key, passphrase);
  if (X509_check_private_key(all.front().get(), handle.get()) != 1) {
    ERR_clear_error();
    throw EvidenceError(Kind::unusable_identity,
                        "The signing key is not that of the signing certificate, the first one "
                        "in its file: give the two that belong together.");
  }
  return {std::move(all), std::make_unique<Key>(Key{std::move(handle)})};
}

std::string SigningIdentity::sign(std::string_view content) const {
  constexpr unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_CADES | CMS_NOSMIMECAP;
  const CmsHandle cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  require_openssl(cms != nullptr, "begin a signature");
  require_openssl(CMS_add1_signer(cms.get(), certificate().get(), key_->handle.get(), EVP_sha256(), flags) != nullptr,
                  "sign");
  for (const Certificate& along : certificates()) {
    if (along.sha256() != certificate().sha256()) {
      require_openssl(CMS_add1_cert(cms.get(), along.get()) == 1, "add a certificate to a signature");
    }
  }
  const auto bio = reader_of(content);
  require_openssl(CMS_final(cms.get(), bio.get(), nullptr, flags) == 1, "sign");
  return der_of<CMS_ContentInfo>(i2d_CMS_ContentInfo, cms.get());
}

Certificate verify_signature(std::string_view signature, std::string_view content,
                             const std::vector<Certificate>& roots, std::chrono::sys_seconds now) {
  const auto cms = read_cms(signature);
  const auto store = store_of(roots, now);
  const auto bio = reader_of(content);
  if (CMS_verify(cms.get(), nullptr, store.get(), bio.get(), nullptr, CMS_BINARY | CMS_CADES) != 1) {
    throw wrong(fmt::format("The signature in SHA256SUMS.p7s is not good for SHA256SUMS and whom you trust ({}).",
                            openssl_failure()));
  }
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> signers(
      CMS_get0_signers(cms.get()), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  require_openssl(signers != nullptr && sk_X509_num(signers.get()) == 1, "tell who signed");
  auto* signer = sk_X509_value(signers.get(), 0);
  X509_up_ref(signer);
  return Certificate(std::shared_ptr<X509>(signer, X509_free));
}

}  // namespace casweep::evidence
