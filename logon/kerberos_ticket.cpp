// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_ticket.h"

#include <krb5.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "logon/bounded_exchange_internal.h"
#include "logon/kerberos.h"
#include "logon/kerberos_failure.h"

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

/// When the last ticket-granting ticket in `cache` for the realm of `owner` expires; nullopt if there is none.
tl::expected<std::optional<std::chrono::sys_seconds>, krb5_error_code> end_of_tgt(const Kerberos& kerberos,
                                                                                  krb5_ccache cache,
                                                                                  krb5_principal owner) {
  krb5_principal wanted = nullptr;
  const std::string realm(owner->realm.data, owner->realm.length);
  if (const auto code = krb5_build_principal(kerberos.get(), &wanted, owner->realm.length, realm.c_str(), KRB5_TGS_NAME,
                                             realm.c_str(), nullptr)) {
    return tl::unexpected(code);
  }
  const auto krbtgt = kerberos.adopt<Kerberos::Principal>(wanted);

  krb5_cc_cursor cursor = nullptr;
  if (const auto code = krb5_cc_start_seq_get(kerberos.get(), cache, &cursor)) return tl::unexpected(code);
  std::optional<std::chrono::sys_seconds> end;
  krb5_creds credentials{};
  while (krb5_cc_next_cred(kerberos.get(), cache, &cursor, &credentials) == 0) {
    if (krb5_principal_compare(kerberos.get(), credentials.server, krbtgt.get())) {
      // MIT's timestamps are 32 bits, unsigned until 2106.
      const std::chrono::sys_seconds endtime{
          std::chrono::seconds(static_cast<std::uint32_t>(credentials.times.endtime))};
      end = std::max(end.value_or(endtime), endtime);
    }
    krb5_free_cred_contents(kerberos.get(), &credentials);
  }
  krb5_cc_end_seq_get(kerberos.get(), cache, &cursor);
  return end;
}

/// Gets a TGT by one exchange with one KDC into the cache called `name`, and returns its owner. After a refusal,
/// krb5_get_init_creds_password would ask the primary KDC again and count against the lockout twice; this call does
/// not. `set_key` gives the exchange its password or keytab.
template <typename SetKey>
tl::expected<std::string, LogonError> ask_kdc(const Kerberos& kerberos, krb5_principal client, const std::string& name,
                                              SetKey set_key) {
  krb5_get_init_creds_opt* made_options = nullptr;
  if (const auto code = krb5_get_init_creds_opt_alloc(kerberos.get(), &made_options)) return kerberos.failure(code);
  const auto options = kerberos.adopt<Kerberos::Options>(made_options);
  krb5_get_init_creds_opt_set_forwardable(options.get(), 0);
  krb5_get_init_creds_opt_set_proxiable(options.get(), 0);
  krb5_get_init_creds_opt_set_canonicalize(options.get(), 0);
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
  auto cache = initialize_cache(kerberos, name, credentials.client);
  const auto stored = cache ? krb5_cc_store_cred(kerberos.get(), cache->get(), &credentials) : 0;
  krb5_free_cred_contents(kerberos.get(), &credentials);
  if (!cache) return tl::unexpected(std::move(cache.error()));
  if (stored != 0) return kerberos.failure(stored);
  return kerberos.name_of(client);
}

tl::expected<Kerberos::Principal, LogonError> parse_principal(const Kerberos& kerberos) {
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  krb5_principal made = nullptr;
  const auto code = krb5_parse_name(kerberos.get(), kerberos.request.principal.c_str(), &made);
  const auto& principal = kerberos.request.principal;
  if (code == KRB5_PARSE_MALFORMED || principal.empty() || principal.front() == '@' || principal.back() == '@') {
    krb5_free_principal(kerberos.get(), made);
    return tl::unexpected(LogonError{LogonErrorKind::options_unusable,
                                     fmt::format("\"{}\" is not an account name; write it as user@REALM.", principal)});
  }
  if (code != 0) return kerberos.failure(code);
  return kerberos.adopt<Kerberos::Principal>(made);
}

/// The existing cache, and its owner.
struct DefaultCache {
  Kerberos::Cache cache;
  Kerberos::Principal owner;
  std::string principal;  ///< user@REALM
  std::string name;       ///< TYPE:residual
};

tl::expected<DefaultCache, LogonError> default_cache(Kerberos& kerberos) {
  krb5_ccache handle = nullptr;
  if (const auto code = krb5_cc_default(kerberos.get(), &handle)) return kerberos.failure(code);
  auto cache = kerberos.adopt<Kerberos::Cache>(handle);
  std::string name = fmt::format("{}:{}", krb5_cc_get_type(kerberos.get(), cache.get()),
                                 krb5_cc_get_name(kerberos.get(), cache.get()));
  kerberos.request.source = name;

  krb5_principal made = nullptr;
  if (const auto code = krb5_cc_get_principal(kerberos.get(), cache.get(), &made)) return kerberos.failure(code);
  auto owner = kerberos.adopt<Kerberos::Principal>(made);
  std::string principal = kerberos.name_of(owner.get());
  kerberos.request.principal = principal;
  return DefaultCache{std::move(cache), std::move(owner), std::move(principal), std::move(name)};
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
  const auto cache = default_cache(kerberos);
  return cache ? cache->principal : std::string();
}

tl::expected<KerberosTicket, LogonError> KerberosTicket::at_hand() {
  Kerberos kerberos({.with = With::cache, .principal = {}, .source = "the default cache", .service = {}});
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  auto found = default_cache(kerberos);
  if (!found) return tl::unexpected(std::move(found.error()));
  const auto& [cache, owner, principal, name] = *found;

  const auto end = end_of_tgt(kerberos, cache.get(), owner.get());
  if (!end) return kerberos.failure(end.error());
  if (!*end) return kerberos.failure(KRB5_CC_NOTFOUND);
  if (**end <= std::chrono::system_clock::now()) {
    return tl::unexpected(LogonError{
        LogonErrorKind::kerberos_failed,
        fmt::format("The Kerberos ticket of {} in {} expired at {:%Y-%m-%dT%H:%M:%SZ}; run kinit, then scan again.",
                    principal, name, fmt::gmtime(std::chrono::system_clock::to_time_t(**end)))});
  }

  if (auto refused = distrust_of_cache(name)) return tl::unexpected(*std::move(refused));
  if (name.starts_with("FILE:")) return KerberosTicket(name, principal, base::PrivateDirectory());
  auto copy = make_private_cache();
  if (!copy) return tl::unexpected(std::move(copy.error()));
  const auto filled = initialize_cache(kerberos, copy->name, owner.get());
  if (!filled) return tl::unexpected(filled.error());
  if (const auto code = krb5_cc_copy_creds(kerberos.get(), cache.get(), filled->get())) return kerberos.failure(code);
  return KerberosTicket(std::move(copy->name), principal, std::move(copy->directory));
}

/// A ticket in a private cache. `get` fills the cache of the given name, in a process that ends with `patience`, and
/// returns the owner.
template <typename Get>
tl::expected<KerberosTicket, LogonError> KerberosTicket::in_private_cache(const std::string& principal,
                                                                          const base::Patience& patience, Get get) {
  auto cache = make_private_cache();
  if (!cache) return tl::unexpected(std::move(cache.error()));
  auto owner = bounded_exchange([&] { return get(cache->name); }, patience, principal);
  if (!owner) return tl::unexpected(std::move(owner.error()));
  return KerberosTicket(std::move(cache->name), std::move(*owner), std::move(cache->directory));
}

tl::expected<KerberosTicket, LogonError> KerberosTicket::from_password(const std::string& principal,
                                                                       const base::Secret& password,
                                                                       const base::Patience& patience) {
  return in_private_cache(principal, patience, [&](const std::string& cache) -> tl::expected<std::string, LogonError> {
    const Kerberos kerberos({.with = With::password, .principal = principal, .source = {}, .service = {}});
    const auto client = parse_principal(kerberos);
    if (!client) return tl::unexpected(client.error());
    return ask_kdc(kerberos, client->get(), cache, [&](krb5_init_creds_context exchange) {
      return krb5_init_creds_set_password(kerberos.get(), exchange, password.reveal().c_str());
    });
  });
}

tl::expected<KerberosTicket, LogonError> KerberosTicket::from_keytab(const std::string& principal,
                                                                     const std::string& keytab,
                                                                     const base::Patience& patience) {
  return in_private_cache(principal, patience, [&](const std::string& cache) -> tl::expected<std::string, LogonError> {
    const Kerberos kerberos({.with = With::keytab, .principal = principal, .source = keytab, .service = {}});
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
    const bool has_aes = std::ranges::any_of(aes, [&](krb5_enctype type) {
      krb5_keytab_entry found{};
      if (krb5_kt_get_entry(kerberos.get(), keys.get(), client->get(), 0, type, &found) != 0) return false;
      krb5_free_keytab_entry_contents(kerberos.get(), &found);
      return true;
    });
    if (!has_aes) {
      return tl::unexpected(LogonError{
          LogonErrorKind::kerberos_failed,
          fmt::format("Keytab {} holds no AES key of {}, and weaker ones are not used; make a keytab with AES keys "
                      "(list it with klist -ke).",
                      keytab, principal)});
    }
    return ask_kdc(kerberos, client->get(), cache, [&](krb5_init_creds_context exchange) {
      return krb5_init_creds_set_keytab(kerberos.get(), exchange, keys.get());
    });
  });
}

}  // namespace casweep::logon
