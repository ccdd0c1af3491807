// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle_report.h"

#include <fmt/format.h>

#include <ostream>

#include "assess/reason.h"
#include "discovery/octets.h"
#include "report/check_report.h"
#include "store/iso_time.h"
#include "store/scan_record.h"

namespace casweep::evidence {
namespace {

using report::terminal_safe;

void line(std::ostream& out, std::string_view what, const std::string& text) {
  out << fmt::format("  {:<12}{}\n", what, text);
}

std::string or_none(const std::optional<std::string>& sha256) { return sha256 ? *sha256 : "none: it is the first one"; }

std::string signer_text(const Certificate& signer, report::Charset charset) {
  return fmt::format("by {}, issued by {}", terminal_safe(signer.subject(), charset),
                     terminal_safe(signer.issuer(), charset));
}

std::string timestamp_text(const VerifiedBundle& bundle) {
  if (bundle.timestamp) return store::iso_time(*bundle.timestamp) + ", valid";
  return bundle.has_timestamp ? "there is one, its authority NOT CHECKED: say with --timestamp-ca whom you trust"
                              : "none";
}

}  // namespace

void write_bundle_made(std::ostream& out, const std::filesystem::path& place, const Bundle& bundle,
                       const Certificate* signer, report::Charset charset) {
  const auto seal = signer == nullptr ? sums_name : signature_name;
  out << fmt::format("{}: bundle {} of this history, evidence of scan {}\n", terminal_safe(place.string(), charset),
                     bundle.record.number, bundle.record.scan);
  line(out, "signed", signer == nullptr ? "no" : signer_text(*signer, charset));
  line(out, "files",
       fmt::format("{} in SHA256SUMS, whose SHA-256 is {}: note that where nobody here can change it", bundle.listed,
                   discovery::to_hex(bundle.record.sums_sha256)));
  line(out, "timestamp",
       fmt::format("carry {0}{1} to a timestamp authority, and put its answer beside it as {0}{2}", seal,
                   request_ending, response_ending));
}

std::vector<std::string> warnings_about(const Bundle& bundle) {
  std::vector<std::string> warnings;
  if (!bundle.record.signer_sha256) {
    warnings.emplace_back(
        "The bundle is not signed, so whoever can write it can make up another: sign with --sign and --key.");
  }
  for (const CaAbove& ca : bundle.above) {
    if (!ca.is_questionable()) continue;
    warnings.push_back(fmt::format(
        "The signing certificate {} '{}', which this scan found {}: whoever abuses that CA can sign as you. Sign with "
        "a "
        "certificate of another authority; the bundle says so too.",
        ca.by_signature ? "was issued below" : "names as its issuer", ca.name, assess::word_of(ca.outcome)));
  }
  return warnings;
}

void write_bundle_verified(std::ostream& out, const std::filesystem::path& place, const VerifiedBundle& bundle,
                           report::Charset charset) {
  const auto safe = [&](const std::string& text) { return terminal_safe(text, charset); };
  out << fmt::format("{}: bundle {}, evidence of scan {} ({}), is as it was made\n", safe(place.string()),
                     bundle.number, bundle.scan, safe(bundle.scan_started_at));
  line(out, "scan",
       bundle.scan_state == store::word_of(store::ScanState::complete)
           ? safe(bundle.scan_state)
           : fmt::format("{}: it does not speak of the whole forest", safe(bundle.scan_state)));
  line(out, "forest", bundle.forest.empty() ? "none: the scan has no complete listing" : safe(bundle.forest));
  line(out, "CAs", safe(bundle.completeness));
  line(out, "files", fmt::format("{} in SHA256SUMS, whose SHA-256 is {}", bundle.files, bundle.sums_sha256));
  line(out, "previous", safe(or_none(bundle.previous_sha256)));
  if (bundle.signer) {
    line(out, "signature", "valid, " + signer_text(*bundle.signer, charset));
    line(out, "",
         fmt::format("certificate SHA-256 {}: whoever gave you the bundle must have told you this one",
                     discovery::to_hex(bundle.signer->sha256())));
  } else {
    line(out, "signature", "NONE: whoever could write this bundle may have made up all of it");
  }
  for (const auto& ca : bundle.questionable) {
    line(out, "", fmt::format("it leads to a CA of this very scan: {}", safe(ca)));
  }
  line(out, "timestamp", timestamp_text(bundle));
  line(out, "snapshot", report::check_summary(bundle.snapshot) + "; everything agrees");
  line(out, "results",
       bundle.derived_anew
           ? "made anew from the snapshot: the same"
           : fmt::format("NOT compared with the snapshot: casweep {} made them", safe(bundle.tool_version)));
}

}  // namespace casweep::evidence
