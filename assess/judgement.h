// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assess/interface_flags.h"
#include "assess/reading.h"
#include "assess/reason.h"

namespace casweep::assess {

/// What an observation means. The words are for a person and may improve; outcome and reason are for machines.
struct Judgement {
  Verdict verdict = Verdict::unknown;
  Reason reason = Reason::unclassified;
  std::string detail;                             ///< one sentence
  std::optional<InterfaceFlags> interface_flags;  ///< only if a REG_DWORD of 4 bytes was read

  bool operator==(const Judgement&) const = default;
};

/// Version of the rules in `judge`, stored with every verdict.
inline constexpr int rules_version = 2;

/// Judges what the registry says, by the configured value alone. Pure.
[[nodiscard]] Judgement judge(const RegistryFacts& facts);

/// A failure never becomes a verdict: always `unknown`.
[[nodiscard]] Judgement judge(const ReadFailure& failure);

[[nodiscard]] Judgement judge(const Reading& reading);

/// The same for the CA that the directory says runs on `dns_host_name`. If the key says that its CA runs on another
/// host, it may be what a cluster's passive node or a former host kept: then only `not-enforced` is believed, and its
/// detail says so.
[[nodiscard]] Judgement judge(const Reading& reading, std::string_view dns_host_name);

}  // namespace casweep::assess
