// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kdc_list.h"

#include <arpa/nameser.h>
#include <krb5.h>
#include <netdb.h>
#include <profile.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/host_name.h"
#include "logon/kerberos.h"

namespace casweep::logon {

namespace {

struct FreeProfile {
  void operator()(_profile_t* profile) const { profile_release(profile); }
};
using Profile = std::unique_ptr<_profile_t, FreeProfile>;

std::vector<std::string> kdc_lines_of(_profile_t* profile, const std::string& realm) {
  const std::array<const char*, 4> names{"realms", realm.c_str(), "kdc", nullptr};
  char** values = nullptr;
  std::vector<std::string> lines;
  if (profile_get_values(profile, names.data(), &values) != 0) return lines;
  for (char** value = values; *value != nullptr; ++value) lines.emplace_back(*value);
  profile_free_list(values);
  return lines;
}

bool is_looked_up_in_dns(_profile_t* profile) {
  int both = 1;
  int kdc = 1;
  profile_get_boolean(profile, "libdefaults", "dns_fallback", nullptr, 1, &both);
  profile_get_boolean(profile, "libdefaults", "dns_lookup_kdc", nullptr, both, &kdc);
  return kdc != 0;
}

struct ServiceRecord {
  std::uint16_t priority = 0;
  base::Endpoint target;
};

/// The SRV records _kerberos._tcp.REALM (RFC 2782), by priority.
std::vector<base::Endpoint> kdcs_in_dns(const std::string& realm) {
  std::array<unsigned char, NS_MAXMSG> answer{};
  const std::string name = fmt::format("_kerberos._tcp.{}.", realm);
  const int size = ::res_query(name.c_str(), ns_c_in, ns_t_srv, answer.data(), answer.size());
  ns_msg message{};
  if (size <= 0 || ::ns_initparse(answer.data(), size, &message) != 0) return {};
  std::vector<ServiceRecord> records;
  for (int index = 0; index < ns_msg_count(message, ns_s_an); ++index) {
    ns_rr record{};
    std::array<char, NS_MAXDNAME> host{};
    constexpr std::uint16_t fixed = 6;  // priority, weight, port
    if (::ns_parserr(&message, ns_s_an, index, &record) != 0 || ns_rr_type(record) != ns_t_srv) continue;
    if (ns_rr_rdlen(record) <= fixed) continue;
    if (::dn_expand(ns_msg_base(message), ns_msg_end(message), ns_rr_rdata(record) + fixed, host.data(), host.size()) <
        0)
      continue;
    if (!base::is_host_name(host.data())) continue;
    records.push_back({static_cast<std::uint16_t>(ns_get16(ns_rr_rdata(record))),
                       {host.data(), static_cast<std::uint16_t>(ns_get16(ns_rr_rdata(record) + 4))}});
  }
  std::ranges::stable_sort(records, {}, &ServiceRecord::priority);
  std::vector<base::Endpoint> kdcs;
  for (ServiceRecord& record : records) kdcs.push_back(std::move(record.target));
  return kdcs;
}

constexpr std::string_view shuffled = "shuffled";

}  // namespace

KdcList kdcs_of_realm(const std::string& realm) {
  const Kerberos kerberos({.with = KerberosRequest::With::cache, .principal = {}, .source = {}, .service = {}});
  profile_t made = nullptr;
  if (kerberos.made() != 0 || krb5_get_profile(kerberos.get(), &made) != 0) return {};
  const Profile profile(made);
  const auto lines = kdc_lines_of(profile.get(), realm);
  if (lines.empty()) {
    if (!is_looked_up_in_dns(profile.get())) return {};
    return {.kdcs = kdcs_in_dns(realm), .in_order = false};
  }
  KdcList list;
  for (const std::string& line : lines) {
    auto kdc = base::parse_endpoint(line, kerberos_port);
    if (!kdc) return {};
    list.kdcs.push_back(*std::move(kdc));
  }
  return list;
}

tl::expected<KdcList, base::BoundedCallFailure> find_kdcs(const std::string& realm, const base::Patience& patience) {
  const auto lines = base::bounded_call(
      [&]() -> tl::expected<std::string, base::SlowCallError> {
        const KdcList found = kdcs_of_realm(realm);
        std::string text = found.in_order ? "" : fmt::format("{}\n", shuffled);
        for (const base::Endpoint& kdc : found.kdcs) text += base::endpoint_text(kdc) + '\n';
        return text;
      },
      patience);
  if (!lines) return tl::unexpected(lines.error());
  KdcList list;
  std::istringstream words(*lines);
  for (std::string line; words >> line;) {
    if (line == shuffled) {
      list.in_order = false;
    } else if (auto kdc = base::parse_endpoint(line, kerberos_port)) {
      list.kdcs.push_back(*std::move(kdc));
    }
  }
  return list;
}

}  // namespace casweep::logon
