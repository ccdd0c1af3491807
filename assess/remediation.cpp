// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/remediation.h"

#include <fmt/format.h>

#include <algorithm>

#include "assess/advice_internal.h"
#include "base/host_name.h"

namespace casweep::assess {
namespace {

constexpr std::string_view set_flag = "certutil -setreg CA\\InterfaceFlags +IF_ENFORCEENCRYPTICERTREQUEST";
constexpr std::string_view clear_flag = "certutil -setreg CA\\InterfaceFlags -IF_ENFORCEENCRYPTICERTREQUEST";
constexpr std::string_view delete_value = "certutil -delreg CA\\InterfaceFlags";

/// The service reads the flags when it starts.
std::vector<std::string> with_restart(std::string_view command) {
  return {std::string(command), "net stop certsvc", "net start certsvc"};
}

std::string_view advice_for(Reason reason) {
  const auto found = std::ranges::find(all_advice(), reason, &Advice::reason);
  return found == all_advice().end() ? std::string_view{} : found->sentence;
}

}  // namespace

std::string remote_fix_of(std::span<const std::string> host_names) {
  std::string names;
  for (const std::string& name : host_names) {
    const std::string host(base::without_root_dot(name));
    if (base::is_service_host_name(host)) names.append(names.empty() ? "" : ", ").append(host);
  }
  if (names.empty()) return {};
  return fmt::format("Invoke-Command -ComputerName {} {{ {}; Restart-Service CertSvc }}", names, set_flag);
}

Remediation remediation_for(Verdict verdict, Reason reason, const std::string& host_name) {
  if (verdict != Verdict::not_enforced) return {.advice = std::string(advice_for(reason))};
  return {.advice =
              "Test in a controlled environment first: clients that cannot encrypt their requests are refused "
              "afterwards. The flag takes effect when the service restarts.",
          .commands = with_restart(set_flag),
          .remote = remote_fix_of({&host_name, 1}),
          .revert = with_restart(reason == Reason::value_absent ? delete_value : clear_flag)};
}

}  // namespace casweep::assess
