// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "evidence/certificate.h"
#include "history/ledger.h"
#include "store/history_check.h"

namespace casweep::evidence {

/// Whom the one who verifies trusts, by certificates that came another way than the bundle.
struct Trust {
  std::vector<Certificate> signer_roots{};     ///< for the signature
  std::optional<Certificate> signer{};         ///< the very certificate that must have signed; nullopt: any of theirs
  std::vector<Certificate> timestamp_roots{};  ///< for the timestamp; none: it is not looked at
};

/// What a bundle that was verified tells of itself. Texts are foreign.
struct VerifiedBundle {
  std::int64_t number = 0;  ///< in its history
  std::int64_t scan = 0;
  std::string scan_uuid{};
  std::string scan_started_at{};
  std::string scan_state{};
  std::string made_at{};  ///< "2026-11-23T02:43:54.123Z"
  std::string forest{};
  std::string tool_version{};  ///< that made it
  std::size_t files = 0;       ///< in SHA256SUMS
  std::string sums_sha256{};
  std::optional<std::string> previous_sha256{};  ///< the same of the bundle before it; nullopt: it is the first

  std::optional<Certificate> signer{};  ///< nullopt: it is not signed
  std::string signer_warning{};         ///< why the certificate is a doubtful one to sign with; empty: it is not
  bool has_timestamp = false;
  std::optional<std::chrono::sys_seconds> timestamp{};  ///< nullopt: there is none, or nobody is trusted for it
  std::vector<std::string> questionable{};  ///< CAs above the signer that the scan found not enforced, or unknown

  std::string completeness{};  ///< "7 CAs discovered = …"
  std::size_t enforced = 0;
  std::size_t not_enforced = 0;
  std::size_t not_exposed = 0;
  std::size_t unknown = 0;  ///< with those that were not read
  std::vector<history::LedgerEntry> ledger{};
  store::HistoryCheck snapshot{};
  bool derived_anew = false;  ///< everything was rendered again from the snapshot and is identical
  /// Files of another version of casweep in which only verdicts, flags and counts were compared with the snapshot, or
  /// nothing (report.html, VERIFY.txt and what this version does not know).
  std::vector<std::string> not_compared{};
  std::vector<std::string> side_files{};  ///< that are no part of the bundle, see is_side_file

  /// Whether all that the bundle holds was found to be what was signed and what the snapshot gives.
  [[nodiscard]] bool is_unmodified() const { return not_compared.empty(); }
};

/// Verifies the bundle in `place`, a folder or a tar archive: what evidence/VERIFY.txt does, and that the snapshot
/// agrees with its ledger, with ledger.jsonl and with every other file. Of those that another version than
/// `own_version` wrote otherwise the verdicts, flags and counts are compared, and they are named as `not_compared`.
/// `noted_head` is a hash of the ledger's that was noted elsewhere (empty: none). Throws EvidenceError at the first
/// thing that is wrong; StoreError (busy) once `*interrupted` is not 0. However it ends, no copy of the snapshot is
/// left.
[[nodiscard]] VerifiedBundle verify_bundle(const std::filesystem::path& place, const Trust& trust,
                                           const std::string& noted_head, std::string_view own_version,
                                           std::chrono::sys_seconds now,
                                           const volatile std::sig_atomic_t* interrupted = nullptr);

/// Whether `later` goes on from `earlier`: its ledger holds all of the other's, and if it is the next one it names it.
/// Throws EvidenceError if not: wrong, as history was written anew between the two; or out_of_order.
void require_successor(const VerifiedBundle& earlier, const VerifiedBundle& later);

}  // namespace casweep::evidence
