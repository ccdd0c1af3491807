// SPDX-License-Identifier: GPL-3.0-or-later
// Searches on a bound connection, with complete answers and within limits.
#include <ldap.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/printable.h"
#include "discovery/attribute_range_internal.h"
#include "discovery/directory_connection.h"
#include "discovery/extended_name_internal.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_message_internal.h"

namespace casweep::discovery {

namespace {

/// Limits far above any forest. They stop an endless answer before this host runs out of memory. Memory means what
/// libldap and this program need for an answer, which is several times its octets on the wire.
constexpr std::size_t most_memory = std::size_t{128} * 1024 * 1024;
constexpr std::size_t most_entries = 100'000;
constexpr std::size_t most_pages = 10'000;
constexpr std::size_t most_ranges = 1'000;

/// The time limit of a whole visit, in steps. It may cover every computer of a domain.
constexpr int steps_of_visit = 90;

struct FreeBer {
  void operator()(BerElement* ber) const { ber_free(ber, 0); }
};

struct FreeValues {
  void operator()(void* values) const { ber_memfree(values); }
};

/// Memory used by the allocator, a map's node and the fields of a string or vector, in addition to the octets.
constexpr std::size_t memory_of_attribute = 160;
constexpr std::size_t memory_of_value = sizeof(base::Octets) + 32;

std::size_t memory_of(const DirectoryEntry& entry) {
  std::size_t memory = sizeof(DirectoryEntry) + entry.distinguished_name.capacity();
  for (const auto& [description, values] : entry.attributes) {
    memory += memory_of_attribute + description.capacity();
    for (const auto& value : values) memory += memory_of_value + value.capacity();
  }
  return memory;
}

/// Whether `description`, which may have options ("member;range=0-1499"), is of an attribute in `wanted`.
bool is_wanted(std::string_view description, const std::vector<std::string>& wanted) {
  const auto type_of = [](std::string_view text) { return text.substr(0, text.find(';')); };
  return std::ranges::any_of(wanted, [&](const std::string& attribute) {
    return base::same_but_for_case(type_of(attribute), type_of(description));
  });
}

/// The entry in `message` with those of its attributes that are in `wanted`; nullopt if it does not decode or needs
/// more than `memory`.
std::optional<DirectoryEntry> parse_entry(ldap* handle, LDAPMessage* message, const std::vector<std::string>& wanted,
                                          std::size_t memory) {
  BerElement* made = nullptr;
  berval name{};
  if (ldap_get_dn_ber(handle, message, &made, &name) != LDAP_SUCCESS) return std::nullopt;
  const std::unique_ptr<BerElement, FreeBer> ber(made);
  DirectoryEntry entry{.distinguished_name = text_of(name), .attributes = {}};
  std::size_t needed = 0;
  for (;;) {
    berval description{};
    berval* values = nullptr;
    if (ldap_get_attribute_ber(handle, message, ber.get(), &description, &values) != LDAP_SUCCESS) return std::nullopt;
    const std::unique_ptr<berval, FreeValues> owned(values);
    if (description.bv_val == nullptr) return entry;
    const std::string attribute = text_of(description);
    if (!is_wanted(attribute, wanted)) continue;
    std::size_t count = 0;
    for (const berval* value = values; value != nullptr && value->bv_val != nullptr; ++value) ++count;
    needed += memory_of_attribute + attribute.size() + count * memory_of_value;
    if (needed > memory) return std::nullopt;
    auto& octets = entry.attributes[attribute];
    octets.reserve(octets.size() + count);
    for (const berval* value = values; value != nullptr && value->bv_val != nullptr; ++value) {
      octets.emplace_back(value->bv_val, value->bv_val + value->bv_len);
    }
  }
}

bool has_options(const std::string& description) { return description.find(';') != std::string::npos; }

/// Whether an attribute was received in part, or with an option that was not requested.
bool has_range(const DirectoryEntry& entry) {
  return std::ranges::any_of(entry.attributes, [](const auto& attribute) { return has_options(attribute.first); });
}

/// A critical control without a value.
LDAPControl* control_without_value(const char* oid) {
  LDAPControl* made = nullptr;
  const int critical = 1;
  ldap_control_create(oid, critical, nullptr, 0, &made);
  return made;
}

/// LDAP_SERVER_EXTENDED_DN_OID, critical, with Flag 1 for the string form ([MS-ADTS] 3.1.1.3.4.1.5).
LDAPControl* extended_names_control() {
  std::array<char, 5> flag{0x30, 0x03, 0x02, 0x01, 0x01};
  berval value{.bv_len = flag.size(), .bv_val = flag.data()};
  LDAPControl* made = nullptr;
  const int critical = 1;
  ldap_control_create(LDAP_CONTROL_X_EXTENDED_DN, critical, &value, 1, &made);
  return made;
}

void take_guid_out_of_name(DirectoryEntry& entry) {
  auto name = parse_extended_name(entry.distinguished_name);
  entry.object_guid = name.object_guid;
  entry.distinguished_name = std::move(name.distinguished_name);
}

}  // namespace

struct DirectoryConnection::Query {
  std::string base;
  int scope;
  std::string filter;
  std::vector<std::string> attributes;
  int page_size = 0;                ///< 0: not paged
  std::string cookie;               ///< of the previous page
  bool one_partition_only = false;  ///< otherwise a reference to another one is an error
  bool with_guids = false;          ///< ask for extended names

  static Query paged(const std::string& base, int scope, const std::string& filter,
                     const std::vector<std::string>& attributes, int page_size) {
    return {base, scope, filter, attributes, std::max(page_size, 1), {}, false, false};
  }

  /// The entry `distinguished_name` itself.
  static Query of_one(const std::string& distinguished_name, const std::vector<std::string>& attributes) {
    return {distinguished_name, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 0, {}, false, false};
  }
};

struct DirectoryConnection::Page {
  std::vector<DirectoryEntry> entries;
  std::size_t memory = 0;
  std::string cookie;  ///< empty: the last page
};

tl::expected<DirectoryConnection::Page, DirectoryError> DirectoryConnection::search_page(const Query& query) {
  std::vector<char*> attributes;
  for (const auto& attribute : query.attributes) attributes.push_back(const_cast<char*>(attribute.c_str()));
  attributes.push_back(nullptr);

  std::unique_ptr<LDAPControl, FreeControls> paging;
  if (query.page_size > 0) {
    berval cookie{.bv_len = query.cookie.size(), .bv_val = const_cast<char*>(query.cookie.data())};
    LDAPControl* made = nullptr;
    const int critical = 1;
    const int result = ldap_create_page_control(ldap_.get(), query.page_size, &cookie, critical, &made);
    if (result != LDAP_SUCCESS) return failure(result);
    paging.reset(made);
  }
  const std::unique_ptr<LDAPControl, FreeControls> domain_scope(
      query.one_partition_only ? control_without_value(LDAP_CONTROL_X_DOMAIN_SCOPE) : nullptr);
  const std::unique_ptr<LDAPControl, FreeControls> extended_names(query.with_guids ? extended_names_control()
                                                                                   : nullptr);
  std::vector<LDAPControl*> controls;
  if (extended_names) controls.push_back(extended_names.get());
  if (paging) controls.push_back(paging.get());
  if (domain_scope) controls.push_back(domain_scope.get());
  controls.push_back(nullptr);
  begin_step();
  if (std::chrono::steady_clock::now() >= end_of_all_) return failure(LDAP_TIMEOUT, "");
  int id = 0;
  const int sent = ldap_search_ext(ldap_.get(), query.base.c_str(), query.scope, query.filter.c_str(),
                                   attributes.data(), 0, controls.data(), nullptr, nullptr, LDAP_NO_LIMIT, &id);
  if (sent != LDAP_SUCCESS) return failure(sent);

  Page page;
  for (;;) {
    LdapMessage message;
    const int type = receive(ldap_.get(), id, LDAP_MSG_ONE, *deadline_, message);
    switch (type) {
      case 0:
        return failure(LDAP_TIMEOUT);
      case LDAP_RES_SEARCH_ENTRY: {
        auto entry =
            parse_entry(ldap_.get(), message.get(), query.attributes, most_memory - kept_memory_ - page.memory);
        if (!entry) return malformed("sent an entry that is malformed or too large");
        if (query.with_guids) take_guid_out_of_name(*entry);
        page.memory += memory_of(*entry);
        page.entries.push_back(std::move(*entry));
        if (page.entries.size() > most_entries || kept_memory_ + page.memory > most_memory) {
          return malformed("sent too many entries");
        }
        break;
      }
      case LDAP_RES_SEARCH_REFERENCE:
        return failure(LDAP_REFERRAL, "");
      case LDAP_RES_SEARCH_RESULT: {
        LdapResult result = parse_result(ldap_.get(), message.get());
        if (result.code != LDAP_SUCCESS) return failure(result.code, result.diagnostic);
        if (query.page_size > 0 && !result.has_paging) {
          return malformed("sent a page without saying whether another follows");
        }
        page.cookie = std::move(result.cookie);
        return page;
      }
      case LDAP_RES_INTERMEDIATE:
        break;
      default:
        if (type > 0) return malformed("answered a search with an unexpected message");
        return result_failure();
    }
  }
}

tl::expected<DirectoryEntry, DirectoryError> DirectoryConnection::read(const std::string& distinguished_name,
                                                                       const std::vector<std::string>& attributes) {
  const WholeAnswer answer(*this);
  auto page = search_page(Query::of_one(distinguished_name, attributes));
  if (!page) return tl::unexpected(std::move(page.error()));
  if (page->entries.size() != 1) return malformed(fmt::format("sent {} entries instead of one", page->entries.size()));
  kept_memory_ += page->memory;
  return std::move(page->entries.front());
}

tl::expected<void, DirectoryError> DirectoryConnection::search_pages(
    Query query, const std::function<tl::expected<void, DirectoryError>(Page&)>& take) {
  for (std::size_t pages = 0; pages < most_pages; ++pages) {
    auto page = search_page(query);
    if (!page) return tl::unexpected(std::move(page.error()));
    if (auto taken = take(*page); !taken) return taken;
    if (page->cookie.empty()) return {};
    query.cookie = std::move(page->cookie);
  }
  return malformed("sent too many pages");
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search(Query query) {
  const WholeAnswer answer(*this);
  std::vector<DirectoryEntry> entries;
  const auto searched = search_pages(std::move(query), [&](Page& page) -> tl::expected<void, DirectoryError> {
    kept_memory_ += page.memory;
    std::ranges::move(page.entries, std::back_inserter(entries));
    if (entries.size() > most_entries) return malformed("sent too many entries");
    return {};
  });
  if (!searched) return tl::unexpected(searched.error());
  for (auto& entry : entries) {
    if (auto completed = complete_ranges(entry); !completed) return tl::unexpected(std::move(completed.error()));
  }
  return entries;
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_subtree(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size) {
  return search(Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size));
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_children(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size) {
  return search(Query::paged(base, LDAP_SCOPE_ONELEVEL, filter, attributes, page_size));
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_with_guids(
    const std::string& base, bool whole_subtree, const std::string& filter, const std::vector<std::string>& attributes,
    int page_size) {
  auto query =
      Query::paged(base, whole_subtree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_ONELEVEL, filter, attributes, page_size);
  query.with_guids = true;
  return search(std::move(query));
}

tl::expected<void, DirectoryError> DirectoryConnection::take_subtree(const std::string& base, bool with_guids,
                                                                     const std::string& filter,
                                                                     const std::vector<std::string>& attributes,
                                                                     int page_size, const Take& take) {
  const WholeAnswer answer(*this);
  auto query = Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size);
  query.with_guids = with_guids;
  std::size_t count = 0;
  const auto take_one = [&](const DirectoryEntry& entry) -> tl::expected<void, DirectoryError> {
    const auto kept = take(entry);
    if (!kept) return tl::unexpected(kept.error());
    kept_memory_ += *kept;
    if (++count > most_entries || kept_memory_ > most_memory) return malformed("sent too many entries");
    return {};
  };
  std::vector<DirectoryEntry> incomplete;  // completed afterwards: a request between pages could end the paging
  const auto searched = search_pages(std::move(query), [&](Page& page) -> tl::expected<void, DirectoryError> {
    for (auto& entry : page.entries) {
      if (has_range(entry)) {
        kept_memory_ += memory_of(entry);
        incomplete.push_back(std::move(entry));
      } else if (auto taken = take_one(entry); !taken) {
        return taken;
      }
    }
    if (kept_memory_ > most_memory) return malformed("sent too many entries");
    return {};
  });
  if (!searched) return searched;
  for (auto& entry : incomplete) {
    if (auto completed = complete_ranges(entry); !completed) return completed;
    if (auto taken = take_one(entry); !taken) return taken;
  }
  return {};
}

tl::expected<DirectoryConnection::LookUp, DirectoryError> DirectoryConnection::look_up(
    const base::ObjectGuid& object_guid, const std::vector<std::string>& attributes) {
  return look_up("<GUID=" + object_guid.to_string() + ">", attributes);  // [MS-ADTS] 3.1.1.3.1.2.4
}

tl::expected<DirectoryConnection::LookUp, DirectoryError> DirectoryConnection::look_up(
    const std::string& distinguished_name, const std::vector<std::string>& attributes) {
  const WholeAnswer answer(*this);
  auto page = search_page(Query::of_one(distinguished_name, attributes));
  // A resultCode of the server is positive; libldap's own codes, for errors on the way, are negative.
  if (!page && page.error().ldap_result > 0) return LookUp{.ldap_result = page.error().ldap_result};
  if (!page) return tl::unexpected(std::move(page.error()));
  kept_memory_ += page->memory;
  for (auto& entry : page->entries) {
    if (auto completed = complete_ranges(entry); !completed) {
      return tl::unexpected(std::move(completed.error()));
    }
  }
  return LookUp{.entries = std::move(page->entries)};
}

tl::expected<void, DirectoryError> DirectoryConnection::visit_subtree(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size,
    const std::function<tl::expected<void, DirectoryError>(const DirectoryEntry&)>& visit) {
  auto query = Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size);
  query.one_partition_only = true;
  const WholeAnswer answer(*this, steps_of_visit);
  return search_pages(std::move(query), [&](const Page& page) -> tl::expected<void, DirectoryError> {
    for (const auto& entry : page.entries) {
      if (auto visited = visit(entry); !visited) return visited;
    }
    return {};
  });
}

/// Replaces each attribute of which only a range was received ([MS-ADTS] 3.1.1.3.1.3.3) by all of its values.
tl::expected<void, DirectoryError> DirectoryConnection::complete_ranges(DirectoryEntry& entry) {
  for (std::size_t ranges = 0; ranges < most_ranges; ++ranges) {
    const auto found =
        std::ranges::find_if(entry.attributes, has_options, [](const auto& attribute) { return attribute.first; });
    if (found == entry.attributes.end()) return {};
    const auto range = parse_attribute_range(found->first);
    auto values = std::move(found->second);
    entry.attributes.erase(found);
    auto& all = entry.attributes[range ? range->type : std::string()];
    if (!range || range->first != all.size()) {
      return malformed(fmt::format("sent part of an attribute of {} that was not requested",
                                   base::printable(entry.distinguished_name)));
    }
    std::ranges::move(values, std::back_inserter(all));
    if (!range->last) continue;
    auto rest = read(entry.distinguished_name, {fmt::format("{};range={}-*", range->type, *range->last + 1)});
    if (!rest) return tl::unexpected(std::move(rest.error()));
    const bool one = rest->attributes.size() == 1 && has_options(rest->attributes.begin()->first);
    if (!one || rest->attributes.begin()->second.empty()) {
      return malformed(fmt::format("withholds values of {} of {}", base::printable(range->type),
                                   base::printable(entry.distinguished_name)));
    }
    entry.attributes.insert(rest->attributes.extract(rest->attributes.begin()));
  }
  return malformed(fmt::format("sent too many values of {}", base::printable(entry.distinguished_name)));
}

}  // namespace casweep::discovery
