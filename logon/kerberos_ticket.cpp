// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_ticket.h"

#include <krb5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "logon/bounded_exchange_internal.h"
#include "logon/clock_lead.h"
#include "logon/credential_cache_internal.h"
#include "logon/kerberos.h"
#include "logon/kerberos_failure.h"
#include "logon/realm.h"

namespace casweep::logon {

namespace {

using With = KerberosRequest::With;

/// The encryption types used with a password or keytab.
constexpr std::array<krb5_enctype, 4> aes{ENCTYPE_AES256_CTS_HMAC_SHA1_96, ENCTYPE_AES128_CTS_HMAC_SHA1_96,
                                          ENCTYPE_AES256_CTS_HMAC_SHA384_192, ENCTYPE_AES128_CTS_HMAC_SHA256_128};

/// A private cache file that does not exist yet.
struct PrivateCache {
  base::PrivateDirectory directory;
  std::string name;
};

tl::expected<PrivateCache, LogonError> make_private_cache() {
  auto directory = base::PrivateDirectory::make();
  if (!directory) {
    return tl::unexpected(LogonError{
        LogonErrorKind::kerberos_failed,
        fmt::format("Cannot create a private folder for the Kerberos ticket ({}); check XDG_RUNTIME_DIR and /tmp.",
                    std::strerror(directory.error()))});
  }
  std::string name = "FILE:" + directory->path() + "/ccache";
  return PrivateCache{std::move(*directory), std::move(name)};
}

/// The cache called `name`, newly initialized for `owner`.
tl::expected<Kerberos::Cache, LogonError> initialize_cache(const Kerberos& kerberos, const std::string& name,
                                                           krb5_principal owner) {
  krb5_ccache handle = nullptr;
  if (const auto code = krb5_cc_resolve(kerberos.get(), name.c_str(), &handle)) return kerberos.failure(code);
  auto cache = kerberos.adopt<Kerberos::Cache>(handle);
  if (const auto code = krb5_cc_initialize(kerberos.get(), cache.get(), owner)) return kerberos.failure(code);
  return cache;
}

/// Puts `credentials`, which it frees, into a new cache called `name`, and returns their owner.
tl::expected<std::string, LogonError> store_in_new_cache(const Kerberos& kerberos, const std::string& name,
                                                         krb5_creds& credentials) {
  auto cache = initialize_cache(kerberos, name, credentials.client);
  const auto stored = cache ? krb5_cc_store_cred(kerberos.get(), cache->get(), &credentials) : 0;
  std::string owner = kerberos.name_of(credentials.client);
  krb5_free_cred_contents(kerberos.get(), &credentials);
  if (!cache) return tl::unexpected(std::move(cache.error()));
  if (stored != 0) return kerberos.failure(stored);
  return owner;
}

/// When the last ticket-granting ticket in `cache` for the realm of `owner` expires; nullopt if there is none.
tl::expected<std::optional<std::chrono::sys_seconds>, krb5_error_code> end_of_tgt(const Kerberos& kerberos,
                                                                                  krb5_ccache cache,
                                                                                  krb5_principal owner) {
  const auto ticket = tgt_in(kerberos, cache, owner);
  if (!ticket) return tl::unexpected(ticket.error());
  return *ticket ? std::optional((*ticket)->end) : std::nullopt;
}

/// The failure of a clock that differs too much from that of the KDC, which just issued a ticket at `kdc_time`. MIT's
/// library would correct it for itself, but neither Samba's nor the hosts do.
std::optional<LogonError> clock_failure(krb5_timestamp kdc_time) {
  const std::chrono::sys_seconds of_kdc{std::chrono::seconds(static_cast<std::uint32_t>(kdc_time))};
  const auto lead = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - of_kdc;
  if (!is_too_far(lead)) return std::nullopt;
  return LogonError{
      LogonErrorKind::kerberos_failed,
      fmt::format("This machine's clock is {} the KDC's clock, and Kerberos allows {} min by default; set "
                  "this machine's clock by NTP.",
                  text_of_lead(lead), std::chrono::duration_cast<std::chrono::minutes>(greatest_skew).count())};
}

/// Gets a TGT by one exchange with one KDC into the cache called `name`, and returns its owner, as the KDC calls it.
/// After a refusal, krb5_get_init_creds_password would ask the primary KDC again and count against the lockout twice;
/// this call does not. `set_key` gives the exchange its password or keytab.
template <typename SetKey>
tl::expected<std::string, LogonError> ask_kdc(const Kerberos& kerberos, krb5_principal client, const std::string& name,
                                              SetKey set_key) {
  krb5_get_init_creds_opt* made_options = nullptr;
  if (const auto code = krb5_get_init_creds_opt_alloc(kerberos.get(), &made_options)) return kerberos.failure(code);
  const auto options = kerberos.adopt<Kerberos::Options>(made_options);
  krb5_get_init_creds_opt_set_forwardable(options.get(), 0);
  krb5_get_init_creds_opt_set_proxiable(options.get(), 0);
  // The KDC replaces an enterprise principal by the account's own.
  const bool is_enterprise = krb5_princ_type(kerberos.get(), client) == KRB5_NT_ENTERPRISE_PRINCIPAL;
  krb5_get_init_creds_opt_set_canonicalize(options.get(), is_enterprise ? 1 : 0);
  // The KDC chooses among these, and a false KDC would choose RC4, whose key is the unsalted hash of the password.
  auto encryption_types = aes;
  krb5_get_init_creds_opt_set_etype_list(options.get(), encryption_types.data(),
                                         static_cast<int>(encryption_types.size()));

  krb5_init_creds_context made_exchange = nullptr;
  if (const auto code =
          krb5_init_creds_init(kerberos.get(), client, nullptr, nullptr, 0, options.get(), &made_exchange)) {
    return kerberos.failure(code);
  }
  const auto exchange = kerberos.adopt<Kerberos::Exchange>(made_exchange);
  if (const auto code = set_key(exchange.get())) return kerberos.failure(code);
  if (const auto code = krb5_init_creds_get(kerberos.get(), exchange.get())) return kerberos.failure(code);

  krb5_creds credentials{};
  if (const auto code = krb5_init_creds_get_creds(kerberos.get(), exchange.get(), &credentials)) {
    return kerberos.failure(code);
  }
  if (auto error = clock_failure(credentials.times.authtime)) {
    krb5_free_cred_contents(kerberos.get(), &credentials);
    return tl::unexpected(*std::move(error));
  }
  return store_in_new_cache(kerberos, name, credentials);
}

LogonError no_account_name(const std::string& principal) {
  return {LogonErrorKind::options_unusable,
          fmt::format("\"{}\" is not an account name; write it as user@REALM.", principal)};
}

/// The principal of the request, with its realm in upper case, as every realm of Active Directory is.
tl::expected<Kerberos::Principal, LogonError> parse_principal(Kerberos& kerberos) {
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  std::string& principal = kerberos.request.principal;
  if (const auto at = principal.rfind('@'); at != std::string::npos) {
    principal = principal.substr(0, at + 1) + realm_of_domain(std::string_view(principal).substr(at + 1));
  }
  krb5_principal made = nullptr;
  const auto code = krb5_parse_name(kerberos.get(), principal.c_str(), &made);
  if (code == KRB5_PARSE_MALFORMED || principal.empty() || principal.front() == '@' || principal.back() == '@') {
    krb5_free_principal(kerberos.get(), made);
    return tl::unexpected(no_account_name(principal));
  }
  if (code != 0) return kerberos.failure(code);
  return kerberos.adopt<Kerberos::Principal>(made);
}

/// The enterprise principal (RFC 6806 5) for the userPrincipalName of the request, in the realm of `domain`.
tl::expected<Kerberos::Principal, LogonError> enterprise_principal(const Kerberos& kerberos,
                                                                   const std::string& domain) {
  const std::string realm = realm_of_domain(domain);
  krb5_principal made = nullptr;
  const auto code = krb5_build_principal(kerberos.get(), &made, static_cast<unsigned>(realm.size()), realm.c_str(),
                                         kerberos.request.principal.c_str(), nullptr);
  if (code != 0) return kerberos.failure(code);
  krb5_princ_type(kerberos.get(), made) = KRB5_NT_ENTERPRISE_PRINCIPAL;
  return kerberos.adopt<Kerberos::Principal>(made);
}

std::string text_of_instant(std::chrono::sys_seconds instant) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(instant)));
}

/// "45 s", "8 min".
std::string text_of_duration(std::chrono::system_clock::duration time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  if (seconds < std::chrono::minutes(2)) return fmt::format("{} s", seconds.count());
  return fmt::format("{} min", std::chrono::floor<std::chrono::minutes>(seconds).count());
}

/// Renews the ticket of `owner` in `cache` into a new cache called `name`.
tl::expected<std::string, LogonError> renew(const Kerberos& kerberos, krb5_ccache cache, krb5_principal owner,
                                            const std::string& name) {
  krb5_creds credentials{};
  if (const auto code = krb5_get_renewed_creds(kerberos.get(), &credentials, owner, cache, nullptr)) {
    return kerberos.failure(code);
  }
  return store_in_new_cache(kerberos, name, credentials);
}

/// Anyone who can write to a cache can put a ticket of their own KDC there, which would prove any server. A cache of
/// another user is used if KRB5CCNAME names it, but not at the default location.
std::optional<LogonError> distrust_of_cache(const std::string& name) {
  constexpr std::string_view type = "FILE:";
  if (!name.starts_with(type)) return std::nullopt;
  const std::string file = name.substr(type.size());
  const char* named = std::getenv("KRB5CCNAME");
  struct stat status {};
  const bool is_named = named != nullptr && *named != '\0';
  if (stat(file.c_str(), &status) != 0) return std::nullopt;
  const bool writable = (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  const bool foreign = !is_named && status.st_uid != 0 && status.st_uid != geteuid();
  if (!writable && !foreign) return std::nullopt;
  return LogonError{
      LogonErrorKind::kerberos_failed,
      fmt::format(
          "The Kerberos ticket in {} is not used, because {}; remove the file and run kinit.", name,
          writable ? "others can write to it" : fmt::format("it belongs to the user with ID {}", status.st_uid))};
}

}  // namespace

std::string KerberosTicket::owner_at_hand() {
  Kerberos kerberos({.with = With::cache, .principal = {}, .source = "the default cache", .service = {}});
  if (kerberos.made() != 0) return {};
  const auto cache = open_credential_cache(kerberos);
  return cache ? cache->principal : std::string();
}

std::optional<std::chrono::sys_seconds> KerberosTicket::end_of(const std::string& ccache) {
  Kerberos kerberos({.with = With::cache, .principal = {}, .source = ccache, .service = {}});
  krb5_ccache handle = nullptr;
  if (kerberos.made() != 0 || krb5_cc_resolve(kerberos.get(), ccache.c_str(), &handle) != 0) return std::nullopt;
  const auto cache = kerberos.adopt<Kerberos::Cache>(handle);
  krb5_principal made = nullptr;
  if (krb5_cc_get_principal(kerberos.get(), cache.get(), &made) != 0) return std::nullopt;
  const auto owner = kerberos.adopt<Kerberos::Principal>(made);
  return end_of_tgt(kerberos, cache.get(), owner.get()).value_or(std::nullopt);
}

tl::expected<void, LogonError> KerberosTicket::require_life(std::chrono::seconds least_life) const {
  const auto end = end_of(ccache_);
  const auto now = std::chrono::system_clock::now();
  if (!end || *end >= now + least_life) return {};
  return tl::unexpected(LogonError{
      LogonErrorKind::kerberos_failed,
      fmt::format("The KDC issues {} tickets that end after {}, and casweep needs one for {}; raise the maximum "
                  "lifetime of user tickets in the domain's Kerberos policy.",
                  principal_, text_of_duration(*end - now), text_of_duration(least_life))});
}

tl::expected<KerberosTicket, LogonError> KerberosTicket::at_hand(const TicketNeed& need) {
  Kerberos kerberos({.with = With::cache, .principal = {}, .source = "the default cache", .service = {}});
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  auto found = open_credential_cache(kerberos);
  if (!found) return tl::unexpected(std::move(found.error()));
  const auto& [cache, owner, principal, name] = *found;

  const auto end = end_of_tgt(kerberos, cache.get(), owner.get());
  if (!end) return kerberos.failure(end.error());
  if (!*end) return kerberos.failure(KRB5_CC_NOTFOUND);
  const auto now = std::chrono::system_clock::now();
  if (**end <= now) {
    return tl::unexpected(LogonError{LogonErrorKind::kerberos_failed,
                                     fmt::format("The Kerberos ticket of {} in {} expired at {}; run kinit, then scan "
                                                 "again.",
                                                 principal, name, text_of_instant(**end))});
  }

  if (auto refused = distrust_of_cache(name)) return tl::unexpected(*std::move(refused));
  if (**end < now + need.least_life) {
    auto renewed = in_private_cache(principal, need, [&](const std::string& renewed_cache) {
      return renew(kerberos, found->cache.get(), found->owner.get(), renewed_cache);
    });
    if (renewed || renewed.error().kind == LogonErrorKind::interrupted) return renewed;
    const std::string ending = fmt::format("The Kerberos ticket of {} in {} ends at {}, in {}", principal, name,
                                           text_of_instant(**end), text_of_duration(**end - now));
    // The KDC refused to renew it, so another ticket is needed.
    renewed.error().message =
        renewed.error().kind == LogonErrorKind::kerberos_failed
            ? fmt::format("{}, and cannot be renewed; casweep needs a ticket for {}, so run kinit, then scan again.",
                          ending, text_of_duration(need.least_life))
            : fmt::format("{}, and was not renewed: {}", ending, renewed.error().message);
    return renewed;
  }
  if (name.starts_with("FILE:")) return KerberosTicket(name, principal, base::PrivateDirectory());
  return ticket_granting_only(name);
}

namespace {

/// Whether `service` is krbtgt/REALM (RFC 4120 7.3).
bool is_ticket_granting(krb5_const_principal service) {
  if (service->length != 2) return false;
  const krb5_data& first = service->data[0];
  return std::string_view(first.data, first.length) == KRB5_TGS_NAME;
}

}  // namespace

tl::expected<KerberosTicket, LogonError> KerberosTicket::ticket_granting_only(const std::string& ccache) {
  Kerberos kerberos({.with = With::cache, .principal = {}, .source = ccache, .service = {}});
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  auto whole = open_credential_cache(kerberos, ccache);
  if (!whole) return tl::unexpected(std::move(whole.error()));
  auto copy = make_private_cache();
  if (!copy) return tl::unexpected(std::move(copy.error()));
  const auto filled = initialize_cache(kerberos, copy->name, whole->owner.get());
  if (!filled) return tl::unexpected(filled.error());
  bool has_ticket = false;
  const auto code = for_each_ticket(kerberos, whole->cache.get(), [&](krb5_creds& ticket) {
    if (!is_ticket_granting(ticket.server)) return krb5_error_code{0};
    has_ticket = true;
    return krb5_cc_store_cred(kerberos.get(), filled->get(), &ticket);
  });
  if (code != 0) return kerberos.failure(code);
  if (!has_ticket) return kerberos.failure(KRB5_CC_NOTFOUND);
  return KerberosTicket(std::move(copy->name), std::move(whole->principal), std::move(copy->directory));
}

/// A ticket in a private cache. `get` fills the cache of the given name, in a process that ends with the patience of
/// `need`, and returns the owner.
template <typename Get>
tl::expected<KerberosTicket, LogonError> KerberosTicket::in_private_cache(const std::string& principal,
                                                                          const TicketNeed& need, Get get) {
  auto cache = make_private_cache();
  if (!cache) return tl::unexpected(std::move(cache.error()));
  auto owner = bounded_exchange([&] { return get(cache->name); }, need.patience, principal);
  if (!owner) return tl::unexpected(std::move(owner.error()));
  KerberosTicket ticket(std::move(cache->name), std::move(*owner), std::move(cache->directory));
  if (auto lives = ticket.require_life(need.least_life); !lives) return tl::unexpected(std::move(lives.error()));
  return ticket;
}

tl::expected<KerberosTicket, LogonError> KerberosTicket::from_password(const std::string& principal,
                                                                       const base::Secret& password,
                                                                       const TicketNeed& need) {
  return in_private_cache(principal, need, [&](const std::string& cache) -> tl::expected<std::string, LogonError> {
    Kerberos kerberos({.with = With::password, .principal = principal, .source = {}, .service = {}});
    const auto set_password = [&](krb5_init_creds_context exchange) {
      return krb5_init_creds_set_password(kerberos.get(), exchange, password.reveal().c_str());
    };
    const auto client = parse_principal(kerberos);
    if (!client) return tl::unexpected(client.error());
    auto owner = ask_kdc(kerberos, client->get(), cache, set_password);
    // Nothing was sent: the realm has no KDC. It may be the suffix of a userPrincipalName.
    const bool no_such_realm = !owner && owner.error().kind == LogonErrorKind::name_not_resolved;
    if (!no_such_realm || need.domain.empty()) return owner;
    kerberos.request.principal = principal;
    const auto enterprise = enterprise_principal(kerberos, need.domain);
    if (!enterprise) return tl::unexpected(enterprise.error());
    return ask_kdc(kerberos, enterprise->get(), cache, set_password);
  });
}

namespace {

/// The encryption types of the keys of `client` in `keys`, e.g. "aes256-cts-hmac-sha1-96, arcfour-hmac".
std::string encryption_types_in(const Kerberos& kerberos, krb5_keytab keys, krb5_principal client) {
  std::set<std::string> names;
  krb5_kt_cursor cursor{};
  if (krb5_kt_start_seq_get(kerberos.get(), keys, &cursor) != 0) return {};
  for (krb5_keytab_entry entry{}; krb5_kt_next_entry(kerberos.get(), keys, &entry, &cursor) == 0;) {
    const bool is_own = krb5_principal_compare(kerberos.get(), entry.principal, client) != 0;
    if (is_own) names.insert(encryption_type_name(entry.key.enctype));
    krb5_free_keytab_entry_contents(kerberos.get(), &entry);
  }
  krb5_kt_end_seq_get(kerberos.get(), keys, &cursor);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

tl::expected<KerberosTicket, LogonError> KerberosTicket::from_keytab(const std::string& principal,
                                                                     const std::string& keytab,
                                                                     const TicketNeed& need) {
  return in_private_cache(principal, need, [&](const std::string& cache) -> tl::expected<std::string, LogonError> {
    Kerberos kerberos({.with = With::keytab, .principal = principal, .source = keytab, .service = {}});
    const auto client = parse_principal(kerberos);
    if (!client) return tl::unexpected(client.error());
    krb5_keytab made = nullptr;
    if (const auto code = krb5_kt_resolve(kerberos.get(), ("FILE:" + keytab).c_str(), &made)) {
      return kerberos.failure(code);
    }
    const auto keys = kerberos.adopt<Kerberos::Keytab>(made);
    // Checked first: the exchange with the KDC reports an unreadable keytab as a failed pre-authentication.
    krb5_keytab_entry entry{};
    if (const auto code = krb5_kt_get_entry(kerberos.get(), keys.get(), client->get(), 0, 0, &entry)) {
      return kerberos.failure(code);
    }
    krb5_free_keytab_entry_contents(kerberos.get(), &entry);
    const std::string types = encryption_types_in(kerberos, keys.get(), client->get());
    const bool has_aes = std::ranges::any_of(aes, [&](krb5_enctype type) {
      krb5_keytab_entry found{};
      if (krb5_kt_get_entry(kerberos.get(), keys.get(), client->get(), 0, type, &found) != 0) return false;
      krb5_free_keytab_entry_contents(kerberos.get(), &found);
      return true;
    });
    if (!has_aes) {
      return tl::unexpected(LogonError{
          LogonErrorKind::kerberos_failed,
          fmt::format("Keytab {} holds no AES key of {}, only {}, and weaker keys are not used; make a keytab with AES "
                      "keys.",
                      keytab, kerberos.request.principal, types)});
    }
    kerberos.request.source = fmt::format("{} ({})", keytab, types);
    return ask_kdc(kerberos, client->get(), cache, [&](krb5_init_creds_context exchange) {
      return krb5_init_creds_set_keytab(kerberos.get(), exchange, keys.get());
    });
  });
}

}  // namespace casweep::logon
