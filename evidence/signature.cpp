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
#include "evidence/signature_strength.h"

namespace casweep::evidence {
namespace {

using Kind = EvidenceError::Kind;

EvidenceError unusable(const std::string& why) {
  return {Kind::unusable_identity,
          why + " Evidence is signed with an RSA key of at least 2048 bits, or an EC key on P-256 or P-384."};
}

/// Context of OpenSSL's callback for the passphrase of a key; `asked` records that it was called.
struct Asking {
  const std::function<base::Secret()>& passphrase;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int /*writing*/, void* context) {
  auto& asking = *static_cast<Asking*>(context);
  asking.asked = true;
  const base::Secret secret = asking.passphrase();
  const auto& text = secret.reveal();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  std::ranges::copy(text, buffer);
  return static_cast<int>(text.size());
}

KeyHandle read_key(std::string_view pem, const std::function<base::Secret()>& passphrase) {
  // An exception must not pass through OpenSSL's C code: it is kept until that has returned.
  std::exception_ptr failure;
  const std::function<base::Secret()> kept = [&]() -> base::Secret {
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
    throw EvidenceError(Kind::no_passphrase,
                        "The signing key could not be decrypted: the passphrase is wrong. Try again.");
  }
  throw EvidenceError(Kind::unusable_identity,
                      "The signing key is not a private key in PEM: use --key with a file that begins with -----BEGIN "
                      "PRIVATE KEY----- or similar.");
}

void require_fit_key(const Certificate& certificate) {
  const auto* key = X509_get0_pubkey(certificate.get());
  const auto name = certificate.key();
  const bool rsa = key != nullptr && EVP_PKEY_is_a(key, "RSA") == 1;
  if (!weakness_of_key(certificate).empty())
    throw unusable(fmt::format("The signing key is {}, which is too weak.", name));
  if (rsa || name == "EC P-256" || name == "EC P-384") return;
  throw unusable(fmt::format("The signing key is {}, which most programs cannot verify in CMS.", name));
}

void require_fit_certificate(const Certificate& certificate, std::chrono::sys_seconds now) {
  if (now < certificate.not_before() || now > certificate.not_after()) {
    throw EvidenceError(Kind::unusable_identity, fmt::format("The signing certificate is valid from {:%Y-%m-%d} to "
                                                             "{:%Y-%m-%d}, and therefore not today: use a valid one.",
                                                             certificate.not_before(), certificate.not_after()));
  }
  if (const auto why = unfitness_to_sign(certificate); !why.empty()) {
    throw EvidenceError(Kind::unusable_identity,
                        fmt::format("The signing certificate {}. Use one that is issued for signing, with "
                                    "digitalSignature or nonRepudiation in its key usage.",
                                    why));
  }
}

/// Why a signature by `certificate`, or a chain with it, is worthless; empty: it is not.
std::string weakness_of(const Certificate& certificate) {
  const auto why = weakness_of_key(certificate);
  return why.empty() ? weakness_of_issue(certificate) : why;
}

/// Throws if verification would refuse a signature because of one of `certificates`.
void require_strong_chain(const std::vector<Certificate>& certificates) {
  for (const Certificate& certificate : certificates) {
    const auto why = weakness_of(certificate);
    if (why.empty()) continue;
    throw EvidenceError(Kind::unusable_identity,
                        fmt::format("The certificate '{}' given with --sign {}.", certificate.subject(), why));
  }
}

CmsHandle read_cms(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  CmsHandle cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!cms || at != end || der_of<CMS_ContentInfo>(i2d_CMS_ContentInfo, cms.get()) != der) {
    throw wrong("SHA256SUMS.p7s was changed: it is not a valid CMS signature.");
  }
  if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms.get())) != 1) {
    throw wrong("SHA256SUMS.p7s was changed: it does not have exactly one signer.");
  }
  return cms;
}

std::vector<Certificate> certificates_in(CMS_ContentInfo* cms) {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> all(
      CMS_get1_certs(cms), [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); });
  std::vector<Certificate> certificates;
  for (int i = 0; i < sk_X509_num(all.get()); ++i) {
    auto* certificate = sk_X509_value(all.get(), i);
    X509_up_ref(certificate);
    certificates.emplace_back(std::shared_ptr<X509>(certificate, X509_free));
  }
  return certificates;
}

Certificate signer_of(CMS_ContentInfo* cms) {
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> signers(
      CMS_get0_signers(cms), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
  require_openssl(signers != nullptr && sk_X509_num(signers.get()) == 1, "identify the signer");
  auto* signer = sk_X509_value(signers.get(), 0);
  X509_up_ref(signer);
  return Certificate(std::shared_ptr<X509>(signer, X509_free));
}

void require_strong_signature(CMS_ContentInfo* cms) {
  auto* signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
  X509_ALGOR* digest = nullptr;
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &algorithm);
  if (const auto why = weakness_of_signature(digest, algorithm); !why.empty()) {
    throw wrong(fmt::format("The signature in SHA256SUMS.p7s {}.", why));
  }
  // The older attribute identifies the certificate by SHA-1.
  if (CMS_signed_get_attr_by_NID(signer, NID_id_smime_aa_signingCertificateV2, -1) < 0) {
    throw wrong("The signature in SHA256SUMS.p7s does not identify its certificate by SHA-256 (signingCertificateV2).");
  }
  // Their issue is checked with the chain.
  for (const Certificate& certificate : certificates_in(cms)) {
    if (const auto why = weakness_of_key(certificate); !why.empty()) {
      throw wrong(fmt::format("The certificate '{}' in SHA256SUMS.p7s {}.", certificate.subject(), why));
    }
  }
}

/// Throws, with the reason, if none of `roots` is strong.
void require_strong_root(const std::vector<Certificate>& roots, const std::vector<Certificate>& strong) {
  if (roots.empty() || !strong.empty()) return;
  throw wrong(fmt::format("The root certificate '{}' {}.", roots.front().subject(), weakness_of_key(roots.front())));
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
                                      const std::function<base::Secret()>& passphrase, std::chrono::sys_seconds now) {
  auto all = Certificate::all_in_pem(certificates);
  if (all.empty()) {
    throw EvidenceError(
        Kind::unusable_identity,
        "The signing certificate is not in PEM: use --sign with a file that begins with -----BEGIN CERTIFICATE-----.");
  }
  require_fit_key(all.front());
  require_fit_certificate(all.front(), now);
  require_strong_chain(all);
  auto handle = read_key(key, passphrase);
  if (X509_check_private_key(all.front().get(), handle.get()) != 1) {
    ERR_clear_error();
    throw EvidenceError(
        Kind::unusable_identity,
        "The signing key does not belong to the signing certificate (the first one in its file): use a matching pair.");
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
  require_strong_signature(cms.get());
  const auto strong = strong_roots(roots);
  require_strong_root(roots, strong);
  const auto store = store_of(strong, now);
  const auto bio = reader_of(content);
  if (CMS_verify(cms.get(), nullptr, store.get(), bio.get(), nullptr, CMS_BINARY | CMS_CADES) != 1) {
    throw wrong(fmt::format(
        "The signature in SHA256SUMS.p7s is not valid for SHA256SUMS under the trusted root certificates ({}).",
        openssl_failure()));
  }
  auto signer = signer_of(cms.get());
  if (const auto why = unfitness_to_sign(signer); !why.empty()) {
    throw wrong(fmt::format("The certificate that signed SHA256SUMS.p7s, '{}', {}.", signer.subject(), why));
  }
  return signer;
}

std::vector<Certificate> certificates_in_signature(std::string_view signature) {
  const auto cms = read_cms(signature);
  // Without verification, only this identifies the signer's certificate.
  require_openssl(CMS_set1_signers_certs(cms.get(), nullptr, 0) == 1, "identify the signer");
  std::vector<Certificate> all{signer_of(cms.get())};
  for (auto& certificate : certificates_in(cms.get())) {
    if (certificate.sha256() != all.front().sha256()) all.push_back(std::move(certificate));
  }
  return all;
}

}  // namespace casweep::evidence
