// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/certificate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <limits>
#include <memory>

#include "discovery/asn1_time.h"
#include "discovery/octets.h"

namespace casweep::discovery {

namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

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
  return Certificate{*not_before, *not_after, to_hex(digest)};
}

}  // namespace casweep::discovery
