// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/scan_json.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "base/iso_time.h"
#include "report/json/json_text.h"
#include "report/words/change_text.h"
#include "report/words/duplicate_text.h"
#include "report/words/logon_trust.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

using nlohmann::ordered_json;

ordered_json evidence_json(const history::Observation& ca) {
  const ReadingText evidence = text_of_reading(ca.reading);
  const bool failed = !evidence.error.domain.empty();
  const auto host = history::host_authenticated(ca);
  ordered_json error{{"domain", text_or_null(evidence.error.domain)},
                     {"number", failed ? ordered_json(evidence.error.number) : nullptr},
                     {"symbol", text_or_null(evidence.error.symbol)}};
  const auto or_null = [](const std::optional<std::string>& text) { return text ? ordered_json(*text) : nullptr; };
  return {{"key_path", text_or_null(evidence.key_path)},
          {"value_type", or_null(evidence.value_type)},
          {"value_hex", or_null(evidence.value_hex)},
          {"key_last_write", text_or_null(evidence.key_last_write)},
          {"address", text_or_null(evidence.address)},
          {"protocol", text_or_null(evidence.protocol)},
          {"host_authenticated", host ? ordered_json(*host) : nullptr},
          {"account", text_or_null(evidence.account)},
          {"error", std::move(error)},
          {"started_at", text_or_null(evidence.started_at)},
          {"finished_at", text_or_null(evidence.finished_at)}};
}

ordered_json remediation_json(const assess::Remediation& remediation) {
  const auto lines = [](const std::vector<std::string>& texts) {
    ordered_json array = ordered_json::array();
    for (const std::string& text : texts) array.push_back(text_or_null(text));
    return array;
  };
  return {{"advice", text_or_null(remediation.advice)},
          {"commands", lines(remediation.commands)},
          {"remote", text_or_null(remediation.remote)},
          {"revert", lines(remediation.revert)}};
}

/// The record of a CA in a scan, with what was known about it when the scan began. Null: that is not known.
ordered_json scanned_ca_json(const history::Observation& ca, const CaBackground* background) {
  ordered_json record = ca_json(ca);
  const history::Decision* decision = background != nullptr && background->decision ? &*background->decision : nullptr;
  const bool dated = background != nullptr && background->since;
  record["since"] = dated ? text_or_null(base::iso_time(*background->since)) : nullptr;
  record["regressed"] = background != nullptr ? ordered_json(background->regressed) : nullptr;
  record["status"] = background != nullptr ? ordered_json(history::word_of(background->status)) : nullptr;
  // Not as an object: each name is unique in the record of a CA, as in CSV.
  record["decision_reason"] = decision != nullptr ? text_or_null(decision->reason) : nullptr;
  record["approver"] = decision != nullptr ? text_or_null(decision->approver) : nullptr;
  record["until"] = decision != nullptr && decision->until ? text_or_null(base::iso_time(*decision->until)) : nullptr;
  record["ticket"] = decision != nullptr ? text_or_null(decision->ticket) : nullptr;
  return record;
}

ordered_json scanned_ca_json(const history::Observation& ca, std::span<const CaBackground> backgrounds,
                             std::size_t which) {
  return scanned_ca_json(ca, which < backgrounds.size() ? &backgrounds[which] : nullptr);
}

ordered_json head_json(const std::optional<history::LedgerHead>& head) {
  if (!head) return nullptr;
  return {{"seq", head->seq}, {"hash", head->hash}};
}

/// The scan without its CAs.
ordered_json scan_document(const history::ScanRecord& scan) {
  ordered_json counts;
  for (const assess::Verdict verdict : assess::all_verdicts()) {
    counts[std::string(assess::word_of(verdict))] = scan.count(verdict);
  }
  const auto& listing = scan.listing;
  return {{"schema_version", schema_version},
          {"tool", {{"name", "casweep"}, {"version", text_or_null(scan.start.tool_version)}}},
          {"scan",
           {{"id", scan.id},
            {"uuid", text_or_null(scan.uuid)},
            {"started_at", text_or_null(base::iso_time(scan.start.started_at))},
            {"finished_at", scan.finished_at ? text_or_null(base::iso_time(*scan.finished_at)) : nullptr},
            {"state", history::word_of(scan.state)},
            {"failure", text_or_null(scan.failure)},
            {"forest", listing ? text_or_null(listing->forest) : nullptr},
            {"root_domain", listing ? root_domain_json(listing->root_domain) : nullptr},
            {"directory_server", listing ? text_or_null(listing->directory_server) : nullptr},
            {"directory_identity", listing ? server_identity_json(listing->server) : nullptr},
            {"account", text_or_null(scan.start.account)},
            {"discovered", scan.listing ? ordered_json(scan.discovered) : nullptr},
            {"assessed", scan.assessed()},
            {"counts", std::move(counts)},
            {"ledger", {{"before", head_json(scan.ledger_before)}, {"after", head_json(scan.ledger_after)}}}}}};
}

}  // namespace

ordered_json server_identity_json(const discovery::ServerIdentity& server) {
  return {{"authenticated_name", text_or_null(server.name)},
          {"authenticated_by", text_or_null(server.proof)},
          {"address", text_or_null(server.address)},
          {"claimed_name", text_or_null(server.claimed_name)}};
}

ordered_json root_domain_json(const std::optional<discovery::RootDomain>& domain) {
  if (!domain) return nullptr;
  return {{"object_guid", domain->object_guid.to_string()}, {"sid", text_or_null(domain->sid)}};
}

ordered_json ca_json(const history::Observation& ca) {
  const auto& flags = ca.judgement.interface_flags;
  return {{"name", text_or_null(ca.service.common_name)},
          {"display_name", text_or_null(ca.service.display_name)},
          {"dns_host_name", text_or_null(ca.service.dns_host_name)},
          {"object_guid", ca.service.object_guid.to_string()},
          {"distinguished_name", text_or_null(ca.service.distinguished_name)},
          {"duplicate_objects", duplicates_json(ca.service)},
          {"verdict", assess::word_of(ca.judgement.verdict)},
          {"reason", assess::word_of(ca.judgement.reason)},
          {"detail", text_or_null(ca.judgement.detail)},
          {"interface_flags", flags ? ordered_json(flags->bits()) : nullptr},
          {"flag_names", flags ? ordered_json(flags->names()) : ordered_json::array()},
          {"evidence", evidence_json(ca)},
          {"remediation", remediation_json(remediation_of(ca))}};
}

ordered_json scan_json(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds) {
  ordered_json document = scan_document(scan);
  document["since"] = changes_json(scan.since);
  document["nt_auth"] = logon_trust_json(scan);
  document["cas"] = ordered_json::array();
  document["not_read"] = ordered_json::array();
  for (std::size_t i = 0; const history::Observation& ca : scan.listed()) {
    document[ca.reading ? "cas" : "not_read"].push_back(scanned_ca_json(ca, backgrounds, i++));
  }
  return document;
}

ordered_json scan_json_of_ca(const history::ScanRecord& scan, const history::Observation& ca,
                             const CaBackground* background) {
  ordered_json document = scan_document(scan);
  document["ca"] = scanned_ca_json(ca, background);
  return document;
}

void write_scan_json(std::ostream& out, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds) {
  write_json(out, scan_json(scan, backgrounds));
}

void write_scan_json_lines(std::ostream& out, const history::ScanRecord& scan,
                           std::span<const CaBackground> backgrounds) {
  ordered_json document = scan_document(scan);
  for (std::size_t i = 0; const history::Observation& ca : scan.listed()) {
    document["ca"] = scanned_ca_json(ca, backgrounds, i++);
    write_json_line(out, document);
  }
}

}  // namespace casweep::report
