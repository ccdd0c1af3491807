// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_config.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/first_to_accept.h"
#include "base/host_name.h"
#include "logon/kdc_list.h"

namespace casweep::logon {

namespace {

constexpr auto config_variable = "KRB5_CONFIG";
constexpr auto default_config = "/etc/krb5.conf";

constexpr std::chrono::milliseconds longest_probe{2500};

/// Settings of Heimdal that MIT's library does not have, in seconds. Heimdal's own wait is longer than the deadline of
/// a CA.
constexpr auto limits_for_samba = "[libdefaults]\n  kdc_timeout = 2\n  host_timeout = 1\n  max_retries = 1\n";

}  // namespace

tl::expected<KerberosConfig, LogonError> KerberosConfig::make(const std::vector<std::string>& realms,
                                                              const base::Patience& patience) {
  KerberosConfig config;
  config.choose_kdc(realms, patience);
  if (patience.stop.is_raised()) {
    return tl::unexpected(LogonError{LogonErrorKind::interrupted, std::string(base::interrupted_sentence)});
  }
  config.begin();
  return config;
}

void KerberosConfig::choose_kdc(const std::vector<std::string>& realms, const base::Patience& patience) {
  KdcList list;
  for (const std::string& realm : realms) {
    // The name comes from an option or a ticket cache, and a krb5.conf can load programs.
    if (!base::is_host_name(realm)) continue;
    realm_ = realm;
    list = find_kdcs(realm, patience).value_or(KdcList{});
    if (!list.kdcs.empty() || patience.stop.is_raised()) break;
  }
  const auto& [kdcs, in_order] = list;
  if (kdcs.size() < 2) return;
  // A realm whose KDCs answer by UDP only leaves time for the library.
  base::Patience for_probe = patience;
  for_probe.time = std::min(patience.time, longest_probe);
  const auto found = base::first_to_accept(kdcs, for_probe);
  if (!found || !found->accepted) return;
  if (in_order && *found->accepted == 0) return;
  kdc_ = base::endpoint_text(kdcs[*found->accepted]);
  for (std::size_t index = 0; index < kdcs.size(); ++index) {
    if (index != *found->accepted) others_.push_back(base::endpoint_text(kdcs[index]));
  }
  for (const auto& [index, refusal] : found->passed_over)
    passed_over_.push_back(fmt::format("{} {}", base::endpoint_text(kdcs[index]), words_for(refusal)));
}

void KerberosConfig::begin() {
  auto directory = base::PrivateDirectory::make();
  if (!directory) return;
  directory_ = *std::move(directory);
  const std::string name = directory_.path() + "/krb5.conf";
  std::ofstream file(name);
  file << limits_for_samba;
  if (!kdc_.empty()) {
    file << fmt::format("[realms]\n  {} = {{\n    kdc = {}\n", realm_, kdc_);
    // With any line here, no library asks DNS any more, and the KDC that answers now may fail during the scan.
    for (const std::string& kdc : others_) file << fmt::format("    kdc = {}\n", kdc);
    file << "  }\n";
  }
  file.close();
  if (!file) return;
  if (const char* before = std::getenv(config_variable)) before_ = before;
  setenv(config_variable, fmt::format("{}:{}", name, before_.value_or(default_config)).c_str(), 1);
  in_effect_ = true;
}

KerberosConfig::KerberosConfig(KerberosConfig&& other) noexcept
    : realm_(std::move(other.realm_)),
      kdc_(std::move(other.kdc_)),
      others_(std::move(other.others_)),
      passed_over_(std::move(other.passed_over_)),
      directory_(std::move(other.directory_)),
      before_(std::move(other.before_)),
      in_effect_(std::exchange(other.in_effect_, false)) {}

KerberosConfig& KerberosConfig::operator=(KerberosConfig&& other) noexcept {
  if (this == &other) return *this;
  end();
  realm_ = std::move(other.realm_);
  kdc_ = std::move(other.kdc_);
  others_ = std::move(other.others_);
  passed_over_ = std::move(other.passed_over_);
  directory_ = std::move(other.directory_);
  before_ = std::move(other.before_);
  in_effect_ = std::exchange(other.in_effect_, false);
  return *this;
}

KerberosConfig::~KerberosConfig() { end(); }

void KerberosConfig::end() noexcept {
  if (!std::exchange(in_effect_, false)) return;
  if (before_) {
    setenv(config_variable, before_->c_str(), 1);
  } else {
    unsetenv(config_variable);
  }
}

}  // namespace casweep::logon
