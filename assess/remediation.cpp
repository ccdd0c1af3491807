// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/remediation.h"

#include <fmt/format.h>

#include <algorithm>

#include "assess/advice_internal.h"
#include "base/host_name.h"
#include "base/utf16.h"

namespace casweep::assess {
namespace {

/// Whether `c` is visible and has no special meaning between double quotes in cmd.exe and in PowerShell (which also
/// treats typographic quotes as quotes).
bool is_plain_in_quotes(char16_t c) {
  constexpr std::u16string_view special = u"\"%$`!\\";
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || special.find(c) != std::u16string_view::npos) return false;
  const bool invisible_or_quote = (c >= 0x2000 && c <= 0x206F) || c == 0x061C || c == 0xFEFF || c >= 0xFFF0;
  return !invisible_or_quote;
}

bool is_plain_in_quotes(std::string_view text) {
  const auto utf16 = base::to_utf16(text);
  return utf16 && !utf16->empty() && std::ranges::all_of(*utf16, [](char16_t c) { return is_plain_in_quotes(c); });
}

std::string setreg(std::string_view change, std::string_view ca_name, std::string_view host_name) {
  host_name = base::without_root_dot(host_name);
  const std::string config = is_plain_in_quotes(ca_name) && is_plain_in_quotes(host_name)
                                 ? fmt::format("-config \"{}\\{}\" ", host_name, ca_name)
                                 : std::string{};
  return fmt::format("certutil {}-setreg CA\\InterfaceFlags {}", config, change);
}

constexpr std::string_view restart = "net stop certsvc & net start certsvc";

std::string_view advice_for(Reason reason) {
  const auto found = std::ranges::find(all_advice(), reason, &Advice::reason);
  return found == all_advice().end() ? std::string_view{} : found->sentence;
}

}  // namespace

Remediation remediation_for(Verdict verdict, Reason reason, std::string_view ca_name, std::string_view host_name) {
  if (verdict != Verdict::not_enforced) return {std::string(advice_for(reason)), {}, {}};
  return {
      "Test in a controlled environment first: clients that cannot encrypt their requests are refused afterwards. "
      "Restart the service on the CA's host; the flag takes effect only then.",
      {setreg("+IF_ENFORCEENCRYPTICERTREQUEST", ca_name, host_name), std::string(restart)},
      {setreg("-IF_ENFORCEENCRYPTICERTREQUEST", ca_name, host_name), std::string(restart)},
  };
}

}  // namespace casweep::assess
