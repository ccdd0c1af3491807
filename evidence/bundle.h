// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/bundle_file.h"
#include "evidence/signature.h"
#include "evidence/signer_independence.h"
#include "history/run_context.h"
#include "hub/receipt.h"
#include "store/history.h"

namespace casweep::evidence {

/// The format of a bundle, incremented when an older VERIFY.txt could no longer check it.
inline constexpr int bundle_version = 1;

/// Names of files in a bundle.
inline constexpr std::string_view manifest_name = "manifest.json";
inline constexpr std::string_view ledger_name = "ledger.jsonl";
inline constexpr std::string_view snapshot_name = "snapshot.db";
inline constexpr std::string_view instructions_name = "VERIFY.txt";
inline constexpr std::string_view results_name = "results.jsonl";
inline constexpr std::string_view raw_folder = "raw/";
inline constexpr std::string_view sums_name = "SHA256SUMS";
inline constexpr std::string_view signature_name = "SHA256SUMS.p7s";
inline constexpr std::string_view request_ending = ".tsq";   ///< after the name of the seal
inline constexpr std::string_view response_ending = ".tsr";  ///< likewise; the only file that may be added later

/// A bundle of evidence of one scan, as evidence/VERIFY.txt describes it.
struct Bundle {
  std::vector<BundleFile> files;      ///< in the order of their names
  std::size_t listed = 0;             ///< files that SHA256SUMS lists
  history::EvidenceBundle record;     ///< to be recorded in the history
  std::vector<CaAbove> above;         ///< CAs of the scan above the signing certificate
  std::string folder;                 ///< a tar archive of it unpacks into this folder
  std::vector<Certificate> signer{};  ///< the signing certificate; empty: unsigned
};

/// Makes a bundle of a scan that has ended. `receipt` is what a hub has received of the history; null: no hub was
/// asked. `snapshot` is a copy of the history that is not written to; it goes into the bundle, and everything else is
/// derived from it, so that the bundle is consistent. `identity` signs; null: unsigned. Throws EvidenceError and
/// StoreError.
[[nodiscard]] Bundle make_bundle(const store::History& snapshot, std::int64_t scan, const history::RunContext& made,
                                 const SigningIdentity* identity, const hub::Receipt* receipt = nullptr);

/// The files of a bundle that are derived from the history and the scan, by name: results, raw observations, decisions,
/// configuration, ledger, and the page, which also states `tool_version`.
[[nodiscard]] std::map<std::string, std::string> derived_files(const store::History& snapshot,
                                                               const history::ScanRecord& scan,
                                                               std::string_view tool_version);

/// The derived members of manifest.json: the bundle's place in its history, the scan and the ledger. The remaining
/// members are `made`, `signer` and `hub`.
[[nodiscard]] nlohmann::ordered_json derived_manifest(const store::History& snapshot, const history::ScanRecord& scan);

/// The member `signer` of manifest.json. `certificates` are the signer's own and its chain; empty: unsigned.
[[nodiscard]] nlohmann::ordered_json signer_manifest(std::span<const Certificate> certificates,
                                                     const history::ScanRecord& scan);

/// The folder that a tar archive of a bundle unpacks into: "casweep-evidence-corp.example-scan-12-bundle-3", with `_`
/// for each byte of `forest` other than ASCII letters, digits, `.` and `-`, limited to its first 40 bytes.
[[nodiscard]] std::string bundle_folder(std::string_view forest, std::int64_t scan, std::int64_t number);

/// evidence/VERIFY.txt.
[[nodiscard]] std::string_view verify_instructions();

}  // namespace casweep::evidence
