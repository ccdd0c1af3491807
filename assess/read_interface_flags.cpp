// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/read_interface_flags.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "assess/ca_host.h"
#include "assess/ca_key.h"
#include "assess/kerberos_diagnosis.h"
#include "assess/tcp_failure.h"
#include "base/host_name.h"
#include "base/instant.h"
#include "base/tcp_address.h"
#include "logon/kerberos_ticket.h"
#include "winreg/nt_status.h"
#include "winreg/registry_type.h"
#include "winreg/remote_registry.h"
#include "winreg/rpc_channel.h"
#include "winreg/smb_port.h"
#include "winreg/smb_rpc_channel.h"

namespace casweep::assess {

namespace {

/// CAServerName of the key; nullopt if it cannot be read.
std::optional<std::string> server_name_in(winreg::RemoteRegistry& registry, const winreg::RemoteRegistry::Key& key) {
  const auto value = registry.value(key, "CAServerName");
  auto name = value && *value ? winreg::text_of(**value) : std::nullopt;
  return name && !name->empty() ? name : std::nullopt;
}

}  // namespace

tl::expected<RegistryFacts, ReadFailure> read_registry_facts(winreg::RemoteRegistry& registry,
                                                             const discovery::EnrollmentService& ca,
                                                             const ReportFacts& report) {
  auto found = find_ca_key(registry, ca);
  if (!found) return tl::unexpected(found.error());
  // Read before the flags, because it may show that they belong to another host's CA.
  std::optional<std::string> server_name = server_name_in(registry, found->key);
  auto interface_flags = registry.value(found->key, "InterfaceFlags");
  if (!interface_flags) return tl::unexpected(read_failure_of(interface_flags.error()));
  RegistryFacts facts{.key_path = found->key.path,
                      .found_by = found->found_by,
                      .matched_by = found->matched_by,
                      .interface_flags = *std::move(interface_flags),
                      .key_last_write = std::nullopt,
                      .server_name = std::move(server_name),
                      .identity = std::move(found->identity)};
  // The flags are known; the time is only additional evidence, and a host that does not send it must not lose the
  // flags.
  report(facts);
  if (const auto info = registry.info(found->key)) facts.key_last_write = info->last_write;
  return facts;
}

/// What all workers inherit.
struct InterfaceFlagsReader::Warm {
  Warm(std::optional<logon::KerberosTicket> own_tickets, const logon::Account& account)
      : tickets(std::move(own_tickets)), client(account) {
    prepare_to_find_ca_keys();
  }
  std::optional<logon::KerberosTicket> tickets;  ///< the client's
  winreg::SmbClient client;
};

InterfaceFlagsReader::InterfaceFlagsReader(logon::Account account) : account_(std::move(account)) {
  std::optional<logon::KerberosTicket> tickets;
  if (account_.logon == logon::Logon::kerberos) {
    // Without a copy, the workers read the whole cache, which takes longer.
    if (auto copy = logon::KerberosTicket::ticket_granting_only(account_.ccache)) {
      account_.ccache = copy->ccache();
      tickets = *std::move(copy);
    }
  }
  warm_ = std::make_unique<Warm>(std::move(tickets), account_);
}

InterfaceFlagsReader::~InterfaceFlagsReader() = default;

/// `failure`, or a more exact one from the network. It is queried only after a failure, so that successful readings
/// cost nothing.
ReadFailure InterfaceFlagsReader::diagnose(const ReadFailure& failure, const std::string& address,
                                           std::chrono::steady_clock::time_point deadline) const {
  if (failure.reason != Reason::unclassified) return failure;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  const auto socket = base::connect_tcp({address}, winreg::smb_port, {.time = left});
  return socket ? failure : tcp_failure(socket.error(), address);
}

/// The bound channel to the host that answered at `address`.
tl::expected<std::unique_ptr<winreg::RpcChannel>, ReadFailure> InterfaceFlagsReader::connect(
    const std::string& host, const Reading& reading, std::chrono::steady_clock::time_point deadline,
    const ReportStage& stage) const {
  const std::string& address = reading.address;
  auto channel = warm_->client.connect_winreg(address, host, deadline);
  if (channel) return *std::move(channel);
  ReadFailure failure = read_failure_of(channel.error());
  if (account_.logon != logon::Logon::kerberos || failure.reason != Reason::kerberos_failed)
    return tl::unexpected(diagnose(failure, address, deadline));

  if (failure.error.number == winreg::STATUS_NO_LOGON_SERVERS) {
    // Asking again would take longer than the deadline.
    failure.detail = silent_kdc_diagnosis(host, account_.principal);
    return tl::unexpected(std::move(failure));
  }
  // At the deadline, the failure so far is the result.
  Reading so_far = reading;
  const auto next = [&](std::string_view step) {
    so_far.result = tl::unexpected(failure);
    stage(step, so_far);
  };
  next("asking the KDC why Kerberos failed");
  KdcAnswers kdc = ask_kdc_about(host, account_);
  // Not after a refusal: with this status the host accepted the logon to SMB, and none was sent to RPC.
  if (kdc.know_only_smb() && failure.error.number == winreg::STATUS_INVALID_PARAMETER) {
    next("logging on to RPC with the ticket for SMB");
    channel = warm_->client.connect_winreg(address, host, deadline, winreg::RpcService::cifs);
    if (channel) return *std::move(channel);
    failure = read_failure_of(channel.error());
    if (failure.reason != Reason::kerberos_failed) return tl::unexpected(diagnose(failure, address, deadline));
  }
  KerberosFindings findings{.host = host,
                            .address = address,
                            .host_refused = failure.error.number != winreg::STATUS_INVALID_PARAMETER,
                            .kdc = std::move(kdc)};
  look_into_kerberos(findings, account_, deadline, [&](std::string_view step) {
    failure.detail = kerberos_diagnosis(findings);
    next(step);
  });
  failure.detail = kerberos_diagnosis(findings);
  return tl::unexpected(std::move(failure));
}

Reading InterfaceFlagsReader::operator()(const discovery::EnrollmentService& ca,
                                         std::chrono::steady_clock::time_point deadline,
                                         const ReportStage& stage) const {
  Reading reading;
  reading.account = account_.principal;
  reading.started_at = base::now();
  reading.result = [&]() -> tl::expected<RegistryFacts, ReadFailure> {
    if (auto failure = host_name_failure(ca)) return tl::unexpected(*std::move(failure));
    const std::string host(base::without_root_dot(ca.dns_host_name));
    stage(lookup_stage(host), reading);
    const auto addresses = base::resolve(host);
    if (!addresses) return tl::unexpected(tcp_failure(addresses.error(), host));
    reading.address = addresses->front();
    stage(connecting_stage, reading);
    if (addresses->size() > 1) reading.address = base::first_to_answer(*addresses, winreg::smb_port, deadline);
    const auto channel = connect(host, reading, deadline, stage);
    if (!channel) return tl::unexpected(channel.error());
    reading.protocol = warm_->client.protection();
    stage("reading the registry", reading);
    winreg::RemoteRegistry registry(**channel);
    auto facts = read_registry_facts(registry, ca, [&](const RegistryFacts& so_far) {
      reading.result = so_far;
      stage("asking when the key was last written", reading);
    });
    reading.key_path = facts ? facts->key_path : registry.last_path();
    return facts;
  }();
  reading.finished_at = base::now();
  return reading;
}

}  // namespace casweep::assess
