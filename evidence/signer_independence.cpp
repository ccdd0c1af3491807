// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/signer_independence.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace casweep::evidence {
namespace {

constexpr std::size_t longest_way = 1000;  // certificates; a directory may hold any number of them

/// A certificate that may be in the chain, and the CA of the scan it belongs to.
struct Candidate {
  Certificate certificate;
  std::optional<std::size_t> ca{};
};

std::vector<Candidate> candidates(std::span<const Certificate> certificates,
                                  std::span<const history::Observation> cas) {
  std::vector<Candidate> all;
  for (const Certificate& along : certificates) all.push_back({.certificate = along});
  for (std::size_t i = 0; i < cas.size(); ++i) {
    for (const auto& der : cas[i].service.ca_certificates) {
      if (auto certificate = Certificate::from_der(der))
        all.push_back({.certificate = *std::move(certificate), .ca = i});
    }
  }
  return all;
}

}  // namespace

bool CaAbove::is_questionable() const { return !assess::is_compliant(verdict); }

std::vector<CaAbove> cas_above(std::span<const Certificate> certificates, const history::ScanRecord& scan) {
  const auto cas = scan.listed();
  const auto pool = candidates(certificates, cas);
  std::vector<std::optional<bool>> by_signature(cas.size());
  std::vector<bool> reached(pool.size());
  std::vector<Certificate> way{certificates.front()};
  for (std::size_t step = 0; step < way.size() && step < longest_way; ++step) {
    for (std::size_t i = 0; i < pool.size(); ++i) {
      if (!way[step].names_as_issuer(pool[i].certificate)) continue;
      const bool issued = way[step].is_signed_by(pool[i].certificate);
      if (pool[i].ca) by_signature[*pool[i].ca] = by_signature[*pool[i].ca].value_or(false) || issued;
      if (issued && !reached[i]) {
        reached[i] = true;
        way.push_back(pool[i].certificate);
      }
    }
  }
  // A CA that signs its own evidence with the key of its certificates.
  for (const Candidate& candidate : pool) {
    if (candidate.ca && candidate.certificate.has_same_key(certificates.front())) by_signature[*candidate.ca] = true;
  }

  std::vector<CaAbove> above;
  for (std::size_t i = 0; i < cas.size(); ++i) {
    if (!by_signature[i]) continue;
    above.push_back({.object_guid = cas[i].service.object_guid,
                     .name = std::string(name_of(cas[i].service)),
                     .verdict = cas[i].judgement.verdict,
                     .by_signature = *by_signature[i]});
  }
  return above;
}

}  // namespace casweep::evidence
