// SPDX-License-Identifier: GPL-3.0-or-later
#include <ldap.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "discovery/distinguished_name.h"
#include "discovery/duplicate_objects.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/unlisted_services_internal.h"

namespace casweep::discovery {

namespace {

constexpr std::string_view enrollment_service_class = "pKIEnrollmentService";

bool has_class(const DirectoryEntry& entry, std::string_view wanted) {
  return std::ranges::any_of(values_of(entry, "objectClass"), [&](const base::Octets& value) {
    return base::same_but_for_case(std::string(value.begin(), value.end()), wanted);
  });
}

/// Decides, for one listing, whether a missing object counts as removed. Sends each query once.
class Visibility {
 public:
  Visibility(DirectoryConnection& connection, const Listing& listing, int page_size)
      : connection_(connection), listing_(listing), page_size_(page_size) {}

  /// Why noSuchObject for an object last known as `distinguished_name` does not prove that it is gone; empty if it
  /// does.
  tl::expected<std::string, DirectoryError> why_not_gone(const std::string& distinguished_name) {
    auto mode = why_names_may_be_hidden();
    if (!mode || !mode->empty()) return mode;
    const std::string container = parent_of(distinguished_name);
    const auto lists = lists_contents(container);
    if (!lists) return tl::unexpected(lists.error());
    if (*lists) return std::string();
    return fmt::format(
        "The directory says that it has no such object, but shows this account no other object in the container it was "
        "in ({}); the account may lack the right to list that container.",
        container.empty() ? "not known" : container);
  }

 private:
  /// In list-object mode (fDoListObject, [MS-ADTS] 6.1.1.2.4.1.2) a container may show one object and hide another.
  tl::expected<std::string, DirectoryError> why_names_may_be_hidden() {
    if (mode_) return *mode_;
    const auto read =
        connection_.look_up("CN=Directory Service,CN=Windows NT,CN=Services," + listing_.configuration_naming_context,
                            {"objectClass", "dSHeuristics"});
    if (!read) return tl::unexpected(read.error());
    const bool readable = read->entries.size() == 1 && !values_of(read->entries.front(), "objectClass").empty();
    const std::string heuristics = readable ? text_value(read->entries.front(), "dSHeuristics") : "";
    constexpr std::size_t list_object = 2;
    if (!readable) {
      mode_ =
          "The directory says that it has no such object, but not whether its list-object mode is on (dSHeuristics); "
          "in that mode it says the same of objects that this account is not allowed to see.";
    } else if (heuristics.size() > list_object && heuristics[list_object] != '0') {
      mode_ =
          "The directory says that it has no such object, but its list-object mode is on (dSHeuristics); in that "
          "mode it says the same of objects that this account is not allowed to see.";
    } else {
      mode_ = "";
    }
    return *mode_;
  }

  /// Whether this account can list `container` or, if that is gone itself, its parent.
  tl::expected<bool, DirectoryError> lists_contents(const std::string& container) {
    if (container.empty()) return false;
    if (const auto found = lists_contents_.find(container); found != lists_contents_.end()) return found->second;
    const auto children = connection_.search_children(container, "(objectClass=*)", {LDAP_NO_ATTRS}, page_size_);
    bool lists = children && !children->empty();
    if (!children && children.error().ldap_result <= 0) return tl::unexpected(children.error());
    if (!children && children.error().ldap_result == LDAP_NO_SUCH_OBJECT) {
      const auto above = lists_contents(parent_of(container));
      if (!above) return above;
      lists = *above;
    }
    lists_contents_[container] = lists;
    return lists;
  }

  DirectoryConnection& connection_;
  const Listing& listing_;
  int page_size_;
  std::optional<std::string> mode_;
  std::map<std::string, bool> lists_contents_;
};

/// Describes a look-up whose CA is neither an enrollment service any longer nor gone.
std::string why_hidden(const DirectoryConnection::LookUp& answer) {
  if (answer.ldap_result != LDAP_SUCCESS) {
    return fmt::format(
        "The directory does not say whether the CA's object is still there: it answered a look-up with {} "
        "({}).",
        ldap_err2string(answer.ldap_result), answer.ldap_result);
  }
  if (answer.entries.size() == 1 && !values_of(answer.entries.front(), "objectClass").empty()) {
    return "The CA's object is still there, but is no longer a pKIEnrollmentService.";
  }
  return "The CA's object is still in the directory, but this account is not allowed to read it.";
}

EnrollmentService* find_service(std::vector<EnrollmentService>& services, const base::ObjectGuid& object_guid) {
  const auto found = std::ranges::find(services, object_guid, &EnrollmentService::object_guid);
  return found == services.end() ? nullptr : &*found;
}

/// The content of a listing, to check whether it includes an object of the container.
struct Accounted {
  std::set<base::ObjectGuid> objects;
  std::set<std::string> names;  ///< in lower case, for objects without a visible objectGUID

  void add(const base::ObjectGuid& object_guid, std::string_view distinguished_name) {
    objects.insert(object_guid);
    names.insert(in_lower_case(distinguished_name));
  }

  [[nodiscard]] bool has(const DirectoryEntry& entry) const {
    return !entry.object_guid && values_of(entry, "objectGUID").empty() &&
           names.contains(in_lower_case(entry.distinguished_name));
  }
};

/// Adds each of `known` that is not in `accounted` to the listing's services, hidden or removed CAs.
tl::expected<void, DirectoryError> account_for_known(DirectoryConnection& connection, Listing& listing,
                                                     std::span<const EnrollmentService> known, int page_size,
                                                     Accounted& accounted) {
  Visibility visibility(connection, listing, page_size);
  auto attributes = listing.attributes;
  attributes.emplace_back("objectClass");
  for (const auto& service : known) {
    if (accounted.objects.contains(service.object_guid)) continue;
    auto answer = connection.look_up(service.object_guid, attributes);
    if (!answer) return tl::unexpected(std::move(answer.error()));
    const auto hide = [&](std::string why, int ldap_result) {
      accounted.add(service.object_guid, answer->entries.size() == 1 ? answer->entries.front().distinguished_name
                                                                     : service.distinguished_name);
      listing.hidden.push_back({service, std::move(why), ldap_result});
    };
    if (answer->ldap_result == LDAP_NO_SUCH_OBJECT) {
      auto why = visibility.why_not_gone(service.distinguished_name);
      if (!why) return tl::unexpected(std::move(why.error()));
      if (why->empty()) {
        listing.removed.push_back(service);
      } else {
        hide(std::move(*why), answer->ldap_result);
      }
    } else if (answer->entries.size() == 1 && has_class(answer->entries.front(), enrollment_service_class)) {
      auto& entry = answer->entries.front();
      if (!entry.object_guid) entry.object_guid = service.object_guid;  // the one that was asked for
      auto found = parse_enrollment_service(entry);
      if (!found || found->object_guid != service.object_guid) {
        accounted.add(service.object_guid, service.distinguished_name);
        listing.hidden.push_back({service, "The directory answered a look-up of the CA's object with another one.", 0});
      } else {
        accounted.add(found->object_guid, found->distinguished_name);
        listing.services.push_back(std::move(*found));
      }
    } else {
      hide(why_hidden(*answer), answer->ldap_result);
    }
  }
  return {};
}

/// Removes duplicates of hidden CAs from `listing.services`, unless a duplicate is itself `known` or no longer matches
/// its CA; then the hidden CA loses the duplicate.
void keep_hidden_cas_whole(Listing& listing, const std::set<base::ObjectGuid>& known) {
  for (HiddenService& hidden : listing.hidden) {
    std::vector<DuplicateObject> duplicates;
    for (DuplicateObject& duplicate : hidden.service.duplicates) {
      const EnrollmentService* listed = find_service(listing.services, duplicate.object_guid);
      if (listed == nullptr && known.contains(duplicate.object_guid)) continue;  // hidden or removed on its own account
      if (listed != nullptr) {
        if (known.contains(listed->object_guid) || !are_of_one_ca(hidden.service, *listed)) continue;
        duplicate.distinguished_name = listed->distinguished_name;
        std::erase_if(listing.services,
                      [&](const EnrollmentService& service) { return service.object_guid == duplicate.object_guid; });
      }
      duplicates.push_back(std::move(duplicate));
    }
    hidden.service.duplicates = std::move(duplicates);
  }
}

/// The known CA of each known duplicate.
std::map<base::ObjectGuid, base::ObjectGuid> cas_of_duplicates(std::span<const EnrollmentService> known) {
  std::map<base::ObjectGuid, base::ObjectGuid> cas;
  for (const auto& service : known) {
    for (const auto& duplicate : service.duplicates) cas.emplace(duplicate.object_guid, service.object_guid);
  }
  return cas;
}

/// Whether the hidden object is a duplicate of the CA `ca` and that CA is in the listing. The listing then names it.
bool add_hidden_duplicate(Listing& listing, const base::ObjectGuid& ca, const EnrollmentService& object) {
  if (EnrollmentService* listed = find_service(listing.services, ca)) {
    listed->duplicates.push_back({object.object_guid, object.distinguished_name});
    return true;
  }
  return std::ranges::any_of(listing.hidden, [&](const HiddenService& hidden) {
    return hidden.service.object_guid == ca && has_object(hidden.service, object.object_guid);
  });
}

/// The hidden object as it was last known. It is taken out of `removed`, because the directory still shows it.
EnrollmentService as_last_known(Listing& listing, EnrollmentService object) {
  if (const EnrollmentService* removed = find_service(listing.removed, object.object_guid)) {
    EnrollmentService known = *removed;
    std::erase_if(listing.removed,
                  [&](const EnrollmentService& service) { return service.object_guid == known.object_guid; });
    return known;
  }
  object.common_name = first_value_of(object.distinguished_name);
  return object;
}

/// The least that a hidden object and its sentence need.
constexpr std::size_t memory_of_hidden = sizeof(HiddenService) + 512;

}  // namespace

tl::expected<void, DirectoryError> account_for_unlisted(DirectoryConnection& connection, Listing& listing,
                                                        std::span<const EnrollmentService> known,
                                                        bool has_extended_names, int page_size) {
  Accounted accounted;
  for (const auto& service : listing.services) accounted.add(service.object_guid, service.distinguished_name);
  if (auto looked_up = account_for_known(connection, listing, known, page_size, accounted); !looked_up) {
    return looked_up;
  }
  std::set<base::ObjectGuid> known_objects;
  for (const auto& service : known) known_objects.insert(service.object_guid);
  keep_hidden_cas_whole(listing, known_objects);
  const auto duplicates = cas_of_duplicates(known);

  // The filter of the listing does not match objects whose class is not readable; this one matches every visible name.
  const std::string everything = "(objectClass=*)";
  const std::vector<std::string> wanted{"objectClass", "objectGUID"};
  const auto add_if_hidden = [&](const DirectoryEntry& entry) -> tl::expected<std::size_t, DirectoryError> {
    if (!values_of(entry, "objectClass").empty() || base::same_but_for_case(entry.distinguished_name, listing.base) ||
        accounted.has(entry)) {
      return 0;
    }
    auto service = parse_enrollment_service(entry);
    if (!service) return tl::unexpected(std::move(service.error()));
    if (!accounted.objects.insert(service->object_guid).second) return 0;
    const auto ca = duplicates.find(service->object_guid);
    if (ca != duplicates.end() && add_hidden_duplicate(listing, ca->second, *service)) return 0;
    listing.hidden.push_back({as_last_known(listing, std::move(*service)),
                              "This object is in the container of the forest's CAs, but this account is allowed to "
                              "read its name only.",
                              0});
    return memory_of_hidden + listing.hidden.back().service.distinguished_name.size();
  };
  auto searched =
      connection.take_subtree(listing.base, has_extended_names, everything, wanted, page_size, add_if_hidden);
  if (!searched) return searched;
  std::ranges::sort(listing.hidden, {}, [](const HiddenService& hidden) {
    return std::tie(hidden.service.common_name, hidden.service.object_guid);
  });
  return {};
}

}  // namespace casweep::discovery
