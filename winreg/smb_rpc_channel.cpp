// SPDX-License-Identifier: GPL-3.0-or-later
// The one file that sees Samba's headers.
#include "winreg/smb_rpc_channel.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

extern "C" {
// credentials.h only forward-declares these two, which C++ does not allow: clang wants to have seen the enumerators, as
// in Samba's private smb_constants.h.
enum smb_signing_setting { smb_signing_ipc_default = -2, smb_signing_required = 3 };
enum smb_encryption_setting { smb_encryption_default = -1, smb_encryption_required = 3 };

#include <talloc.h>
#include <tevent.h>
// Order matters: these expect what the two above define.
#include <core/ntstatus.h>
#include <credentials.h>
#include <dcerpc.h>
#include <param.h>
}

namespace casweep::winreg {
namespace {

using Clock = std::chrono::steady_clock;

// HAVE_IMMEDIATE_STRUCTURES, as the library was built; otherwise it would be a number.
static_assert(std::is_class_v<NTSTATUS>);

// Of the versions whose headers this file was compiled with. The first one finds what the others hold, too.
constexpr std::array library_names{"libdcerpc.so.0", "libsamba-credentials.so.1", "libsamba-hostconfig.so.0"};

/// What is used of Samba's client library. Only a scan loads it, because its hundred libraries take
/// longer to load than most questions about the history to answer; and all of it is bound then, once for all workers.
struct Samba {
  /// The library; throws ClientLibraryMissing.
  static const Samba& library() {
    static const Samba samba;
    return samba;
  }

  void* const handle = open();
#define CASWEEP_OF_SAMBA(function) decltype(&::function) const function = find<decltype(&::function)>(#function)
  CASWEEP_OF_SAMBA(cli_credentials_init);
  CASWEEP_OF_SAMBA(cli_credentials_set_ccache);
  CASWEEP_OF_SAMBA(cli_credentials_set_conf);
  CASWEEP_OF_SAMBA(cli_credentials_set_domain);
  CASWEEP_OF_SAMBA(cli_credentials_set_kerberos_state);
  CASWEEP_OF_SAMBA(cli_credentials_set_password);
  CASWEEP_OF_SAMBA(cli_credentials_set_smb_ipc_signing);
  CASWEEP_OF_SAMBA(cli_credentials_set_smb_signing);
  CASWEEP_OF_SAMBA(cli_credentials_set_username);
  CASWEEP_OF_SAMBA(dcerpc_binding_handle_raw_call);
  CASWEEP_OF_SAMBA(dcerpc_binding_handle_set_timeout);
  CASWEEP_OF_SAMBA(dcerpc_binding_set_string_option);
  CASWEEP_OF_SAMBA(dcerpc_init);
  CASWEEP_OF_SAMBA(dcerpc_parse_binding);
  CASWEEP_OF_SAMBA(dcerpc_pipe_connect_b);
  CASWEEP_OF_SAMBA(loadparm_init);
  CASWEEP_OF_SAMBA(lpcfg_set_cmdline);
  CASWEEP_OF_SAMBA(nt_errstr);
#undef CASWEEP_OF_SAMBA

 private:
  static void* open() {
    void* first = nullptr;
    for (const char* name : library_names) {
      void* const opened = ::dlopen(name, RTLD_NOW | RTLD_GLOBAL);
      if (opened == nullptr) {
        throw ClientLibraryMissing(fmt::format(
            "Samba's client library cannot be loaded ({}); install Debian's package samba-libs.", ::dlerror()));
      }
      if (first == nullptr) first = opened;
    }
    return first;
  }

  template <typename Function>
  [[nodiscard]] Function find(const char* name) const {
    void* const found = ::dlsym(handle, name);
    if (found == nullptr) {
      throw ClientLibraryMissing(fmt::format(
          "Samba's client library has no {}, so it is not the one casweep was built for; build casweep again "
          "on this system.",
          name));
    }
    return reinterpret_cast<Function>(found);
  }
};

struct TallocFree {
  void operator()(void* context) const { talloc_free(context); }
};
template <typename T>
using Talloc = std::unique_ptr<T, TallocFree>;

// [MS-RRP] 2.1: interface winreg 1.0 on \PIPE\winreg, SPN host/<name> at RPC level.
const char* const winreg_endpoint_names[] = {"ncacn_np:[\\pipe\\winreg]"};
const ndr_interface_string_array winreg_endpoints{1, winreg_endpoint_names};
const char* const winreg_auth_service_names[] = {"host"};
const ndr_interface_string_array winreg_auth_services{1, winreg_auth_service_names};
const ndr_interface_table winreg_interface{
    "winreg",
    {{0x338cd001, 0x2244, 0x31f1, {0xaa, 0xaa}, {0x90, 0x00, 0x38, 0x00, 0x10, 0x03}}, 1},
    "Remote Registry",
    0,
    nullptr,
    0,
    nullptr,
    &winreg_endpoints,
    &winreg_auth_services};

assess::ForeignError foreign_error(NTSTATUS status) {
  constexpr std::string_view prefix = "NT_STATUS_";
  const std::string_view name = Samba::library().nt_errstr(status);
  return {"ntstatus", NT_STATUS_V(status),
          name.starts_with(prefix) ? std::string(name.substr(std::string_view("NT_").size())) : std::string{}};
}

std::string name_of(const assess::ForeignError& error) {
  return error.symbol.empty() ? fmt::format("NTSTATUS {:#010x}", error.number) : error.symbol;
}

/// What a refused or broken connection means ([MS-ERREF] 2.3.1). Samba's client uses some codes for its own ends: what
/// it answers to each step of a host that misbehaves is measured in tests/hostile.
assess::ReadFailure connect_failure_of(NTSTATUS status, logon::Logon logon) {
  const assess::ForeignError error = foreign_error(status);
  const auto failure = [&](assess::Reason reason, std::string_view sentence) {
    return assess::ReadFailure{reason, fmt::format("{} ({}).", sentence, name_of(error)), error};
  };
  const bool ntlm = logon == logon::Logon::ntlm;
  switch (NT_STATUS_V(status)) {
    case 0xC00000AC:  // PIPE_NOT_AVAILABLE
    case 0xC00000AE:  // PIPE_BUSY
      return failure(assess::Reason::remote_registry_not_starting,
                     "The host was starting its Remote Registry service, but not within the deadline");
    case 0xC0000034:  // OBJECT_NAME_NOT_FOUND
      return failure(assess::Reason::remote_registry_unavailable,
                     "The host has no \\PIPE\\winreg: its Remote Registry service is disabled");
    case 0xC000006D:  // LOGON_FAILURE
    case 0xC000006A:  // WRONG_PASSWORD
    case 0xC0000064:  // NO_SUCH_USER
    case 0xC000006E:  // ACCOUNT_RESTRICTION
    case 0xC000006F:  // INVALID_LOGON_HOURS
    case 0xC0000070:  // INVALID_WORKSTATION
    case 0xC0000071:  // PASSWORD_EXPIRED
    case 0xC0000072:  // ACCOUNT_DISABLED
    case 0xC0000193:  // ACCOUNT_EXPIRED
    case 0xC0000224:  // PASSWORD_MUST_CHANGE
    case 0xC0000234:  // ACCOUNT_LOCKED_OUT
      return failure(assess::Reason::logon_refused, "The host refused the account");
    case 0xC000015B:  // LOGON_TYPE_NOT_GRANTED
      return failure(assess::Reason::logon_refused,
                     "The host does not grant this account \"Access this computer from the network\"");
    case 0xC0000413:  // AUTHENTICATION_FIREWALL_FAILED
      return failure(assess::Reason::logon_refused, "Selective authentication keeps this account from the host");
    case 0xC0000192:  // NETLOGON_NOT_STARTED
    case 0xC000018B:  // NO_TRUST_SAM_ACCOUNT
    case 0xC000018C:  // TRUSTED_DOMAIN_FAILURE
    case 0xC000018D:  // TRUSTED_RELATIONSHIP_FAILURE
      return failure(assess::Reason::logon_refused, "The host cannot check the account with its domain");
    case 0xC0000418:  // NTLM_BLOCKED
      return failure(assess::Reason::ntlm_blocked, "The host does not take NTLM");
    case 0xC00000BB:  // NOT_SUPPORTED
      if (ntlm) return failure(assess::Reason::ntlm_blocked, "The host does not take NTLM");
      return failure(assess::Reason::protocol_error, "The host does not speak SMB 2 or 3");
    case 0xC000005E:  // NO_LOGON_SERVERS
    case 0xC0000133:  // TIME_DIFFERENCE_AT_DC
    case 0xC00002FB:  // KDC_UNABLE_TO_REFER
      return failure(assess::Reason::kerberos_failed, "Kerberos gave no ticket for the host");
    case 0xC000000D:  // INVALID_PARAMETER: an unknown service principal, an expired ticket, a host that wants NTLM
      if (!ntlm) return failure(assess::Reason::kerberos_failed, "Kerberos could not prove the account to the host");
      return failure(assess::Reason::protocol_error, "The host's answers are not what SMB and RPC allow");
    case 0xC0000022:  // ACCESS_DENIED: from the host, or from Samba's client about a signature; nothing tells which
      return failure(
          assess::Reason::access_denied,
          "The host does not let this account open \\PIPE\\winreg, or its answers were not signed as they must be");
    case 0xC00000CA:  // NETWORK_ACCESS_DENIED
      return failure(assess::Reason::access_denied, "The host does not let this account open \\PIPE\\winreg");
    case 0xC0000388:  // DOWNGRADE_DETECTED
    case 0xC000A000:  // INVALID_SIGNATURE
      return failure(assess::Reason::protection_refused, "The host's answers were not signed as they must be");
    case 0xC000009A:  // INSUFFICIENT_RESOURCES
    case 0xC0000205:  // INSUFF_SERVER_RESOURCES
    case 0xC00000D0:  // REQUEST_NOT_ACCEPTED
    case 0xC00002FE:  // SERVER_SHUTDOWN_IN_PROGRESS
    case 0xC0000203:  // USER_SESSION_DELETED
    case 0xC000035C:  // NETWORK_SESSION_EXPIRED
    case 0xC00000C9:  // NETWORK_NAME_DELETED
      return failure(assess::Reason::host_busy, "The host is too busy, or shutting down");
    case 0xC00000B5:  // IO_TIMEOUT
      return failure(assess::Reason::timed_out, "The host stopped answering before \\PIPE\\winreg was open");
    case 0xC000020C:  // CONNECTION_DISCONNECTED
    case 0xC000020D:  // CONNECTION_RESET
    case 0xC00000B0:  // PIPE_DISCONNECTED
    case 0xC000014B:  // PIPE_BROKEN
      return failure(assess::Reason::protocol_error, "The host ended the connection before \\PIPE\\winreg was open");
    case 0xC0000257:  // PATH_NOT_COVERED
    case 0xC00000CC:  // BAD_NETWORK_NAME
    case 0x8000002D:  // STOPPED_ON_SYMLINK
      return failure(assess::Reason::protocol_error,
                     "The host pointed elsewhere for \\PIPE\\winreg, and nobody followed");
    case 0xC00000C3:  // INVALID_NETWORK_RESPONSE
    case 0xC0000023:  // BUFFER_TOO_SMALL
    case 0xC00000D2:  // NET_WRITE_FAULT
    case 0xC0000001:  // UNSUCCESSFUL: a bind that was refused
    case 0xC000028A:  // ENCRYPTION_FAILED
    case 0xC0000059:  // REVISION_MISMATCH
    case 0xC0020012:  // RPC_NT_UNKNOWN_IF
    case 0xC002001D:  // RPC_NT_PROTOCOL_ERROR
    case 0xC002002E:  // RPC_NT_PROCNUM_OUT_OF_RANGE
    case 0xC0020041:  // RPC_NT_UNSUPPORTED_TRANS_SYN
    case 0xC0020055:  // RPC_NT_CALL_FAILED and its like: a fault instead of a bind_ack
      return failure(assess::Reason::protocol_error, "The host's answers are not what SMB and RPC allow");
    default:
      return failure(assess::Reason::unclassified, "The connection to \\PIPE\\winreg failed");
  }
}

assess::ReadFailure call_failure_of(NTSTATUS status) {
  const assess::ForeignError error = foreign_error(status);
  const auto failure = [&](assess::Reason reason, std::string_view sentence) {
    return assess::ReadFailure{reason, fmt::format("{} ({}).", sentence, name_of(error)), error};
  };
  switch (NT_STATUS_V(status)) {
    case 0xC00000B5:  // IO_TIMEOUT
      return failure(assess::Reason::timed_out, "The host stopped answering in the middle of the reading");
    case 0xC0000022:  // ACCESS_DENIED: as an RPC fault
      return failure(assess::Reason::access_denied, "The host does not let this account read its registry");
    default:
      return failure(assess::Reason::protocol_error, "The connection broke in the middle of the reading");
  }
}

/// Whole seconds until `deadline`, as Samba counts them; at least one, as none would mean for ever.
std::uint32_t seconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now()).count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left, 1));
}

class SmbRpcChannel : public RpcChannel {
 public:
  SmbRpcChannel(Talloc<tevent_context> events, Talloc<dcerpc_pipe> pipe, Clock::time_point deadline)
      : events_(std::move(events)), pipe_(std::move(pipe)), deadline_(deadline) {}

  tl::expected<base::Octets, assess::ReadFailure> call(winreg::Opnum opnum,
                                                       std::span<const std::uint8_t> stub) override {
    const Samba& samba = Samba::library();
    samba.dcerpc_binding_handle_set_timeout(pipe_->binding_handle, seconds_until(deadline_));
    const Talloc<void> memory(talloc_new(nullptr));
    std::uint8_t* reply = nullptr;
    std::size_t reply_size = 0;
    std::uint32_t reply_flags = 0;
    const NTSTATUS status =
        samba.dcerpc_binding_handle_raw_call(pipe_->binding_handle, nullptr, static_cast<std::uint32_t>(opnum), 0,
                                             stub.data(), stub.size(), memory.get(), &reply, &reply_size, &reply_flags);
    if (!NT_STATUS_IS_OK(status)) return tl::unexpected(call_failure_of(status));
    // Windows answers in little endian to whoever asks in it; so does Samba.
    if ((reply_flags & DCERPC_PULL_BIGENDIAN) != 0) {
      return tl::unexpected(
          assess::ReadFailure{assess::Reason::protocol_error, "The host answered in big-endian NDR.", {}});
    }
    return base::Octets(reply, reply + reply_size);
  }

 private:
  Talloc<tevent_context> events_;  // outlives the pipe
  Talloc<dcerpc_pipe> pipe_;
  Clock::time_point deadline_;
};

}  // namespace

void load_client_library() { static_cast<void>(Samba::library()); }

struct SmbClient::Impl {
  Talloc<void> root{talloc_new(nullptr)};
  loadparm_context* parameters = nullptr;
  cli_credentials* credentials = nullptr;
  logon::Logon logon;
};

SmbClient::SmbClient(const logon::Account& account) : impl_(std::make_unique<Impl>()) {
  Impl& impl = *impl_;
  const Samba& samba = Samba::library();
  impl.logon = account.logon;
  const auto need = [](bool done, const char* what) {
    if (!done) throw std::runtime_error(fmt::format("Samba's client library would not {}.", what));
  };
  need(NT_STATUS_IS_OK(samba.dcerpc_init()), "start");
  impl.parameters = samba.loadparm_init(impl.root.get());
  need(impl.parameters != nullptr, "start");
  for (const auto& [name, value] : {
           std::pair{"log level", "0"},
           std::pair{"client ipc signing", "required"},
           std::pair{"client signing", "required"},
           std::pair{"client ipc min protocol", "SMB2_02"},
           std::pair{"client min protocol", "SMB2_02"},
           std::pair{"smb ports", "445"},
           std::pair{"name resolve order", "host"},
           std::pair{"disable netbios", "yes"},
           std::pair{"client NTLMv2 auth", "yes"},
           std::pair{"client use spnego", "yes"},
           // Otherwise a host that is trusted for delegation is handed the account's forwardable TGT.
           std::pair{"gensec_gssapi:delegation", "no"},
           std::pair{"gensec_gssapi:delegation_by_kdc_policy", "no"},
       }) {
    need(samba.lpcfg_set_cmdline(impl.parameters, name, value), name);
  }

  impl.credentials = samba.cli_credentials_init(impl.root.get());
  need(impl.credentials != nullptr && samba.cli_credentials_set_conf(impl.credentials, impl.parameters),
       "take an account");
  const std::size_t at = account.principal.rfind('@');
  const std::string user = account.principal.substr(0, at);
  const std::string realm = at == std::string::npos ? std::string{} : account.principal.substr(at + 1);
  if (account.logon == logon::Logon::kerberos) {
    const char* error = nullptr;
    const int failed = samba.cli_credentials_set_ccache(impl.credentials, impl.parameters, account.ccache.c_str(),
                                                        CRED_SPECIFIED, &error);
    if (failed != 0) {
      throw std::runtime_error(fmt::format("Samba's Kerberos library cannot use the credential cache {}: {}.",
                                           account.ccache, error != nullptr ? error : "no reason given"));
    }
    samba.cli_credentials_set_kerberos_state(impl.credentials, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED);
  } else {
    // NTLM knows users by name and NetBIOS domain, or by userPrincipalName and no domain; the latter needs no guess.
    samba.cli_credentials_set_username(impl.credentials, account.principal.c_str(), CRED_SPECIFIED);
    samba.cli_credentials_set_domain(impl.credentials, "", CRED_SPECIFIED);
    samba.cli_credentials_set_password(impl.credentials, account.password.reveal().c_str(), CRED_SPECIFIED);
    samba.cli_credentials_set_kerberos_state(impl.credentials, CRED_USE_KERBEROS_DISABLED, CRED_SPECIFIED);
  }
  samba.cli_credentials_set_smb_signing(impl.credentials, smb_signing_required, CRED_SPECIFIED);
  samba.cli_credentials_set_smb_ipc_signing(impl.credentials, smb_signing_required, CRED_SPECIFIED);
}

SmbClient::~SmbClient() = default;

std::string SmbClient::protection() const {
  return fmt::format("required: SMB 2.02 or later, signing, RPC sealing, {}",
                     impl_->logon == logon::Logon::kerberos ? "Kerberos" : "NTLM");
}

tl::expected<std::unique_ptr<RpcChannel>, assess::ReadFailure> SmbClient::connect_winreg(const std::string& address,
                                                                                         const std::string& host_name,
                                                                                         Clock::time_point deadline) {
  const Samba& samba = Samba::library();
  const Talloc<void> memory(talloc_new(nullptr));
  dcerpc_binding* binding = nullptr;
  // Without "spnego" a host that refuses it at the bind would be offered bare NTLMSSP next.
  NTSTATUS status = samba.dcerpc_parse_binding(memory.get(), "ncacn_np:[\\pipe\\winreg,smb2,seal,spnego]", &binding);
  // Set as options, not as text: a host name from the directory may hold what a binding string gives a meaning to.
  if (NT_STATUS_IS_OK(status)) status = samba.dcerpc_binding_set_string_option(binding, "host", address.c_str());
  if (NT_STATUS_IS_OK(status)) {
    status = samba.dcerpc_binding_set_string_option(binding, "target_hostname", host_name.c_str());
  }
  if (!NT_STATUS_IS_OK(status)) return tl::unexpected(connect_failure_of(status, impl_->logon));

  // Each try is a connection and a logon of its own: Samba offers no smaller step. Only these two codes are tried
  // again, and no honest host gives them for a logon that it refused.
  constexpr std::chrono::milliseconds first_pause{250};
  constexpr std::chrono::milliseconds longest_pause{2000};
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    Talloc<tevent_context> events(tevent_context_init(nullptr));
    dcerpc_pipe* pipe = nullptr;
    status = samba.dcerpc_pipe_connect_b(nullptr, &pipe, binding, &winreg_interface, impl_->credentials, events.get(),
                                         impl_->parameters);
    if (NT_STATUS_IS_OK(status)) {
      return std::make_unique<SmbRpcChannel>(std::move(events), Talloc<dcerpc_pipe>(pipe), deadline);
    }
    const bool starting = NT_STATUS_V(status) == 0xC00000AC || NT_STATUS_V(status) == 0xC00000AE;
    if (!starting || Clock::now() + pause >= deadline) return tl::unexpected(connect_failure_of(status, impl_->logon));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace casweep::winreg
