// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>

#include "base/ascii_case.h"
#include "base/iso_time.h"
#include "base/octets.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "evidence/checksums.h"
#include "evidence/evidence_error.h"
#include "evidence/ledger_lines.h"
#include "evidence/raw_observation.h"
#include "evidence/timestamp.h"
#include "report/format/scan_export.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/page/page.h"
#include "report/table/decision_report.h"
#include "report/words/ca_background.h"
#include "report/words/logon_trust.h"

namespace casweep::evidence {
namespace {

using nlohmann::ordered_json;
using report::text_or_null;

constexpr auto embedded = std::to_array<std::pair<std::string_view, std::string_view>>({
#include "instructions.inc"
});

ordered_json time_json(base::Instant instant) { return text_or_null(base::iso_time(instant)); }

ordered_json scan_json(const history::ScanRecord& scan) {
  return {{"id", scan.id},
          {"uuid", text_or_null(scan.uuid)},
          {"state", history::word_of(scan.state)},
          {"started_at", time_json(scan.start.started_at)},
          {"finished_at", scan.finished_at ? time_json(*scan.finished_at) : nullptr},
          {"tool_version", text_or_null(scan.start.tool_version)},
          {"account", text_or_null(scan.start.account)},
          {"host_name", text_or_null(scan.start.host_name)},
          {"os_user", text_or_null(scan.start.os_user)},
          {"failure", text_or_null(scan.failure)}};
}

ordered_json directory_json(const history::ScanRecord& scan) {
  const auto& listing = scan.listing;
  if (!listing) return nullptr;
  auto attributes = ordered_json::array();
  for (const auto& attribute : listing->attributes) attributes.push_back(base::valid_utf8(attribute));
  return {{"forest", text_or_null(listing->forest)},
          {"root_domain", report::root_domain_json(listing->root_domain)},
          {"server", text_or_null(listing->directory_server)},
          {"protection", text_or_null(listing->protection)},
          {"search_base", text_or_null(listing->base)},
          {"search_filter", text_or_null(listing->filter)},
          {"attributes", std::move(attributes)},
          {"entries_returned", listing->entries_returned},
          {"identity", report::server_identity_json(listing->server)},
          {"nt_auth", report::logon_trust_json(scan)}};
}

ordered_json completeness_json(const history::ScanRecord& scan) {
  const auto unknown = scan.count(assess::Verdict::unknown);
  return {{"discovered", scan.discovered},
          {"assessed", scan.assessed()},
          {"enforced", scan.count(assess::Verdict::enforced)},
          {"not_enforced", scan.count(assess::Verdict::not_enforced)},
          {"not_exposed", scan.count(assess::Verdict::not_exposed)},
          {"unknown", unknown},
          {"not_read", scan.not_read.size()},
          {"statement", fmt::format("{} CAs discovered = {} assessed + {} unknown + {} not read", scan.discovered,
                                    scan.assessed(), unknown, scan.not_read.size())}};
}

ordered_json ledger_json(const history::ScanRecord& scan, const history::LedgerHead& head) {
  const auto seq = [](const auto& entry) { return entry ? ordered_json(entry->seq) : nullptr; };
  const auto hash = [](const auto& entry) { return entry ? ordered_json(entry->hash) : nullptr; };
  return {{"before_scan_seq", seq(scan.ledger_before)},
          {"before_scan_sha256", hash(scan.ledger_before)},
          {"after_scan_seq", seq(scan.ledger_after)},
          {"after_scan_sha256", hash(scan.ledger_after)},
          {"head_seq", head.seq},
          {"head_sha256", head.hash}};
}

ordered_json bundle_json(std::int64_t number, const std::optional<history::EvidenceBundle>& previous) {
  return {{"version", bundle_version},
          {"number", number},
          {"previous_scan", previous ? ordered_json(previous->scan) : nullptr},
          {"previous_sha256", previous ? ordered_json(base::to_hex(previous->sums_sha256)) : nullptr}};
}

ordered_json made_json(const history::RunContext& made) {
  return {
      {"at", time_json(made.started_at)},
      {"tool", {{"name", "casweep"}, {"version", made.tool_version}, {"sha256", text_or_null(made.program_sha256)}}},
      {"host_name", text_or_null(made.host_name)},
      {"os_user", text_or_null(made.os_user)},
      {"clock", history::clock_json(made.clock)}};
}

ordered_json signer_json(const Certificate& certificate, std::span<const CaAbove> above) {
  auto cas = ordered_json::array();
  for (const CaAbove& ca : above) {
    cas.push_back({{"object_guid", ca.object_guid.to_string()},
                   {"name", text_or_null(ca.name)},
                   {"verdict", assess::word_of(ca.verdict)},
                   {"found_by", ca.by_signature ? "signature" : "name"}});
  }
  return {{"subject", text_or_null(certificate.subject())},
          {"issuer", text_or_null(certificate.issuer())},
          {"serial", certificate.serial()},
          {"certificate_sha256", base::to_hex(certificate.sha256())},
          {"not_before", time_json(certificate.not_before())},
          {"not_after", time_json(certificate.not_after())},
          {"key", certificate.key()},
          {"independent", std::ranges::none_of(above, &CaAbove::is_questionable)},
          {"cas_of_this_scan_above", std::move(cas)}};
}

std::string json_text(const ordered_json& document) {
  std::ostringstream out;
  report::write_json(out, document);
  return std::move(out).str();
}

std::string configuration(const history::ScanRecord& scan) {
  ordered_json document{{"schema_version", report::schema_version}};
  document.update(history::settings_json(scan.settings, scan.start));
  return json_text(document);
}

std::string digest_of(const BundleFile& file) {
  base::Sha256 digest;
  file.read([&](std::string_view piece) { digest.update(piece); });
  return base::to_hex(digest.finish());
}

ordered_json hub_json(const hub::Receipt* receipt) {
  if (receipt == nullptr) return nullptr;
  return {{"site_id", receipt->site_id},
          {"head_seq", receipt->head.seq},
          {"head_sha256", receipt->head.hash},
          {"received_at", base::iso_time(receipt->received_at)}};
}

/// Adds SHA256SUMS, its signature and the timestamp request.
void seal(Bundle& bundle, const SigningIdentity* identity) {
  Checksums sums;
  for (const BundleFile& file : bundle.files) sums.emplace(file.name, digest_of(file));
  const auto lines = checksum_lines(sums);
  bundle.listed = sums.size();
  bundle.record.sums_sha256 = base::sha256(lines);
  bundle.files.push_back({.name = std::string(sums_name), .content = lines});
  if (identity != nullptr) {
    bundle.record.signer_sha256 = identity->certificate().sha256();
    bundle.files.push_back({.name = std::string(signature_name), .content = identity->sign(lines)});
  }
  const BundleFile& sealed = bundle.files.back();
  bundle.files.push_back(
      {.name = sealed.name + std::string(request_ending), .content = timestamp_request(sealed.content)});
}

}  // namespace

ordered_json derived_manifest(const store::History& snapshot, const history::ScanRecord& scan) {
  const auto previous = snapshot.last_evidence_bundle();
  return {{"schema_version", report::schema_version},
          {"bundle", bundle_json((previous ? previous->number : 0) + 1, previous)},
          {"scan", scan_json(scan)},
          {"directory", directory_json(scan)},
          {"completeness", completeness_json(scan)},
          {"ledger", ledger_json(scan, snapshot.ledger_head())}};
}

ordered_json signer_manifest(std::span<const Certificate> certificates, const history::ScanRecord& scan) {
  if (certificates.empty()) return nullptr;
  return signer_json(certificates.front(), cas_above(certificates, scan));
}

std::string bundle_folder(std::string_view forest, std::int64_t scan, std::int64_t number) {
  constexpr std::size_t longest_forest = 40;
  std::string name = "casweep-evidence-";
  for (const char character : forest.substr(0, longest_forest)) {
    const char lower = base::ascii_lower(character);
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '-' ||
                       (lower == '.' && name.back() != '.');
    name += plain ? lower : '_';
  }
  return fmt::format("{}{}scan-{}-bundle-{}", name, forest.empty() ? "" : "-", scan, number);
}

std::string_view verify_instructions() { return embedded.front().second; }

std::map<std::string, std::string> derived_files(const store::History& snapshot, const history::ScanRecord& scan,
                                                 std::string_view tool_version) {
  std::map<std::string, std::string> files;
  const auto backgrounds = report::CaBackgrounds(snapshot).of(scan);
  for (const auto& [name, format] : {std::pair{std::string_view("results.csv"), report::ScanFormat::csv},
                                     std::pair{results_name, report::ScanFormat::jsonl},
                                     std::pair{std::string_view("results.ocsf.jsonl"), report::ScanFormat::ocsf}}) {
    std::ostringstream out;
    report::ScanExport to(out, format, report::ScanCount::one);
    to.add(scan, backgrounds, nullptr);
    to.finish();
    files[std::string(name)] = std::move(out).str();
  }
  std::ostringstream page;
  report::write_page(page, report::page_subject(snapshot, scan, tool_version));
  files["report.html"] = std::move(page).str();
  for (const history::Observation& ca : scan.listed()) {
    files[std::string(raw_folder) + ca.service.object_guid.to_string() + ".json"] = raw_observation(scan, ca);
  }
  std::ostringstream decisions;
  report::write_decisions_csv(decisions, snapshot.decisions(), scan);
  files["decisions.csv"] = std::move(decisions).str();
  files["config.json"] = configuration(scan);
  files[std::string(ledger_name)] = ledger_lines(snapshot.ledger());
  return files;
}

Bundle make_bundle(const store::History& snapshot, std::int64_t scan_id, const history::RunContext& made,
                   const SigningIdentity* identity, const hub::Receipt* receipt) {
  const auto scan = snapshot.scan(scan_id);
  if (!scan.ledger_after) {
    throw EvidenceError(
        EvidenceError::Kind::unfinished_scan,
        fmt::format("Scan {} has not ended: make the bundle after it has ended, or select another scan with --scan.",
                    scan_id));
  }
  const auto previous = snapshot.last_evidence_bundle();
  Bundle bundle;
  bundle.record = {.number = (previous ? previous->number : 0) + 1,
                   .scan = scan_id,
                   .sums_sha256 = {},
                   .signer_sha256 = {},
                   .made_at = made.started_at,
                   .host_name = made.host_name,
                   .os_user = made.os_user};
  const auto certificates = identity == nullptr ? std::span<const Certificate>{} : identity->certificates();
  bundle.folder =
      bundle_folder(scan.listing ? base::valid_utf8(scan.listing->forest) : "", scan_id, bundle.record.number);
  if (identity != nullptr) {
    bundle.above = cas_above(certificates, scan);
    bundle.signer = {identity->certificate()};
  }

  auto manifest = derived_manifest(snapshot, scan);
  manifest["made"] = made_json(made);
  manifest["signer"] = signer_manifest(certificates, scan);
  manifest["hub"] = hub_json(receipt);

  for (auto& [name, content] : derived_files(snapshot, scan, made.tool_version)) {
    bundle.files.push_back({.name = name, .content = std::move(content)});
  }
  bundle.files.push_back({.name = std::string(manifest_name), .content = json_text(manifest)});
  bundle.files.push_back({.name = std::string(instructions_name), .content = std::string(verify_instructions())});
  bundle.files.push_back({.name = std::string(snapshot_name), .from = snapshot.file()});
  seal(bundle, identity);
  std::ranges::sort(bundle.files, {}, &BundleFile::name);
  return bundle;
}

}  // namespace casweep::evidence
