// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/ca_host.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/host_name.h"
#include "base/instant.h"

namespace casweep::assess {

std::optional<ReadFailure> host_name_failure(const discovery::EnrollmentService& ca) {
  if (ca.dns_host_name.empty()) {
    return ReadFailure{Reason::no_host_name,
                       "The CA's object in the directory has no dNSHostName, so it is not known where the CA runs.",
                       {}};
  }
  if (base::is_service_host_name(base::without_root_dot(ca.dns_host_name))) return std::nullopt;
  return ReadFailure{
      Reason::host_name_invalid,
      fmt::format("The object's dNSHostName is \"{}\", which is not the DNS name of a host.", ca.dns_host_name),
      {}};
}

std::optional<Reading> reading_without_host(const discovery::EnrollmentService& ca, const std::string& account) {
  auto failure = host_name_failure(ca);
  if (!failure) return std::nullopt;
  Reading reading;
  reading.result = tl::unexpected(*std::move(failure));
  reading.account = account;
  reading.started_at = base::now();
  reading.finished_at = reading.started_at;
  return reading;
}

}  // namespace casweep::assess
