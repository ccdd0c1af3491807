// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "history/run_context.h"

namespace casweep::history {

/// The options of a scan as they took effect, without secrets: names of files with secrets, never their contents.
struct ScanSettings {
  std::string domain{};
  std::vector<std::string> servers{};  ///< URIs
  bool start_tls = false;
  std::string ca_cert{};  ///< file; empty: the system's roots
  std::string user{};     ///< user@REALM; empty: the Kerberos cache at hand
  std::string password_file{};
  std::string keytab{};
  bool ntlm = false;
  unsigned jobs = 0;                              ///< CAs read at a time; 0: the sweep found its level
  std::chrono::milliseconds deadline{15000};      ///< for each CA
  std::vector<std::string> cas{};                 ///< names of the CAs to read; empty: all
  std::vector<std::string> worker_confinement{};  ///< stable words of sweep::Measure
  std::string history_file{};

  bool operator==(const ScanSettings&) const = default;
};

/// The recorded form of the settings and the run: one JSON object on one line, with U+FFFD for invalid UTF-8.
[[nodiscard]] std::string recorded_settings(const ScanSettings& settings, const RunContext& run);

/// The same as a JSON object.
[[nodiscard]] nlohmann::ordered_json settings_json(const ScanSettings& settings, const RunContext& run);

/// Reads the output of recorded_settings(); sets the program's digest and the clock of `run`. Missing settings have
/// their defaults and unknown ones are ignored, because other versions of casweep have fewer or more of them. nullopt:
/// not a JSON object, or a setting has the wrong type.
[[nodiscard]] std::optional<ScanSettings> read_settings(std::string_view json, RunContext& run);

}  // namespace casweep::history
