// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <array>
#include <memory>

#include "discovery/server_certificate_internal.h"

namespace casweep::discovery {

namespace {

struct FreeServerCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using ServerCertificate = std::unique_ptr<X509, FreeServerCertificate>;

ServerCertificate parse_server_certificate(const base::Octets& der) {
  const unsigned char* at = der.data();
  return ServerCertificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace

namespace {

/// Only subjectAltName: the owner of a certificate may choose its subject, and a wildcard covers hosts that are not
/// domain controllers.
bool names(X509* certificate, const std::string& host) {
  constexpr unsigned flags = X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
  return X509_check_host(certificate, host.data(), host.size(), flags, nullptr) == 1 ||
         X509_check_ip_asc(certificate, host.c_str(), flags) == 1;
}

}  // namespace

bool certificate_names(const base::Octets& der, const std::string& host) {
  const ServerCertificate certificate = parse_server_certificate(der);
  return certificate && names(certificate.get(), host);
}

std::string objection_to_certificate(const base::Octets& der, const std::string& host) {
  const ServerCertificate certificate = parse_server_certificate(der);
  if (!certificate) return "it cannot be read";
  if (!names(certificate.get(), host))
    return fmt::format("its subjectAltName does not name {} without a wildcard", host);
  const bool for_servers = (X509_get_extension_flags(certificate.get()) & EXFLAG_XKUSAGE) == 0 ||
                           (X509_get_extended_key_usage(certificate.get()) & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
  return for_servers ? "" : "its extended key usage is not server authentication";
}

std::string tls_server_end_point(const base::Octets& der) {
  const ServerCertificate certificate = parse_server_certificate(der);
  if (!certificate) return {};
  int digest = NID_undef;
  OBJ_find_sigid_algs(X509_get_signature_nid(certificate.get()), &digest, nullptr);
  // SHA-256 replaces MD5 and SHA-1.
  const bool weak = digest == NID_undef || digest == NID_md5 || digest == NID_sha1;
  const EVP_MD* algorithm = weak ? EVP_sha256() : EVP_get_digestbynid(digest);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  if (algorithm == nullptr || EVP_Digest(der.data(), der.size(), hash.data(), &size, algorithm, nullptr) != 1)
    return {};
  return "tls-server-end-point:" + std::string(hash.begin(), hash.begin() + size);
}

}  // namespace casweep::discovery
