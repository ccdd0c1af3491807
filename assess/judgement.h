// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assess/interface_flags.h"
#include "assess/reading.h"
#include "assess/reason.h"

namespace casweep::assess {

/// The meaning of a reading. `detail` is for people and its wording may change; verdict and reason are stable.
struct Judgement {
  Verdict verdict = Verdict::unknown;
  Reason reason = Reason::unclassified;
  std::string detail;                             ///< one sentence
  std::optional<InterfaceFlags> interface_flags;  ///< only if a REG_DWORD of 4 bytes was read

  bool operator==(const Judgement&) const = default;
};

/// Version of the rules in `judge`, stored with every verdict.
inline constexpr int rules_version = 2;

/// Judges the registry's facts by the configured value only. Pure.
[[nodiscard]] Judgement judge(const RegistryFacts& facts);

/// A failure never becomes a verdict: always `unknown`.
[[nodiscard]] Judgement judge(const ReadFailure& failure);

[[nodiscard]] Judgement judge(const Reading& reading);

/// The same for a CA that runs on `dns_host_name` according to the directory. If the key names another host, it may be
/// a leftover on a cluster's passive node or on a former host. Only `not-enforced` then stands, and its detail says so.
[[nodiscard]] Judgement judge(const Reading& reading, std::string_view dns_host_name);

}  // namespace casweep::assess
