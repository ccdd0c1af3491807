// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/signature_strength.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>

namespace casweep::evidence {
namespace {

constexpr int least_rsa_bits = 2048;

bool is_strong_curve(const EVP_PKEY* key) {
  constexpr std::array<std::string_view, 7> strong{"prime256v1",      "secp384r1",       "secp521r1",
                                                   "brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1",
                                                   "brainpoolP512r1"};
  std::array<char, 64> group{};
  EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr);
  // A curve given by explicit parameters may be any curve, regardless of the name OpenSSL finds for it.
  int explicit_parameters = 0;
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters);
  return explicit_parameters == 0 && std::ranges::find(strong, std::string_view(group.data())) != strong.end();
}

bool is_strong_key(const EVP_PKEY* key) {
  if (key == nullptr) return false;
  if (EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1) {
    return EVP_PKEY_get_bits(key) >= least_rsa_bits;
  }
  if (EVP_PKEY_is_a(key, "EC") == 1) return is_strong_curve(key);
  return EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1;
}

bool is_strong_digest(int nid) {
  constexpr std::array strong{NID_sha256, NID_sha384, NID_sha512, NID_sha3_256, NID_sha3_384, NID_sha3_512};
  return std::ranges::find(strong, nid) != strong.end();
}

std::string name_of_algorithm(int nid) {
  const char* name = OBJ_nid2sn(nid);
  return nid == NID_undef || name == nullptr ? "an unknown algorithm" : name;
}

}  // namespace

std::string weakness_of_key(const Certificate& certificate) {
  if (is_strong_key(X509_get0_pubkey(certificate.get()))) return {};
  return fmt::format("has the key {}; required: RSA with at least 2048 bits or EC with at least 256 bits",
                     certificate.key());
}

std::string weakness_of_issue(const Certificate& certificate) {
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_SS) != 0) return {};
  int digest = NID_undef;
  int key = NID_undef;
  X509_get_signature_info(certificate.get(), &digest, &key, nullptr, nullptr);
  if (is_strong_digest(digest) || key == NID_ED25519 || key == NID_ED448) return {};
  return fmt::format("was issued with {}; required: SHA-256 or better",
                     name_of_algorithm(X509_get_signature_nid(certificate.get())));
}

std::string weakness_of_signature(const X509_ALGOR* digest, const X509_ALGOR* signature) {
  const ASN1_OBJECT* digest_object = nullptr;
  const ASN1_OBJECT* signature_object = nullptr;
  X509_ALGOR_get0(&digest_object, nullptr, nullptr, digest);
  X509_ALGOR_get0(&signature_object, nullptr, nullptr, signature);
  const int digest_nid = OBJ_obj2nid(digest_object);
  const int signature_nid = OBJ_obj2nid(signature_object);
  int digest_of_signature = NID_undef;  // remains if the algorithm names only the key: rsaEncryption
  OBJ_find_sigid_algs(signature_nid, &digest_of_signature, nullptr);
  const bool weak_digest = !is_strong_digest(digest_nid);
  const bool weak_signature = digest_of_signature != NID_undef && !is_strong_digest(digest_of_signature);
  if (!weak_digest && !weak_signature) return {};
  return fmt::format("was made with {}; required: SHA-256 or better",
                     name_of_algorithm(weak_digest ? digest_nid : signature_nid));
}

std::string unfitness_to_sign(const Certificate& certificate) {
  constexpr std::uint32_t signs = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
  const auto flags = X509_get_extension_flags(certificate.get());
  if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(certificate.get()) & signs) == 0) {
    return "has a key usage without digitalSignature and nonRepudiation, which does not permit signatures";
  }
  const std::unique_ptr<EXTENDED_KEY_USAGE, void (*)(EXTENDED_KEY_USAGE*)> usage(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate.get(), NID_ext_key_usage, nullptr, nullptr)),
      EXTENDED_KEY_USAGE_free);
  if (usage && sk_ASN1_OBJECT_num(usage.get()) == 1 && is_for_tls_servers(certificate)) {
    return "has an extended key usage for TLS servers only";
  }
  return {};
}

bool is_for_tls_servers(const Certificate& certificate) {
  return (X509_get_extension_flags(certificate.get()) & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(certificate.get()) & XKU_SSL_SERVER) != 0;
}

std::vector<Certificate> strong_roots(const std::vector<Certificate>& roots) {
  std::vector<Certificate> strong;
  std::ranges::copy_if(roots, std::back_inserter(strong),
                       [](const Certificate& root) { return weakness_of_key(root).empty(); });
  return strong;
}

}  // namespace casweep::evidence
