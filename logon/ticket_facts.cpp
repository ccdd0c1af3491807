// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/ticket_facts.h"

#include <krb5.h>

#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "logon/credential_cache_internal.h"
#include "logon/kerberos.h"
#include "logon/kerberos_failure.h"

namespace casweep::logon {

namespace {

/// MIT's timestamps are 32 bits, unsigned until 2106.
std::chrono::sys_seconds instant_of(krb5_timestamp time) {
  return std::chrono::sys_seconds{std::chrono::seconds(static_cast<std::uint32_t>(time))};
}

std::string type_of_ticket(const Kerberos& kerberos, const krb5_creds& credentials) {
  krb5_ticket* ticket = nullptr;
  if (krb5_decode_ticket(&credentials.ticket, &ticket) != 0) return "unknown encryption type";
  std::string name = encryption_type_name(ticket->enc_part.enctype);
  krb5_free_ticket(kerberos.get(), ticket);
  return name;
}

TicketFacts facts_of(const Kerberos& kerberos, const krb5_creds& credentials) {
  TicketFacts facts{.end = instant_of(credentials.times.endtime),
                    .session_key_type = encryption_type_name(credentials.keyblock.enctype),
                    .ticket_type = type_of_ticket(kerberos, credentials)};
  if ((credentials.ticket_flags & TKT_FLG_RENEWABLE) != 0)
    facts.renewable_until = instant_of(credentials.times.renew_till);
  return facts;
}

}  // namespace

std::string encryption_type_name(krb5_enctype type) {
  std::array<char, 64> name{};
  const bool named = krb5_enctype_to_name(type, 1, name.data(), name.size()) == 0;
  return named ? name.data() : fmt::format("encryption type {}", type);
}

tl::expected<CredentialCache, LogonError> open_credential_cache(Kerberos& kerberos, const std::string& name) {
  krb5_ccache handle = nullptr;
  const auto code =
      name.empty() ? krb5_cc_default(kerberos.get(), &handle) : krb5_cc_resolve(kerberos.get(), name.c_str(), &handle);
  if (code != 0) return kerberos.failure(code);
  auto cache = kerberos.adopt<Kerberos::Cache>(handle);
  std::string full_name = fmt::format("{}:{}", krb5_cc_get_type(kerberos.get(), cache.get()),
                                      krb5_cc_get_name(kerberos.get(), cache.get()));
  kerberos.request.source = full_name;

  krb5_principal made = nullptr;
  if (const auto failed = krb5_cc_get_principal(kerberos.get(), cache.get(), &made)) return kerberos.failure(failed);
  auto owner = kerberos.adopt<Kerberos::Principal>(made);
  std::string principal = kerberos.name_of(owner.get());
  kerberos.request.principal = principal;
  return CredentialCache{std::move(cache), std::move(owner), std::move(principal), std::move(full_name)};
}

krb5_error_code for_each_ticket(const Kerberos& kerberos, krb5_ccache cache,
                                const std::function<krb5_error_code(krb5_creds&)>& take) {
  krb5_cc_cursor cursor = nullptr;
  if (const auto code = krb5_cc_start_seq_get(kerberos.get(), cache, &cursor)) return code;
  krb5_error_code code = 0;
  for (krb5_creds entry{}; code == 0;) {
    code = krb5_cc_next_cred(kerberos.get(), cache, &cursor, &entry);
    if (code != 0) break;
    code = take(entry);
    krb5_free_cred_contents(kerberos.get(), &entry);
  }
  krb5_cc_end_seq_get(kerberos.get(), cache, &cursor);
  return code == KRB5_CC_END ? 0 : code;
}

tl::expected<std::optional<TicketFacts>, krb5_error_code> tgt_in(const Kerberos& kerberos, krb5_ccache cache,
                                                                 krb5_principal owner) {
  krb5_principal wanted = nullptr;
  const std::string realm(owner->realm.data, owner->realm.length);
  if (const auto code = krb5_build_principal(kerberos.get(), &wanted, owner->realm.length, realm.c_str(), KRB5_TGS_NAME,
                                             realm.c_str(), nullptr)) {
    return tl::unexpected(code);
  }
  const auto krbtgt = kerberos.adopt<Kerberos::Principal>(wanted);

  std::optional<TicketFacts> last;
  const auto code = for_each_ticket(kerberos, cache, [&](const krb5_creds& ticket) {
    if (krb5_principal_compare(kerberos.get(), ticket.server, krbtgt.get())) {
      TicketFacts found = facts_of(kerberos, ticket);
      if (!last || last->end < found.end) last = std::move(found);
    }
    return 0;
  });
  if (code != 0) return tl::unexpected(code);
  return last;
}

tl::expected<CacheFacts, LogonError> facts_of_cache(const std::string& name) {
  Kerberos kerberos(
      {.with = KerberosRequest::With::cache, .principal = {}, .source = "the default cache", .service = {}});
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  auto opened = open_credential_cache(kerberos, name);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  auto ticket = tgt_in(kerberos, opened->cache.get(), opened->owner.get());
  if (!ticket) return kerberos.failure(ticket.error());
  if (!*ticket) return kerberos.failure(KRB5_CC_NOTFOUND);
  return CacheFacts{std::move(opened->name), std::move(opened->principal), **std::move(ticket)};
}

tl::expected<std::vector<KeytabEntry>, LogonError> entries_of_keytab(const std::string& file) {
  Kerberos kerberos({.with = KerberosRequest::With::keytab, .principal = {}, .source = file, .service = {}});
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  krb5_keytab made = nullptr;
  if (const auto code = krb5_kt_resolve(kerberos.get(), ("FILE:" + file).c_str(), &made)) return kerberos.failure(code);
  const auto keys = kerberos.adopt<Kerberos::Keytab>(made);
  krb5_kt_cursor cursor{};
  if (const auto code = krb5_kt_start_seq_get(kerberos.get(), keys.get(), &cursor)) return kerberos.failure(code);
  std::vector<KeytabEntry> entries;
  for (krb5_keytab_entry entry{}; krb5_kt_next_entry(kerberos.get(), keys.get(), &entry, &cursor) == 0;) {
    entries.push_back({kerberos.name_of(entry.principal), entry.vno, encryption_type_name(entry.key.enctype)});
    krb5_free_keytab_entry_contents(kerberos.get(), &entry);
  }
  krb5_kt_end_seq_get(kerberos.get(), keys.get(), &cursor);
  return entries;
}

}  // namespace casweep::logon
