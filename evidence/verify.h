// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "evidence/certificate.h"
#include "history/ledger.h"
#include "store/history_check.h"

namespace casweep::evidence {

/// The certificates that the verifier trusts. They must not come from the bundle.
struct Trust {
  std::vector<Certificate> signer_roots{};     ///< for the signature
  std::optional<Certificate> signer{};         ///< the required signing certificate; nullopt: any below signer_roots
  std::vector<Certificate> timestamp_roots{};  ///< for the timestamp; empty: it is not verified
};

/// The contents of a verified bundle. Texts are foreign.
struct VerifiedBundle {
  std::int64_t number = 0;  ///< in its history
  std::int64_t scan = 0;
  std::string scan_uuid{};
  std::string scan_started_at{};
  std::string scan_state{};
  std::string made_at{};  ///< "2026-11-23T02:43:54.123Z"
  std::string forest{};
  std::string tool_version{};  ///< casweep's when it made the bundle
  std::size_t files = 0;       ///< in SHA256SUMS
  std::string sums_sha256{};
  std::optional<std::string> previous_sha256{};  ///< of the previous bundle; nullopt: it is the first

  std::optional<Certificate> signer{};  ///< nullopt: unsigned
  std::string signer_warning{};         ///< why the certificate is doubtful as a signer; empty: it is not
  bool has_timestamp = false;
  std::optional<std::chrono::sys_seconds> timestamp{};  ///< nullopt: none, or no authority is trusted
  std::vector<std::string> questionable{};  ///< CAs above the signer that the scan found not enforced, or unknown

  std::string completeness{};  ///< "7 CAs discovered = …"
  std::size_t enforced = 0;
  std::size_t not_enforced = 0;
  std::size_t not_exposed = 0;
  std::size_t unknown = 0;  ///< including those that were not read
  std::vector<history::LedgerEntry> ledger{};
  std::optional<std::int64_t> hub_entry{};  ///< the newest one that a hub had received; nullopt: no hub was asked
  std::string hub_received_at{};
  store::HistoryCheck snapshot{};
  bool recomputed = false;  ///< everything was recomputed from the snapshot and is identical
  /// Files written by another version of casweep of which only verdicts, flags and counts were compared with the
  /// snapshot, or nothing (report.html, VERIFY.txt and files unknown to this version).
  std::vector<std::string> not_compared{};
  std::vector<std::string> side_files{};  ///< not part of the bundle, see is_side_file

  /// Whether all contents match the checksums and the snapshot.
  [[nodiscard]] bool is_unmodified() const { return not_compared.empty(); }
};

/// Verifies the bundle in `place`, a folder or a tar archive: performs the checks of evidence/VERIFY.txt, and checks
/// that the snapshot agrees with its ledger, with ledger.jsonl and with every other file. For files that a version
/// other than `own_version` wrote differently, only verdicts, flags and counts are compared, and the files are listed
/// in `not_compared`. `noted_head` is a ledger hash stored elsewhere (empty: none). Throws EvidenceError at the first
/// error; StoreError (busy) once `stop` is raised. Never leaves a copy of the snapshot behind.
[[nodiscard]] VerifiedBundle verify_bundle(const std::filesystem::path& place, const Trust& trust,
                                           const std::string& noted_head, std::string_view own_version,
                                           std::chrono::sys_seconds now, base::StopSignal stop = {});

/// Checks that `later` continues `earlier`: its ledger contains the earlier one and, if it is the next bundle, it names
/// the earlier one. Throws EvidenceError if not: wrong if the history was rewritten in between, or out_of_order.
void require_successor(const VerifiedBundle& earlier, const VerifiedBundle& later);

}  // namespace casweep::evidence
