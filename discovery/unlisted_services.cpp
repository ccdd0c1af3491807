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

#include "discovery/ascii_case.h"
#include "discovery/distinguished_name.h"
#include "discovery/unlisted_services_internal.h"

namespace casweep::discovery {

namespace {

constexpr std::string_view enrollment_service_class = "pKIEnrollmentService";

bool has_class(const DirectoryEntry& entry, std::string_view wanted) {
  return std::ranges::any_of(values_of(entry, "objectClass"), [&](const Octets& value) {
    return same_but_for_case(std::string(value.begin(), value.end()), wanted);
  });
}

/// Answers, for one listing, whether a missing object may be taken for gone. Asks each question once.
class Visibility {
 public:
  Visibility(DirectoryConnection& connection, const Listing& listing, int page_size)
      : connection_(connection), listing_(listing), page_size_(page_size) {}

  /// Why noSuchObject for an object that was last known as `distinguished_name` does not mean that it is gone; empty if
  /// it does.
  tl::expected<std::string, DirectoryError> why_not_gone(const std::string& distinguished_name) {
    auto mode = why_names_may_be_hidden();
    if (!mode || !mode->empty()) return mode;
    const std::string container = parent_of(distinguished_name);
    const auto lists = lists_contents(container);
    if (!lists) return tl::unexpected(lists.error());
    if (*lists) return std::string();
    return fmt::format(
        "The directory says that it has no such object, but shows this account no other object of the container it was "
        "in, {}: the account may not be allowed to list that container.",
        container.empty() ? "which is not known" : container);
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
          "The directory says that it has no such object, but not whether its list-object mode is on (dSHeuristics), "
          "in "
          "which it says so of objects that this account may not see as well.";
    } else if (heuristics.size() > list_object && heuristics[list_object] != '0') {
      mode_ =
          "The directory says that it has no such object, but its list-object mode is on (dSHeuristics), in which it "
          "says so of objects that this account may not see as well.";
    } else {
      mode_ = "";
    }
    return *mode_;
  }

  /// Whether this account is shown what is in `container`; or, where that is gone itself, in the one it was in.
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

/// What a look-up says of a CA that is neither an enrollment service any more nor gone.
std::string why_hidden(const DirectoryConnection::LookUp& answer) {
  if (answer.ldap_result != LDAP_SUCCESS) {
    return fmt::format(
        "The directory does not say whether the CA's object is still there: it answered a look-up with {} "
        "({}).",
        ldap_err2string(answer.ldap_result), answer.ldap_result);
  }
  if (answer.entries.size() == 1 && !values_of(answer.entries.front(), "objectClass").empty()) {
    return "The CA's object is still there, but is no pKIEnrollmentService any more.";
  }
  return "The CA's object is still in the directory, but this account may not read it.";
}

}  // namespace

tl::expected<void, DirectoryError> account_for_unlisted(DirectoryConnection& connection, Listing& listing,
                                                        std::span<const EnrollmentService> known,
                                                        bool has_extended_names, int page_size) {
  std::set<ObjectGuid> accounted;
  std::set<std::string> named;  // in lower case
  const auto account = [&](const EnrollmentService& service) {
    accounted.insert(service.object_guid);
    named.insert(in_lower_case(service.distinguished_name));
  };
  for (const auto& service : listing.services) account(service);

  Visibility visibility(connection, listing, page_size);
  auto attributes = listing.attributes;
  attributes.emplace_back("objectClass");
  for (const auto& service : known) {
    if (accounted.contains(service.object_guid)) continue;
    auto answer = connection.look_up(service.object_guid, attributes);
    if (!answer) return tl::unexpected(std::move(answer.error()));
    if (answer->ldap_result == LDAP_NO_SUCH_OBJECT) {
      auto why = visibility.why_not_gone(service.distinguished_name);
      if (!why) return tl::unexpected(std::move(why.error()));
      if (why->empty()) {
        listing.removed.push_back(service);
        continue;
      }
      listing.hidden.push_back({service, std::move(*why), answer->ldap_result});
    } else if (answer->entries.size() == 1 && has_class(answer->entries.front(), enrollment_service_class)) {
      auto& entry = answer->entries.front();
      if (!entry.object_guid) entry.object_guid = service.object_guid;  // the one that was asked for
      auto found = parse_enrollment_service(entry);
      if (!found || found->object_guid != service.object_guid) {
        listing.hidden.push_back({service, "The directory answered a look-up of the CA's object with another one.", 0});
      } else {
        account(*found);
        listing.services.push_back(std::move(*found));
      }
    } else {
      listing.hidden.push_back({service, why_hidden(*answer), answer->ldap_result});
    }
    account(service);
  }

  // The filter of the listing finds nothing whose class may not be read; this one finds everything with a visible name.
  const std::string everything = "(objectClass=*)";
  const std::vector<std::string> wanted{"objectClass", "objectGUID"};
  const auto objects = has_extended_names
                           ? connection.search_with_guids(listing.base, true, everything, wanted, page_size)
                           : connection.search_subtree(listing.base, everything, wanted, page_size);
  if (!objects) return tl::unexpected(objects.error());
  for (const auto& entry : *objects) {
    if (!values_of(entry, "objectClass").empty() || same_but_for_case(entry.distinguished_name, listing.base) ||
        named.contains(in_lower_case(entry.distinguished_name))) {
      continue;
    }
    auto service = parse_enrollment_service(entry);
    if (!service) return tl::unexpected(std::move(service.error()));
    if (accounted.contains(service->object_guid)) continue;
    service->common_name = first_value_of(entry.distinguished_name);
    account(*service);
    listing.hidden.push_back({std::move(*service),
                              "The directory shows the name of this object, which is where the forest's CAs are, but "
                              "this account may not read what it says.",
                              0});
  }
  std::ranges::sort(listing.hidden, {}, [](const HiddenService& hidden) {
    return std::tie(hidden.service.common_name, hidden.service.object_guid);
  });
  return {};
}

}  // namespace casweep::discovery
