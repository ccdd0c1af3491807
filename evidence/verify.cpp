// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/verify.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/private_directory.h"
#include "base/sha256.h"
#include "evidence/bundle.h"
#include "evidence/bundle_source.h"
#include "evidence/checksums.h"
#include "evidence/derived_comparison.h"
#include "evidence/evidence_error.h"
#include "evidence/ledger_lines.h"
#include "evidence/signature.h"
#include "evidence/signature_strength.h"
#include "evidence/timestamp.h"
#include "history/site_id.h"
#include "report/json/json_text.h"
#include "report/table/check_report.h"
#include "store/history.h"
#include "store/store_error.h"

namespace casweep::evidence {
namespace {

using nlohmann::ordered_json;
using Kind = EvidenceError::Kind;

/// Everything except the snapshot is read into memory: a few megabytes even for the largest forest.
constexpr std::uint64_t largest_in_memory = 1ULL << 30;

/// The contents of a bundle, read only once, so that the checked bytes are the bytes that are used. The snapshot is
/// copied into a private folder: SQLite never opens files in the untrusted folder and leaves nothing there.
class ReadBundle {
 public:
  ReadBundle(const std::filesystem::path& place, base::StopSignal stop) : stop_(stop) {
    const auto source = BundleSource::open(place);
    side_files_ = source->side_files();
    archive_folder_ = source->archive_folder();
    std::uint64_t in_memory = 0;
    for (const auto& entry : source->entries()) {
      base::Sha256 digest;
      if (entry.name == snapshot_name) {
        copy_snapshot(*source, entry, digest);
      } else {
        in_memory += entry.size;
        if (in_memory > largest_in_memory) throw wrong("The bundle's files are larger than any that casweep makes.");
        auto& content = files_[entry.name];
        source->read(entry, [&](std::string_view piece) {
          throw_if_interrupted();
          digest.update(piece);
          content += piece;
        });
      }
      sums_.emplace(entry.name, base::to_hex(digest.finish()));
    }
  }

  [[nodiscard]] bool has(std::string_view name) const { return sums_.contains(std::string(name)); }
  [[nodiscard]] const Checksums& sums() const { return sums_; }
  [[nodiscard]] const std::vector<std::string>& side_files() const { return side_files_; }
  [[nodiscard]] const std::string& archive_folder() const { return archive_folder_; }
  [[nodiscard]] std::filesystem::path snapshot() const { return std::filesystem::path(folder_.path()) / snapshot_name; }

  [[nodiscard]] const std::string& content(std::string_view name) const {
    const auto found = files_.find(std::string(name));
    if (found == files_.end()) throw wrong(fmt::format("{} is missing.", name));
    return found->second;
  }

 private:
  void throw_if_interrupted() const {
    if (!stop_.is_raised()) return;
    throw store::StoreError(store::StoreError::Kind::busy, "Interrupted while reading the bundle.");
  }

  void copy_snapshot(const BundleSource& source, const BundleSource::Entry& entry, base::Sha256& digest) {
    auto folder = base::PrivateDirectory::make_below(std::filesystem::temp_directory_path().string());
    const auto failed = [] {
      return EvidenceError(
          Kind::unreadable,
          "The bundle's snapshot could not be copied: free some space in the folder TMPDIR, or in /tmp.");
    };
    if (!folder) throw failed();
    folder_ = *std::move(folder);
    std::ofstream copy(snapshot(), std::ios::binary);
    source.read(entry, [&](std::string_view piece) {
      throw_if_interrupted();
      digest.update(piece);
      copy << piece;
    });
    if (!copy.flush()) throw failed();
  }

  base::StopSignal stop_;
  base::PrivateDirectory folder_;
  std::map<std::string, std::string> files_;
  Checksums sums_;
  std::vector<std::string> side_files_;
  std::string archive_folder_;
};

ordered_json read_manifest(const std::string& text) {
  auto manifest = report::parsed_json(text);
  std::ostringstream out;
  if (manifest.is_object()) report::write_json(out, manifest);
  if (out.str() != text) throw wrong("manifest.json was not written by casweep.");
  return manifest;
}

class Verification {
 public:
  Verification(const std::filesystem::path& place, const Trust& trust, const std::string& noted_head,
               std::string_view own_version, std::chrono::sys_seconds now, base::StopSignal stop)
      : read_(place, stop), trust_(trust), noted_head_(noted_head), own_version_(own_version), now_(now), stop_(stop) {}

  VerifiedBundle run() {
    try {
      check_sums();
      manifest_ = read_manifest(read_.content(manifest_name));
      take_facts();
      check_nothing_added();
      check_request();
      check_timestamp();
      check_signature();
      check_ledger();
      check_completeness();
      check_snapshot();
    } catch (const ordered_json::exception&) {
      throw wrong("manifest.json lacks a member or has one of the wrong type.");
    }
    return std::move(result_);
  }

 private:
  void check_sums() {
    const auto listed = read_checksum_lines(read_.content(sums_name));
    for (const auto& [name, sum] : listed) {
      const auto found = read_.sums().find(name);
      if (found == read_.sums().end()) throw wrong(fmt::format("{} is missing.", name));
      if (found->second != sum) throw wrong(fmt::format("{} was changed: it does not match SHA256SUMS.", name));
    }
    for (const auto name : {manifest_name, ledger_name, snapshot_name, instructions_name}) {
      if (!listed.contains(std::string(name))) throw wrong(fmt::format("{} is missing in SHA256SUMS.", name));
    }
    listed_ = listed;
    result_.files = listed.size();
    result_.sums_sha256 = read_.sums().at(std::string(sums_name));
  }

  void take_facts() {
    const auto& bundle = manifest_.at("bundle");
    if (bundle.at("version") != bundle_version)
      throw wrong(
          fmt::format("The bundle has format {}; this version of casweep supports only format {}. Verify it with the "
                      "version that made it.",
                      bundle.at("version").dump(), bundle_version));
    result_.number = bundle.at("number").get<std::int64_t>();
    if (const auto& previous = bundle.at("previous_sha256"); !previous.is_null()) {
      result_.previous_sha256 = previous.get<std::string>();
    }
    result_.made_at = text_in(manifest_.at("made"), "at");
    result_.tool_version = text_in(manifest_.at("made").at("tool"), "version");
    const auto& scan = manifest_.at("scan");
    result_.scan = scan.at("id").get<std::int64_t>();
    result_.scan_uuid = text_in(scan, "uuid");
    result_.scan_started_at = text_in(scan, "started_at");
    result_.scan_state = text_in(scan, "state");
    if (const auto& directory = manifest_.at("directory"); !directory.is_null()) {
      result_.forest = text_in(directory, "forest");
    }
    const bool is_signed = !manifest_.at("signer").is_null();
    seal_ = is_signed ? signature_name : sums_name;
    if (is_signed && !read_.has(signature_name)) {
      throw wrong("SHA256SUMS.p7s is missing: according to manifest.json, the bundle is signed.");
    }
  }

  static std::string text_in(const ordered_json& object, const char* name) {
    const auto& value = object.at(name);
    return value.is_null() ? std::string{} : value.get<std::string>();
  }

  [[nodiscard]] std::string beside_seal(std::string_view ending) const {
    return std::string(seal_) + std::string(ending);
  }

  void check_nothing_added() {
    result_.side_files = read_.side_files();
    // The folder's name is not covered by the checksums, but it names forest, scan and bundle.
    if (const auto& folder = read_.archive_folder();
        !folder.empty() && folder != bundle_folder(result_.forest, result_.scan, result_.number)) {
      throw wrong(fmt::format("The archive unpacks into {}, which is not the folder name of this bundle.", folder));
    }
    for (const auto& [name, sum] : read_.sums()) {
      const bool known = listed_.contains(name) || name == sums_name || name == seal_ ||
                         name == beside_seal(request_ending) || name == beside_seal(response_ending);
      if (!known) throw wrong(fmt::format("{} was added: SHA256SUMS does not list it.", name));
    }
  }

  void check_request() {
    if (timestamp_request(read_.content(seal_)) == read_.content(beside_seal(request_ending))) return;
    throw wrong(fmt::format("{} is not the timestamp request for {}: one of the two was changed.",
                            beside_seal(request_ending), seal_));
  }

  void check_timestamp() {
    const auto name = beside_seal(response_ending);
    result_.has_timestamp = read_.has(name);
    if (result_.has_timestamp) require_timestamp_of(read_.content(name), read_.content(seal_), name);
    if (trust_.timestamp_roots.empty()) return;
    if (!result_.has_timestamp) throw wrong(fmt::format("{} is missing: the bundle has no timestamp.", name));
    result_.timestamp = verify_timestamp(read_.content(name), read_.content(seal_), trust_.timestamp_roots, name);
  }

  void check_signature() {
    const auto& signer = manifest_.at("signer");
    if (signer.is_null()) {
      if (trust_.signer_roots.empty() && !trust_.signer) return;
      throw wrong("The bundle is not signed: SHA256SUMS.p7s is missing.");
    }
    if (trust_.signer_roots.empty()) {
      throw EvidenceError(Kind::whom_to_trust,
                          "The bundle is signed: use --signer-ca to name a trusted root certificate, obtained through "
                          "another channel.");
    }
    // A certificate that has since expired is accepted if the timestamp is older.
    result_.signer = verify_signature(read_.content(signature_name), read_.content(sums_name), trust_.signer_roots,
                                      result_.timestamp.value_or(now_));
    if (is_for_tls_servers(*result_.signer)) {
      result_.signer_warning =
          "the certificate is also valid for TLS servers: a server that has its key can sign evidence";
    }
    const auto fingerprint = base::to_hex(result_.signer->sha256());
    if (fingerprint != text_in(signer, "certificate_sha256")) {
      throw wrong("SHA256SUMS.p7s was made with a certificate other than the one in manifest.json.");
    }
    if (trust_.signer && trust_.signer->sha256() != result_.signer->sha256()) {
      throw wrong(fmt::format(
          "The bundle was signed with a certificate other than that of --signer; its SHA-256 is {}.", fingerprint));
    }
    for (const auto& ca : signer.at("cas_of_this_scan_above")) {
      const auto verdict = text_in(ca, "verdict");
      if (verdict == "not-enforced" || verdict == "unknown") {
        result_.questionable.push_back(fmt::format("{} ({})", text_in(ca, "name"), verdict));
      }
    }
  }

  void check_ledger() {
    result_.ledger = read_ledger_lines(read_.content(ledger_name));
    const auto& ledger = manifest_.at("ledger");
    check_head(ledger, "before_scan");
    check_head(ledger, "after_scan");
    check_head(ledger, "head");
    if (ledger.at("head_seq") != result_.ledger.size())
      throw wrong("ledger.jsonl does not have the number of entries in manifest.json.");
    check_hub();
    if (noted_head_.empty()) return;
    const bool there =
        noted_head_ == history::LedgerHead::no_entry ||
        std::ranges::find(result_.ledger, noted_head_, &history::LedgerEntry::hash) != result_.ledger.end();
    if (!there) throw wrong(fmt::format("ledger.jsonl has no entry with the noted head {}.", noted_head_));
  }

  /// The receipt of a hub is for an entry of this ledger, of this history.
  void check_hub() {
    const auto& hub = manifest_.at("hub");
    if (hub.is_null()) return;
    check_head(hub, "head");
    const auto site = result_.ledger.empty() ? std::nullopt : history::site_id_of(result_.ledger.front());
    if (site != text_in(hub, "site_id")) throw wrong("The hub's receipt in manifest.json is for another history.");
    result_.hub_entry = hub.at("head_seq").get<std::int64_t>();
    result_.hub_received_at = text_in(hub, "received_at");
  }

  void check_head(const ordered_json& ledger, const std::string& name) {
    const auto& seq = ledger.at(name + "_seq");
    if (seq.is_null()) return;
    const auto number = seq.get<std::int64_t>();
    const auto hash = ledger.at(name + "_sha256").get<std::string>();
    const bool known = number >= 0 && static_cast<std::uint64_t>(number) <= result_.ledger.size();
    const std::string there = !known        ? std::string{}
                              : number == 0 ? std::string(history::LedgerHead::no_entry)
                                            : result_.ledger[static_cast<std::size_t>(number) - 1].hash;
    if (there != hash) throw wrong(fmt::format("Entry {} of ledger.jsonl does not match manifest.json.", number));
  }

  void check_completeness() {
    const auto& counts = manifest_.at("completeness");
    const auto discovered = counts.at("discovered").get<std::uint64_t>();
    const auto sum = counts.at("assessed").get<std::uint64_t>() + counts.at("unknown").get<std::uint64_t>() +
                     counts.at("not_read").get<std::uint64_t>();
    const auto raw = static_cast<std::uint64_t>(
        std::ranges::count_if(listed_, [](const auto& sum_of) { return sum_of.first.starts_with(raw_folder); }));
    const auto& lines = read_.content(results_name);
    const auto results = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    if (discovered != sum || discovered != raw || discovered != results) {
      throw wrong("The bundle does not contain every CA that was discovered.");
    }
    result_.completeness = text_in(counts, "statement");
    result_.enforced = counts.at("enforced").get<std::size_t>();
    result_.not_enforced = counts.at("not_enforced").get<std::size_t>();
    result_.not_exposed = counts.at("not_exposed").get<std::size_t>();
    result_.unknown = discovered - counts.at("assessed").get<std::size_t>();
    if (result_.enforced + result_.not_enforced + result_.not_exposed != counts.at("assessed")) {
      throw wrong("The counts of verdicts in manifest.json do not add up.");
    }
  }

  void check_snapshot() {
    try {
      result_.snapshot = store::check_history(
          read_.snapshot(), result_.ledger.empty() ? std::string{} : result_.ledger.back().hash, {}, stop_);
      if (!result_.snapshot.agrees()) {
        throw wrong(fmt::format("snapshot.db does not match its ledger: {}",
                                report::damage_text(result_.snapshot.damages.front())));
      }
      const auto history = store::History::open_existing(read_.snapshot(), stop_);
      if (history.ledger() != result_.ledger) throw wrong("The ledger in snapshot.db differs from ledger.jsonl.");
      const auto scan = history.scan(result_.scan);
      if (scan.uuid != result_.scan_uuid) throw wrong("The scan with this number in snapshot.db is a different one.");
      compare_previous(history.last_evidence_bundle());
      compare_derived(history, scan);
    } catch (const store::StoreError& error) {
      if (error.kind() == store::StoreError::Kind::busy) throw;  // nothing but a signal makes casweep's own copy busy
      throw wrong(fmt::format("snapshot.db is not a readable history. {}", error.what()));
    }
  }

  void compare_previous(const std::optional<history::EvidenceBundle>& previous) {
    const auto number = (previous ? previous->number : 0) + 1;
    const auto sha256 = previous ? std::optional(base::to_hex(previous->sums_sha256)) : std::nullopt;
    if (number != result_.number || sha256 != result_.previous_sha256) {
      throw wrong("manifest.json and snapshot.db name different previous bundles.");
    }
  }

  void compare_derived(const store::History& history, const history::ScanRecord& scan) {
    // Another version may write files differently, but the facts must be identical.
    const auto by = result_.tool_version == own_version_ ? WrittenBy::this_version : WrittenBy::another_version;
    auto manifest = derived_manifest(history, scan);
    manifest["signer"] = manifest_.at("signer").is_null()
                             ? ordered_json(nullptr)
                             : signer_manifest(certificates_in_signature(read_.content(signature_name)), scan);
    manifest["hub"] = manifest_.at("hub");  // compared with the ledger before
    note_unless(compare_manifest(manifest_, manifest, by), manifest_name);
    const auto files = derived_files(history, scan, result_.tool_version);
    for (const auto& [name, content] : files) {
      if (!listed_.contains(name)) throw wrong(fmt::format("{} is missing in SHA256SUMS.", name));
      note_unless(compare_file(name, read_.content(name), content, by), name);
    }
    for (const auto& [name, sum] : listed_) {
      const bool known = name == manifest_name || name == snapshot_name || name == instructions_name;
      if (known || files.contains(name)) continue;
      if (by == WrittenBy::this_version) throw wrong(fmt::format("{} is not the name of a file in a bundle.", name));
      note_unless(false, name);
    }
    const bool same_instructions = read_.content(instructions_name) == verify_instructions();
    if (!same_instructions && by == WrittenBy::this_version) {
      throw wrong("VERIFY.txt was changed: it is not the one that casweep puts into bundles.");
    }
    note_unless(same_instructions, instructions_name);
    result_.recomputed = result_.not_compared.empty();
  }

  void note_unless(bool compared, std::string_view name) {
    if (!compared) result_.not_compared.emplace_back(name);
  }

  ReadBundle read_;
  const Trust& trust_;
  const std::string& noted_head_;
  std::string_view own_version_;
  std::chrono::sys_seconds now_;
  base::StopSignal stop_;
  Checksums listed_;
  ordered_json manifest_;
  std::string_view seal_;
  VerifiedBundle result_;
};

}  // namespace

VerifiedBundle verify_bundle(const std::filesystem::path& place, const Trust& trust, const std::string& noted_head,
                             std::string_view own_version, std::chrono::sys_seconds now, base::StopSignal stop) {
  return Verification(place, trust, noted_head, own_version, now, stop).run();
}

void require_successor(const VerifiedBundle& earlier, const VerifiedBundle& later) {
  const auto continues = [](const std::vector<history::LedgerEntry>& before,
                            const std::vector<history::LedgerEntry>& after) {
    return before.size() <= after.size() && (before.empty() || after[before.size() - 1].hash == before.back().hash);
  };
  if (!continues(earlier.ledger, later.ledger)) {
    // The number alone is not enough: a restored history reuses numbers.
    const bool was_before = later.number < earlier.number && later.made_at <= earlier.made_at;
    if (was_before && continues(later.ledger, earlier.ledger)) {
      throw EvidenceError(
          Kind::out_of_order,
          fmt::format("Bundle {} was made before bundle {}: list them in the order in which they were made.",
                      later.number, earlier.number));
    }
    throw wrong(fmt::format("Bundle {} does not continue bundle {}: the ledger was rewritten between the two.",
                            later.number, earlier.number));
  }
  if (later.number == earlier.number + 1 && later.previous_sha256 != earlier.sums_sha256) {
    throw wrong(fmt::format("Bundle {} does not name bundle {} as its predecessor.", later.number, earlier.number));
  }
}

}  // namespace casweep::evidence
