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
// Order matters: these depend on definitions in the two above.
#include <core/ntstatus.h>
#include <credentials.h>
#include <dcerpc.h>
#include <param.h>
}

#include "winreg/nt_status.h"

namespace casweep::winreg {
namespace {

using Clock = std::chrono::steady_clock;

// HAVE_IMMEDIATE_STRUCTURES, as the library was built; otherwise it would be a number.
static_assert(std::is_class_v<NTSTATUS>);

// Of the versions whose headers this file was compiled with. Symbols of the others are found through the first, too.
constexpr std::array library_names{"libdcerpc.so.0", "libsamba-credentials.so.1", "libsamba-hostconfig.so.0"};

/// The functions used from Samba's client library. Only a scan loads it, because loading its hundred libraries takes
/// longer than most queries of the history. All symbols are then bound, once for all workers.
struct Samba {
  /// The library; throws ClientLibraryMissing.
  static const Samba& library() {
    static const Samba samba;
    return samba;
  }

  void* const handle = open();
#define CASWEEP_OF_SAMBA(function) decltype(&::function) const function = find<decltype(&::function)>(#function)
  CASWEEP_OF_SAMBA(cli_credentials_get_client_gss_creds);
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

  /// Whether the installed version, which may be later than the headers, has this function.
  [[nodiscard]] bool has(const char* function) const { return ::dlsym(handle, function) != nullptr; }

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
const char* const host_names[] = {"host"};
const char* const cifs_names[] = {"cifs"};
const ndr_interface_string_array host_service{1, host_names};
const ndr_interface_string_array cifs_service{1, cifs_names};

constexpr ndr_interface_table winreg_with(const ndr_interface_string_array& service) {
  return {"winreg",          {{0x338cd001, 0x2244, 0x31f1, {0xaa, 0xaa}, {0x90, 0x00, 0x38, 0x00, 0x10, 0x03}}, 1},
          "Remote Registry", 0,
          nullptr,           0,
          nullptr,           &winreg_endpoints,
          &service};
}

const ndr_interface_table winreg_with_host = winreg_with(host_service);
const ndr_interface_table winreg_with_cifs = winreg_with(cifs_service);

base::ForeignError foreign_error(NTSTATUS status) {
  constexpr std::string_view prefix = "NT_STATUS_";
  const std::string_view name = Samba::library().nt_errstr(status);
  return {"ntstatus", NT_STATUS_V(status),
          name.starts_with(prefix) ? std::string(name.substr(std::string_view("NT_").size())) : std::string{}};
}

std::string name_of(const base::ForeignError& error) {
  return error.symbol.empty() ? fmt::format("NTSTATUS {:#010x}", error.number) : error.symbol;
}

RegistryFailure failure_of(NTSTATUS status, const NtStatusMeaning& meaning) {
  base::ForeignError error = foreign_error(status);
  return {meaning.kind, fmt::format("{} ({}).", meaning.sentence, name_of(error)), std::move(error)};
}

RegistryFailure connect_failure_of(NTSTATUS status, logon::Logon logon) {
  return failure_of(status, meaning_of_connect(NT_STATUS_V(status), logon));
}

/// Whole seconds until `deadline`, Samba's unit; at least one, because zero would mean no limit.
std::uint32_t seconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now()).count();
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left, 1));
}

class SmbRpcChannel : public RpcChannel {
 public:
  SmbRpcChannel(Talloc<tevent_context> events, Talloc<dcerpc_pipe> pipe, Clock::time_point deadline)
      : events_(std::move(events)), pipe_(std::move(pipe)), deadline_(deadline) {}

  tl::expected<base::Octets, RegistryFailure> call(winreg::Opnum opnum, std::span<const std::uint8_t> stub) override {
    const Samba& samba = Samba::library();
    samba.dcerpc_binding_handle_set_timeout(pipe_->binding_handle, seconds_until(deadline_));
    const Talloc<void> memory(talloc_new(nullptr));
    std::uint8_t* reply = nullptr;
    std::size_t reply_size = 0;
    std::uint32_t reply_flags = 0;
    const NTSTATUS status =
        samba.dcerpc_binding_handle_raw_call(pipe_->binding_handle, nullptr, static_cast<std::uint32_t>(opnum), 0,
                                             stub.data(), stub.size(), memory.get(), &reply, &reply_size, &reply_flags);
    if (!NT_STATUS_IS_OK(status)) return tl::unexpected(failure_of(status, meaning_of_call(NT_STATUS_V(status))));
    // Windows and Samba answer in the client's byte order, little endian.
    if ((reply_flags & DCERPC_PULL_BIGENDIAN) != 0) {
      return tl::unexpected(
          RegistryFailure{RegistryFailureKind::protocol_error, "The host answered in big-endian NDR.", {}});
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

ClientLibrary client_library() {
  const Samba& samba = Samba::library();
  ClientLibrary library;
  Dl_info place{};
  if (::dladdr(reinterpret_cast<const void*>(samba.dcerpc_init), &place) != 0 && place.dli_fname != nullptr)
    library.file = place.dli_fname;
  // A reading does not need this library.
  void* const of_version = ::dlopen("libsmbconf.so.0", RTLD_NOW | RTLD_LOCAL);
  if (void* const found = of_version == nullptr ? nullptr : ::dlsym(of_version, "samba_version_string")) {
    library.version = reinterpret_cast<decltype(&::samba_version_string)>(found)();
  }
  return library;
}

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
    if (!done) throw std::runtime_error(fmt::format("Samba's client library refused to {}.", what));
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
           // Otherwise a host that is trusted for delegation would receive the account's forwardable TGT.
           std::pair{"gensec_gssapi:delegation", "no"},
           std::pair{"gensec_gssapi:delegation_by_kdc_policy", "no"},
       }) {
    need(samba.lpcfg_set_cmdline(impl.parameters, name, value), name);
  }
  // Since Samba 4.23 "smb ports" is for servers only. Earlier versions do not know the other parameter.
  if (samba.has("lpcfg_client_smb_transports")) {
    need(samba.lpcfg_set_cmdline(impl.parameters, "client smb transports", "tcp"), "use TCP port 445 only");
  }

  impl.credentials = samba.cli_credentials_init(impl.root.get());
  need(impl.credentials != nullptr && samba.cli_credentials_set_conf(impl.credentials, impl.parameters),
       "take an account");
  if (account.logon == logon::Logon::kerberos) {
    const char* error = nullptr;
    const int failed = samba.cli_credentials_set_ccache(impl.credentials, impl.parameters, account.ccache.c_str(),
                                                        CRED_SPECIFIED, &error);
    if (failed != 0) {
      throw std::runtime_error(fmt::format("Samba's Kerberos library cannot use the credential cache {}: {}.",
                                           account.ccache, error != nullptr ? error : "no reason given"));
    }
    samba.cli_credentials_set_kerberos_state(impl.credentials, CRED_USE_KERBEROS_REQUIRED, CRED_SPECIFIED);
    // Once for all workers, which inherit it. If it fails, they fail in the same way and report it.
    const Talloc<tevent_context> events(tevent_context_init(nullptr));
    gssapi_creds_container* imported = nullptr;
    static_cast<void>(
        samba.cli_credentials_get_client_gss_creds(impl.credentials, events.get(), impl.parameters, &imported, &error));
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

tl::expected<std::unique_ptr<RpcChannel>, RegistryFailure> SmbClient::connect_winreg(const std::string& address,
                                                                                     const std::string& host_name,
                                                                                     Clock::time_point deadline,
                                                                                     RpcService service) {
  const Samba& samba = Samba::library();
  const Talloc<void> memory(talloc_new(nullptr));
  dcerpc_binding* binding = nullptr;
  // Without "spnego" a host that refuses it at the bind would be offered bare NTLMSSP next.
  NTSTATUS status = samba.dcerpc_parse_binding(memory.get(), "ncacn_np:[\\pipe\\winreg,smb2,seal,spnego]", &binding);
  // Set as options, not as text: a host name from the directory may contain characters with a meaning in a binding
  // string.
  if (NT_STATUS_IS_OK(status)) status = samba.dcerpc_binding_set_string_option(binding, "host", address.c_str());
  if (NT_STATUS_IS_OK(status)) {
    status = samba.dcerpc_binding_set_string_option(binding, "target_hostname", host_name.c_str());
  }
  if (!NT_STATUS_IS_OK(status)) return tl::unexpected(connect_failure_of(status, impl_->logon));

  const ndr_interface_table& interface = service == RpcService::host ? winreg_with_host : winreg_with_cifs;
  // Each attempt is a new connection and logon: Samba offers no smaller step. Only these two codes are retried, and no
  // honest host returns them for a logon that it refused.
  constexpr std::chrono::milliseconds first_pause{250};
  constexpr std::chrono::milliseconds longest_pause{2000};
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    Talloc<tevent_context> events(tevent_context_init(nullptr));
    dcerpc_pipe* pipe = nullptr;
    status = samba.dcerpc_pipe_connect_b(nullptr, &pipe, binding, &interface, impl_->credentials, events.get(),
                                         impl_->parameters);
    if (NT_STATUS_IS_OK(status)) {
      return std::make_unique<SmbRpcChannel>(std::move(events), Talloc<dcerpc_pipe>(pipe), deadline);
    }
    const bool starting = NT_STATUS_V(status) == STATUS_PIPE_NOT_AVAILABLE || NT_STATUS_V(status) == STATUS_PIPE_BUSY;
    if (!starting || Clock::now() + pause >= deadline) return tl::unexpected(connect_failure_of(status, impl_->logon));
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace casweep::winreg
