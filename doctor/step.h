// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "assess/reason.h"
#include "discovery/directory_error.h"
#include "logon/logon_error.h"
#include "scan/scan_error.h"
#include "store/store_error.h"

namespace casweep::doctor {

/// What a step of a checkup looks at, in the order in which a scan needs it.
enum class Check {
  history,
  client_library,
  confinement,
  user,
  account,
  resolver,
  domain_controllers,
  directory_ports,
  kdcs,
  kdc_ports,
  clocks,
  ticket,
  directory,
  listing,
  ca_choice,
  ca,
};

/// The headings under which checks are shown.
enum class Area { machine, network, directory, cas };

/// The result of a step. Zero is the one that proves nothing.
enum class Outcome { skipped = 0, ok, warning, failed };

[[nodiscard]] std::span<const Check> all_checks();
[[nodiscard]] std::span<const Area> all_areas();
[[nodiscard]] std::span<const Outcome> all_outcomes();

/// Stable words: "kdc-ports", "network", "skipped".
[[nodiscard]] std::string_view word_of(Check check);
[[nodiscard]] std::string_view word_of(Area area);
[[nodiscard]] std::string_view word_of(Outcome outcome);

[[nodiscard]] Area area_of(Check check);

/// What the check proves if its outcome is ok: "The workers that talk to CA hosts are confined".
[[nodiscard]] std::string_view claim_of(Check check);

/// Samba's client library is missing, or is not the one casweep was built for.
struct NoClientLibrary {
  bool operator==(const NoClientLibrary&) const = default;
};

/// Why a check failed, in the terms of the part of a scan that would fail. It decides the exit code.
using Cause = std::variant<NoClientLibrary, store::StoreError::Kind, logon::LogonErrorKind,
                           discovery::DirectoryErrorKind, scan::ScanError::Kind, assess::Reason>;

/// The result of one check. Its texts may contain foreign text; neither contains a secret.
struct Finding {
  Outcome outcome = Outcome::ok;
  std::string text{};            ///< sentences: what was found
  std::string advice{};          ///< sentences: what to do; empty: nothing, or `text` ends with it
  std::optional<Cause> cause{};  ///< of a failure

  bool operator==(const Finding&) const = default;
};

/// The CA that a step is about.
struct CaOfStep {
  std::string name;  ///< or its objectGUID
  std::string host;  ///< empty: the directory names none

  bool operator==(const CaOfStep&) const = default;
};

/// A check that was made, or skipped.
struct Step {
  Check check = Check::history;
  std::optional<CaOfStep> ca{};  ///< of Check::ca; nullopt: of every other check, and if it was skipped for all CAs
  Finding finding{};
  std::optional<Check> because_of{};  ///< of a skipped check: the failed one that it needs
  std::chrono::milliseconds duration{0};
};

/// A failure that a scan would end with.
[[nodiscard]] Finding failure(Cause cause, std::string text, std::string advice = {});

/// The failure of the first step that failed; null if none did.
[[nodiscard]] const Step* first_failure(std::span<const Step> steps);

/// The worst outcome of all steps: failed, warning or ok.
[[nodiscard]] Outcome outcome_of(std::span<const Step> steps);

}  // namespace casweep::doctor
