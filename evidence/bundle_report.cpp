// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <ostream>

#include "assess/reason.h"
#include "base/iso_time.h"
#include "base/octets.h"
#include "evidence/evidence_error.h"
#include "evidence/signature_strength.h"
#include "history/scan_record.h"
#include "report/table/check_report.h"

namespace casweep::evidence {
namespace {

using base::terminal_safe;

void line(std::ostream& out, std::string_view what, const std::string& text) {
  out << fmt::format("  {:<12}{}\n", what, text);
}

std::string or_none(const std::optional<std::string>& sha256) {
  return sha256 ? *sha256 : "none: this is the first bundle";
}

std::string signer_text(const Certificate& signer, base::Charset charset) {
  return fmt::format("by {}, issued by {}", terminal_safe(signer.subject(), charset),
                     terminal_safe(signer.issuer(), charset));
}

std::string timestamp_text(const VerifiedBundle& bundle) {
  if (bundle.timestamp) return base::iso_time(*bundle.timestamp) + ", valid";
  return bundle.has_timestamp
             ? "present, authority NOT CHECKED: use --timestamp-ca to name the authority's root certificate"
             : "none";
}

std::string joined_names(const std::vector<std::string>& names) {
  constexpr std::size_t most = 6;
  auto text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most)), ", "));
  return names.size() > most ? fmt::format("{} and {} more", text, names.size() - most) : text;
}

std::string not_compared_text(const VerifiedBundle& bundle, base::Charset charset) {
  return fmt::format(
      "verdicts, flags and counts in results.* and raw/ match the snapshot; NOT COMPARED completely, because casweep "
      "{} "
      "wrote them: {}",
      terminal_safe(bundle.tool_version, charset), terminal_safe(joined_names(bundle.not_compared), charset));
}

}  // namespace

void write_bundle_made(std::ostream& out, const std::filesystem::path& place, const Bundle& bundle,
                       const Certificate* signer, base::Charset charset) {
  const auto seal = signer == nullptr ? sums_name : signature_name;
  out << fmt::format("{}: bundle {} of this history, evidence of scan {}\n", terminal_safe(place.string(), charset),
                     bundle.record.number, bundle.record.scan);
  line(out, "signed", signer == nullptr ? "no" : signer_text(*signer, charset));
  line(out, "files",
       fmt::format("{} in SHA256SUMS, whose SHA-256 is {}: store this hash outside this system", bundle.listed,
                   base::to_hex(bundle.record.sums_sha256)));
  line(out, "timestamp",
       fmt::format("send {0}{1} to a timestamp authority and store its answer beside it as {0}{2}", seal,
                   request_ending, response_ending));
}

std::vector<std::string> warnings_about(const Bundle& bundle) {
  std::vector<std::string> warnings;
  if (!bundle.record.signer_sha256) {
    warnings.emplace_back(
        "The bundle is not signed: anyone with write access to it can forge another. Sign it with --sign and --key.");
  }
  for (const Certificate& signer : bundle.signer) {
    if (is_for_tls_servers(signer)) {
      warnings.emplace_back(
          "The signing certificate is also valid for TLS servers: a server that has its key can sign evidence. Use a "
          "certificate that is issued for signing only.");
    }
    constexpr int advised_rsa_bits = 3072;
    const auto* key = X509_get0_pubkey(signer.get());
    if (EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) < advised_rsa_bits) {
      warnings.push_back(
          fmt::format("The signing key is {}, which is not recommended for evidence that must be valid beyond 2030: "
                      "use RSA with at least {} bits, or EC P-256 or P-384, if the key store allows it.",
                      signer.key(), advised_rsa_bits));
    }
  }
  for (const CaAbove& ca : bundle.above) {
    if (!ca.is_questionable()) continue;
    warnings.push_back(fmt::format(
        "The signing certificate {} '{}', whose verdict in this scan is {}: an attacker who abuses that CA can sign in "
        "your name. Use a certificate from another authority; the bundle records this fact.",
        ca.by_signature ? "was issued below" : "names as its issuer", ca.name, assess::word_of(ca.verdict)));
  }
  return warnings;
}

void write_bundle_verified(std::ostream& out, const std::filesystem::path& place, const VerifiedBundle& bundle,
                           base::Charset charset) {
  const auto safe = [&](const std::string& text) { return terminal_safe(text, charset); };
  out << fmt::format("{}: bundle {}, evidence of scan {}, {}\n", safe(place.string()), bundle.number, bundle.scan,
                     bundle.is_unmodified() ? "is unmodified" : "is NOT KNOWN to be unmodified: see results");
  line(out, "forest", bundle.forest.empty() ? "none: the scan has no complete listing" : safe(bundle.forest));
  line(out, "scan",
       fmt::format("began {}, {}", safe(bundle.scan_started_at),
                   bundle.scan_state == history::word_of(history::ScanState::complete)
                       ? safe(bundle.scan_state)
                       : fmt::format("{}: it does not cover the whole forest", safe(bundle.scan_state))));
  line(out, "made", fmt::format("{} by casweep {}", safe(bundle.made_at), safe(bundle.tool_version)));
  line(out, "CAs", safe(bundle.completeness));
  line(out, "verdicts",
       fmt::format("{} enforced, {} not enforced, {} not exposed, {} unknown", bundle.enforced, bundle.not_enforced,
                   bundle.not_exposed, bundle.unknown));
  line(out, "files", fmt::format("{} in SHA256SUMS, whose SHA-256 is {}", bundle.files, bundle.sums_sha256));
  line(out, "previous", safe(or_none(bundle.previous_sha256)));
  if (bundle.signer) {
    line(out, "signature", "valid, " + signer_text(*bundle.signer, charset));
    line(out, "",
         fmt::format("certificate SHA-256 {}: compare it with a value obtained through another channel",
                     base::to_hex(bundle.signer->sha256())));
  } else {
    line(out, "signature", "NONE: anyone with write access to this bundle may have forged all of it");
  }
  if (!bundle.signer_warning.empty()) line(out, "", "WARNING: " + bundle.signer_warning);
  for (const auto& ca : bundle.questionable) {
    line(out, "", fmt::format("issued below a CA of this scan: {}", safe(ca)));
  }
  line(out, "timestamp", timestamp_text(bundle));
  if (bundle.hub_entry) {
    line(out, "hub",
         fmt::format("had received ledger entry {} on {}, it says: its owner can confirm this", *bundle.hub_entry,
                     safe(bundle.hub_received_at)));
  }
  line(out, "snapshot", report::check_summary(bundle.snapshot) + "; everything agrees");
  line(out, "results",
       bundle.is_unmodified() ? "recomputed from the snapshot: identical" : not_compared_text(bundle, charset));
  for (const auto& name : bundle.side_files) {
    line(out, "note", fmt::format("{} is not part of the bundle and was not checked", safe(name)));
  }
}

void require_unmodified(const VerifiedBundle& bundle, std::string_view own_version) {
  if (bundle.is_unmodified()) return;
  const auto maker = terminal_safe(bundle.tool_version);  // a line break would start another message
  throw EvidenceError(EvidenceError::Kind::not_compared,
                      fmt::format("Bundle {} is not known to be unmodified: casweep {} made it, and casweep {} "
                                  "cannot fully compare {} with snapshot.db. Verify it with casweep {}.",
                                  bundle.number, maker, own_version, joined_names(bundle.not_compared), maker));
}

}  // namespace casweep::evidence
