// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/duplicate_objects.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "discovery/ascii_case.h"
#include "discovery/host_name.h"

namespace casweep::discovery {
namespace {

constexpr std::string_view conflict_mark = "\nCNF:";

bool is_conflict_object(const EnrollmentService& ca) { return ca.common_name.find(conflict_mark) != std::string::npos; }

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), ascii_lower);
  return text;
}

/// What two objects of one CA agree on.
using SameCa = std::tuple<std::string, std::string, std::string, std::vector<Octets>>;

SameCa agreement_of(const EnrollmentService& ca) {
  std::vector<Octets> certificates = ca.ca_certificates;
  std::ranges::sort(certificates);  // the directory keeps them in no order
  return {in_lower_case(without_conflict_suffix(ca.common_name)), ca.display_name,
          comparable_host_name(ca.dns_host_name), std::move(certificates)};
}

/// Whether there is enough to agree on: objects that say nothing are not the same CA for that.
bool says_enough(const EnrollmentService& ca) {
  return !ca.display_name.empty() && (!ca.dns_host_name.empty() || !ca.ca_certificates.empty());
}

bool stands_before(const EnrollmentService& left, const EnrollmentService& right) {
  const auto rank = [](const EnrollmentService& ca) {
    return std::tuple(is_conflict_object(ca), !ca.when_created.has_value(), ca.when_created, ca.object_guid);
  };
  return rank(left) < rank(right);
}

}  // namespace

std::string without_conflict_suffix(std::string_view common_name) {
  return std::string(common_name.substr(0, common_name.find(conflict_mark)));
}

std::vector<EnrollmentService> without_duplicates(std::span<const EnrollmentService> listed) {
  std::map<SameCa, std::vector<const EnrollmentService*>> objects;
  for (const EnrollmentService& ca : listed) {
    if (says_enough(ca)) objects[agreement_of(ca)].push_back(&ca);
  }
  std::map<const EnrollmentService*, std::vector<DuplicateObject>> duplicates;
  std::set<const EnrollmentService*> others;
  for (auto& [agreement, of_one_ca] : objects) {
    std::ranges::sort(of_one_ca, [](const auto* left, const auto* right) { return stands_before(*left, *right); });
    for (const EnrollmentService* other : std::span(of_one_ca).subspan(1)) {
      duplicates[of_one_ca.front()].push_back({other->object_guid, other->distinguished_name});
      others.insert(other);
    }
  }
  std::vector<EnrollmentService> cas;
  for (const EnrollmentService& ca : listed) {
    if (others.contains(&ca)) continue;
    cas.push_back(ca);
    if (const auto found = duplicates.find(&ca); found != duplicates.end()) cas.back().duplicates = found->second;
  }
  return cas;
}

bool has_object(const EnrollmentService& ca, const ObjectGuid& object_guid) {
  return ca.object_guid == object_guid ||
         std::ranges::find(ca.duplicates, object_guid, &DuplicateObject::object_guid) != ca.duplicates.end();
}

}  // namespace casweep::discovery
