// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "assess/interface_flags.h"
#include "assess/reading.h"
#include "assess/remediation.h"
#include "base/foreign_error.h"
#include "history/scan_record.h"

namespace casweep::report {

/// The evidence for a verdict as text, the same in tables, JSON and CSV. Foreign text is unchanged; empty for nothing.
struct ReadingText {
  std::string key_path;
  std::optional<std::string> value_type;  ///< "REG_DWORD"; a type without a name as "0x1234"; nullopt: no value read
  std::optional<std::string> value_hex;   ///< the value's data; may be empty, nullopt: no value read
  std::string key_last_write;             ///< ISO 8601
  std::string address;
  std::string protocol;
  std::string account;
  base::ForeignError error;
  std::string started_at;   ///< ISO 8601; empty, like finished_at: the CA was not asked
  std::string finished_at;  ///< ISO 8601
};

[[nodiscard]] ReadingText text_of_reading(const std::optional<assess::Reading>& answer);

/// What a reading over NTLM does not show.
inline constexpr std::string_view unauthenticated_host = "not authenticated: NTLM does not prove which host answered";

/// "0x641 IF_LOCKICERTREQUEST …".
[[nodiscard]] std::string flags_text(const assess::InterfaceFlags& flags);

/// "ntstatus 0xc0000022 STATUS_ACCESS_DENIED", foreign text; empty for none.
[[nodiscard]] std::string error_text(const base::ForeignError& error);

/// The verdict on `ca` as a sentence for a person: "Contoso CA: …"; a CA without a name is shown by its objectGUID.
[[nodiscard]] std::string sentence_of(const history::Observation& ca);

/// What to do about the verdict on `ca`.
[[nodiscard]] assess::Remediation remediation_of(const history::Observation& ca);

}  // namespace casweep::report
