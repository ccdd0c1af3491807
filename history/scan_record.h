// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assess/judgement.h"
#include "assess/reading.h"
#include "discovery/enrollment_service.h"
#include "discovery/root_domain.h"
#include "discovery/server_identity.h"
#include "history/ledger.h"
#include "history/run_context.h"
#include "history/scan_settings.h"

namespace casweep::history {

/// How a scan ended. `running` is the scan of a live process only; a killed scan is `interrupted`.
enum class ScanState { running, complete, partial, interrupted, failed };

[[nodiscard]] std::span<const ScanState> all_scan_states();
[[nodiscard]] std::string_view word_of(ScanState state);
[[nodiscard]] std::optional<ScanState> scan_state_of_word(std::string_view word);

/// The answer of the directory, as far as it was asked.
struct ScanListing {
  std::string forest;
  std::string directory_server;
  std::string protection;
  std::string base;
  std::string filter;
  std::vector<std::string> attributes;
  std::size_t entries_returned = 0;
  discovery::ServerIdentity server{};                  ///< the server that answered, and the proof of its identity
  std::optional<discovery::RootDomain> root_domain{};  ///< nullopt: not known
  /// The certificates in CN=NTAuthCertificates, as DER; nullopt: it could not be read.
  std::optional<std::vector<base::Octets>> nt_auth_certificates{};

  bool operator==(const ScanListing&) const = default;
};

/// By the identity of the root domain where both listings have it, otherwise by name.
[[nodiscard]] bool same_forest(const ScanListing& left, const ScanListing& right);

/// One CA in one scan: its description in the directory, the answer of its registry, and the judgement.
struct Observation {
  discovery::EnrollmentService service;
  std::optional<assess::Reading> reading{};  ///< nullopt: the scan listed the CA and did not read it
  assess::Judgement judgement;
  int rules_version = assess::rules_version;  ///< of the rules that made the verdict

  bool operator==(const Observation&) const = default;
};

/// A CA that was listed and not read: `unknown` for the reason `not_read`.
[[nodiscard]] Observation unread(discovery::EnrollmentService service, std::string detail);

/// As assess::host_authenticated(); nullopt for a CA that was not read.
[[nodiscard]] std::optional<bool> host_authenticated(const Observation& ca);

/// A change of one CA since an earlier scan, in its verdict or in the directory.
struct CaChange {
  /// The worst first.
  enum class Kind {
    regressed,           ///< was compliant when last known, and does not enforce encryption now
    found_not_enforced,  ///< listed before, but never known until now
    removed,             ///< no longer in the directory
    hidden,              ///< no longer shown to the account, but possibly still there
    became_unknown,
    remediated,
    recovered,        ///< known again, with the last known verdict or, if there was none, compliant
    verdict_changed,  ///< from enforced to not exposed or back
    added,
    renamed,
    moved,            ///< to another host
    moved_container,  ///< its object was moved to another container
  };
  Kind kind = Kind::removed;
  base::ObjectGuid object_guid;
  std::string common_name{};
  std::string display_name{};
  std::string dns_host_name{};
  std::string before{};  ///< a name, a host, a distinguished name or the word of a verdict; empty: none
  std::string after{};
  /// Removed, hidden or became unknown: its last verdict other than `unknown`.
  std::optional<assess::Verdict> last_known{};
  std::optional<assess::Reason> reason{};  ///< of the verdict now; nullopt: removed, or not read

  bool operator==(const CaChange&) const = default;
};

/// Stable words: "became-unknown", "new".
[[nodiscard]] std::span<const CaChange::Kind> all_ca_changes();
[[nodiscard]] std::string_view word_of(CaChange::Kind kind);

/// The changes since the previous complete scan.
struct ChangesSince {
  std::int64_t since = 0;           ///< that scan
  base::Instant since_at{};         ///< when it began
  std::vector<CaChange> changes{};  ///< by kind, then by name
};

/// One scan as recorded.
struct ScanRecord {
  std::int64_t id = 0;  ///< 1, 2, 3 … in this database
  std::string uuid{};   ///< the same scan anywhere
  ScanState state = ScanState::running;
  RunContext start{};
  ScanSettings settings{};
  std::optional<base::Instant> finished_at;
  std::optional<ScanListing> listing{};  ///< absent if the directory did not answer (completely)
  std::string failure{};                 ///< the sentence a `failed` scan ended with
  std::size_t discovered = 0;            ///< CAs the directory listed
  std::vector<Observation> cas{};        ///< the CAs that were read, by common name; all of `discovered` unless partial
  std::vector<discovery::EnrollmentService> not_read{};  ///< the rest of them, by common name
  /// nullopt: the directory did not answer, or there is no earlier complete scan.
  std::optional<ChangesSince> since{};
  std::optional<LedgerHead> ledger_before{};  ///< before its first entry; absent if it never began
  std::optional<LedgerHead> ledger_after{};   ///< its last entry; absent if it has not ended

  /// CAs with a verdict other than `unknown`.
  [[nodiscard]] std::size_t assessed() const;
  [[nodiscard]] std::size_t count(assess::Verdict verdict) const;

  /// Every CA the directory listed: `cas`, then `not_read` without a reading.
  [[nodiscard]] std::vector<Observation> listed() const;
};

/// The sentence of a `failure`, without the lines of candidates that may follow it.
[[nodiscard]] std::string sentence_of_failure(const std::string& failure);

}  // namespace casweep::history
