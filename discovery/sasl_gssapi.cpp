// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/sasl_gssapi_internal.h"

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/printable.h"
#include "discovery/ldap_library_internal.h"
#include "logon/kerberos.h"

namespace casweep::discovery {

namespace {

/// RFC 4752 3.3.
constexpr std::uint8_t layer_none = 1;
constexpr std::uint8_t layer_sign_and_seal = 4;

/// The longest sealed buffer that a server may send, as negotiated.
constexpr std::uint32_t longest_sealed = 0x10000;
constexpr std::size_t length_prefix = 4;

constexpr gss_OID_desc krb5_mechanism_value = {9, const_cast<char*>("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02")};
const gss_OID krb5_mechanism = const_cast<gss_OID>(&krb5_mechanism_value);

gss_buffer_desc buffer_of(const std::string& text) {
  return {.length = text.size(), .value = const_cast<char*>(text.data())};
}

/// A buffer that the GSS library fills.
class GssBuffer {
 public:
  GssBuffer() = default;
  GssBuffer(const GssBuffer&) = delete;
  GssBuffer& operator=(const GssBuffer&) = delete;
  ~GssBuffer() {
    OM_uint32 ignored = 0;
    gss_release_buffer(&ignored, &buffer_);
  }
  [[nodiscard]] gss_buffer_t get() { return &buffer_; }
  [[nodiscard]] std::string text() const {
    return buffer_.value == nullptr ? std::string() : std::string(static_cast<char*>(buffer_.value), buffer_.length);
  }

 private:
  gss_buffer_desc buffer_ = GSS_C_EMPTY_BUFFER;
};

std::uint32_t number_in(std::string_view octets) {
  std::uint32_t number = 0;
  for (const char octet : octets) number = number << 8U | static_cast<std::uint8_t>(octet);
  return number;
}

std::string four_octets(std::uint8_t first, std::uint32_t rest) {
  return {static_cast<char>(first), static_cast<char>(rest >> 16U), static_cast<char>(rest >> 8U),
          static_cast<char>(rest)};
}

}  // namespace

struct SaslGssapi::State {
  enum class Step { establishing, negotiating, complete };

  explicit State(const std::string& ccache, std::string wanted_service)
      : kerberos({.with = logon::KerberosRequest::With::cache,
                  .principal = {},
                  .source = ccache,
                  .service = std::move(wanted_service)}) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    OM_uint32 ignored = 0;
    gss_delete_sec_context(&ignored, &context, nullptr);
    gss_release_cred(&ignored, &credential);
    gss_release_name(&ignored, &target);
    if (cache != nullptr) krb5_cc_destroy(kerberos.get(), cache);
  }

  [[nodiscard]] tl::unexpected<DirectoryError> failure(OM_uint32 minor) const;
  [[nodiscard]] tl::unexpected<DirectoryError> kerberos_failure(krb5_error_code code) const;
  [[nodiscard]] tl::unexpected<DirectoryError> unproven(const std::string& what) const;
  [[nodiscard]] tl::expected<void, DirectoryError> prepare(const logon::ControllerTicket& ticket);
  [[nodiscard]] tl::expected<std::string, DirectoryError> establish(const std::string& challenge);
  [[nodiscard]] tl::expected<std::string, DirectoryError> negotiate(const std::string& challenge);
  [[nodiscard]] bool seal(std::string_view plain, std::string& sealed);
  [[nodiscard]] bool unseal(const std::string& sealed, std::string& plain);

  logon::Kerberos kerberos;
  krb5_ccache cache = nullptr;  ///< in memory, with the one ticket
  gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
  gss_name_t target = GSS_C_NO_NAME;
  gss_ctx_id_t context = GSS_C_NO_CONTEXT;
  Layer layer = Layer::none;
  std::string bindings;
  Step step = Step::establishing;
  int bits = 0;
  std::uint32_t longest_plain = 0;  ///< that the server accepts at once

  // Received data: octets of an incomplete sealed buffer, and unsealed data that was not read yet.
  std::string incoming;
  std::string plain;
  std::size_t plain_read = 0;
  std::string outgoing;
};

/// A failure of the library while it processes data from the server. Most Kerberos codes concern the server here.
tl::unexpected<DirectoryError> SaslGssapi::State::failure(OM_uint32 minor) const {
  const auto code = static_cast<krb5_error_code>(minor);
  switch (code) {
    case KRB5KRB_AP_ERR_SKEW:
    case KRB5KRB_AP_ERR_TKT_NYV:
    case KRB5KRB_AP_ERR_TKT_EXPIRED:
    case KRB5KDC_ERR_ETYPE_NOSUPP:
      return kerberos_failure(code);
    default:
      break;
  }
  const char* text = krb5_get_error_message(kerberos.get(), code);
  auto error = unproven(code == 0 ? "its answer is invalid" : base::printable(text));
  krb5_free_error_message(kerberos.get(), text);
  return error;
}

tl::unexpected<DirectoryError> SaslGssapi::State::kerberos_failure(krb5_error_code code) const {
  return tl::unexpected(directory_error_of(kerberos.failure(code).value()));
}

tl::unexpected<DirectoryError> SaslGssapi::State::unproven(const std::string& what) const {
  return tl::unexpected(
      DirectoryError{DirectoryErrorKind::server_unproven,
                     fmt::format("The server did not prove that it is {}: {}; check where DNS points.",
                                 base::printable(kerberos.request.service), what)});
}

tl::expected<void, DirectoryError> SaslGssapi::State::prepare(const logon::ControllerTicket& ticket) {
  if (kerberos.made() != 0) return kerberos_failure(kerberos.made());
  const krb5_data octets{.magic = 0,
                         .length = static_cast<unsigned>(ticket.credentials.size()),
                         .data = const_cast<char*>(ticket.credentials.data())};
  krb5_creds* credentials = nullptr;
  if (const auto code = krb5_unmarshal_credentials(kerberos.get(), &octets, &credentials))
    return kerberos_failure(code);
  kerberos.request.principal = kerberos.name_of(credentials->client);
  // A separate cache with only this ticket, so that the library cannot request a ticket for another name.
  auto code = krb5_cc_new_unique(kerberos.get(), "MEMORY", nullptr, &cache);
  if (code == 0) code = krb5_cc_initialize(kerberos.get(), cache, credentials->client);
  if (code == 0) code = krb5_cc_store_cred(kerberos.get(), cache, credentials);
  krb5_free_creds(kerberos.get(), credentials);
  if (code != 0) return kerberos_failure(code);

  char* cache_name = nullptr;
  if (const auto named = krb5_cc_get_full_name(kerberos.get(), cache, &cache_name)) return kerberos_failure(named);
  gss_key_value_element_desc element{.key = "ccache", .value = cache_name};
  const gss_key_value_set_desc store{.count = 1, .elements = &element};
  gss_OID_set_desc mechanisms{.count = 1, .elements = krb5_mechanism};
  OM_uint32 minor = 0;
  OM_uint32 major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms, GSS_C_INITIATE, &store,
                                          &credential, nullptr, nullptr);
  krb5_free_string(kerberos.get(), cache_name);
  if (GSS_ERROR(major)) return failure(minor);

  gss_buffer_desc name = buffer_of(ticket.service);
  major = gss_import_name(&minor, &name, GSS_KRB5_NT_PRINCIPAL_NAME, &target);
  if (GSS_ERROR(major)) return failure(minor);
  return {};
}

tl::expected<std::string, DirectoryError> SaslGssapi::State::establish(const std::string& challenge) {
  const OM_uint32 protection = layer == Layer::none ? 0 : GSS_C_CONF_FLAG;
  const OM_uint32 wanted = GSS_C_MUTUAL_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG | protection;
  gss_channel_bindings_struct channel{};
  channel.application_data = buffer_of(bindings);
  gss_buffer_desc input = buffer_of(challenge);
  GssBuffer output;
  OM_uint32 minor = 0;
  OM_uint32 granted = 0;
  const OM_uint32 major = gss_init_sec_context(
      &minor, credential, &context, target, krb5_mechanism, wanted, GSS_C_INDEFINITE,
      bindings.empty() ? GSS_C_NO_CHANNEL_BINDINGS : &channel, &input, nullptr, output.get(), &granted, nullptr);
  if (GSS_ERROR(major)) return failure(minor);
  if (major == GSS_S_COMPLETE) {
    if ((granted & wanted) != wanted) return unproven("it offers less protection than requested");
    step = Step::negotiating;
  }
  return output.text();
}

tl::expected<std::string, DirectoryError> SaslGssapi::State::negotiate(const std::string& challenge) {
  gss_buffer_desc input = buffer_of(challenge);
  GssBuffer offered;
  OM_uint32 minor = 0;
  OM_uint32 major = gss_unwrap(&minor, context, &input, offered.get(), nullptr, nullptr);
  const std::string offer = offered.text();
  if (GSS_ERROR(major) || offer.size() != length_prefix) return unproven("it did not offer a security layer");
  const std::uint8_t chosen = layer == Layer::none ? layer_none : layer_sign_and_seal;
  if ((static_cast<std::uint8_t>(offer.front()) & chosen) == 0) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::protection_refused,
        fmt::format("{} does not offer {}; ask another domain controller.", base::printable(kerberos.request.service),
                    layer == Layer::none ? "a Kerberos logon inside TLS" : "to sign and seal")});
  }
  if (layer == Layer::sign_and_seal) {
    const std::uint32_t longest_taken = number_in(std::string_view(offer).substr(1));
    major = gss_wrap_size_limit(&minor, context, 1, GSS_C_QOP_DEFAULT, longest_taken, &longest_plain);
    if (GSS_ERROR(major) || longest_plain == 0) return unproven("it does not accept sealed messages");
    gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    if (gss_inquire_sec_context_by_oid(&minor, context, GSS_C_SEC_CONTEXT_SASL_SSF, &set) == GSS_S_COMPLETE &&
        set != nullptr && set->count == 1 && set->elements[0].length == length_prefix) {
      bits = static_cast<int>(number_in({static_cast<const char*>(set->elements[0].value), length_prefix}));
    }
    gss_release_buffer_set(&minor, &set);
  }

  const std::string choice = four_octets(chosen, layer == Layer::none ? 0 : longest_sealed);
  gss_buffer_desc answer = buffer_of(choice);
  GssBuffer wrapped;
  major = gss_wrap(&minor, context, 0, GSS_C_QOP_DEFAULT, &answer, nullptr, wrapped.get());
  if (GSS_ERROR(major)) return failure(minor);
  step = Step::complete;
  return wrapped.text();
}

bool SaslGssapi::State::seal(std::string_view text, std::string& sealed) {
  gss_buffer_desc input{.length = text.size(), .value = const_cast<char*>(text.data())};
  GssBuffer output;
  OM_uint32 minor = 0;
  int is_sealed = 0;
  if (GSS_ERROR(gss_wrap(&minor, context, 1, GSS_C_QOP_DEFAULT, &input, &is_sealed, output.get())) || is_sealed == 0) {
    return false;
  }
  const std::string octets = output.text();
  sealed = four_octets(static_cast<std::uint8_t>(octets.size() >> 24U), static_cast<std::uint32_t>(octets.size()));
  sealed += octets;
  return true;
}

bool SaslGssapi::State::unseal(const std::string& sealed, std::string& text) {
  gss_buffer_desc input = buffer_of(sealed);
  GssBuffer output;
  OM_uint32 minor = 0;
  int is_sealed = 0;
  // Anything but COMPLETE is a failure: supplementary bits report repeated and reordered messages.
  if (gss_unwrap(&minor, context, &input, output.get(), &is_sealed, nullptr) != GSS_S_COMPLETE || is_sealed == 0) {
    return false;
  }
  text = output.text();
  return true;
}

namespace {

SaslGssapi::State& state_of(Sockbuf_IO_Desc* io) { return *static_cast<SaslGssapi::State*>(io->sbiod_pvt); }

int setup_sealing(Sockbuf_IO_Desc* io, void* state) {
  io->sbiod_pvt = state;
  return 0;
}

int remove_sealing(Sockbuf_IO_Desc* /*io*/) { return 0; }

int control_sealing(Sockbuf_IO_Desc* io, int option, void* argument) {
  const auto& state = state_of(io);
  if (option == LBER_SB_OPT_DATA_READY && state.plain_read < state.plain.size()) return 1;
  return LBER_SBIOD_CTRL_NEXT(io, option, argument);
}

/// Reads until `incoming` has `size` octets; otherwise returns the result of recv().
ber_slen_t fill(Sockbuf_IO_Desc* io, std::size_t size) {
  std::string& incoming = state_of(io).incoming;
  while (incoming.size() < size) {
    std::array<char, 8192> octets{};
    const auto got = LBER_SBIOD_READ_NEXT(io, octets.data(), std::min(octets.size(), size - incoming.size()));
    if (got <= 0) return got;
    incoming.append(octets.data(), static_cast<std::size_t>(got));
  }
  return 1;
}

ber_slen_t read_sealed(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  auto& state = state_of(io);
  while (state.plain_read == state.plain.size()) {
    if (const auto got = fill(io, length_prefix); got <= 0) return got;
    const std::uint32_t length = number_in(std::string_view(state.incoming).substr(0, length_prefix));
    if (length > longest_sealed) {
      errno = EBADMSG;
      return -1;
    }
    if (const auto got = fill(io, length_prefix + length); got <= 0) return got;
    const std::string sealed = std::exchange(state.incoming, {}).substr(length_prefix);
    state.plain_read = 0;
    if (!state.unseal(sealed, state.plain)) {
      state.plain.clear();
      errno = EBADMSG;
      return -1;
    }
  }
  const auto count = std::min<std::size_t>(size, state.plain.size() - state.plain_read);
  std::memcpy(buffer, state.plain.data() + state.plain_read, count);
  state.plain_read += count;
  return static_cast<ber_slen_t>(count);
}

ber_slen_t write_sealed(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  auto& state = state_of(io);
  const std::string_view text(static_cast<const char*>(buffer), std::min<std::size_t>(size, state.longest_plain));
  if (!state.seal(text, state.outgoing)) {
    errno = EBADMSG;
    return -1;
  }
  for (std::size_t sent = 0; sent < state.outgoing.size();) {
    const auto wrote = LBER_SBIOD_WRITE_NEXT(io, state.outgoing.data() + sent, state.outgoing.size() - sent);
    if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) continue;  // the layer below waits until its deadline
    if (wrote <= 0) return -1;
    sent += static_cast<std::size_t>(wrote);
  }
  return static_cast<ber_slen_t>(text.size());
}

int close_sealing(Sockbuf_IO_Desc* /*io*/) { return 0; }

}  // namespace

SaslGssapi::SaslGssapi(std::unique_ptr<State> state) : state_(std::move(state)) {}
SaslGssapi::SaslGssapi(SaslGssapi&& other) noexcept = default;
SaslGssapi& SaslGssapi::operator=(SaslGssapi&& other) noexcept = default;
SaslGssapi::~SaslGssapi() = default;

tl::expected<SaslGssapi, DirectoryError> SaslGssapi::make(const logon::ControllerTicket& ticket, Layer layer,
                                                          const std::string& channel_bindings) {
  auto state = std::make_unique<State>("the ticket at hand", ticket.service);
  state->layer = layer;
  state->bindings = channel_bindings;
  if (auto prepared = state->prepare(ticket); !prepared) return tl::unexpected(std::move(prepared.error()));
  return SaslGssapi(std::move(state));
}

tl::expected<std::string, DirectoryError> SaslGssapi::respond(const std::string& challenge) {
  switch (state_->step) {
    case State::Step::establishing:
      return state_->establish(challenge);
    case State::Step::negotiating:
      return state_->negotiate(challenge);
    case State::Step::complete:
      break;
  }
  return state_->unproven("it continued the bind after it was complete");
}

bool SaslGssapi::is_complete() const { return state_->step == State::Step::complete; }

int SaslGssapi::key_bits() const { return state_->bits; }

void SaslGssapi::protect(Sockbuf* sockbuf) {
  static Sockbuf_IO layer = {setup_sealing, remove_sealing, control_sealing, read_sealed, write_sealed, close_sealing};
  ber_sockbuf_add_io(sockbuf, &layer, LBER_SBIOD_LEVEL_APPLICATION, state_.get());
}

}  // namespace casweep::discovery
