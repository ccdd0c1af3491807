// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/duplicate_objects.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"
#include "base/host_name.h"
#include "base/sha256.h"

namespace casweep::discovery {
namespace {

constexpr std::string_view conflict_mark = "\nCNF:";

bool is_conflict_object(const EnrollmentService& ca) { return ca.common_name.find(conflict_mark) != std::string::npos; }

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), base::ascii_lower);
  return text;
}

/// The data that all objects of one CA have in common.
using SameCa = std::tuple<std::string, std::string, std::string, std::vector<base::Octets>>;

SameCa agreement_of(const EnrollmentService& ca) {
  std::vector<base::Octets> certificates;  // their hashes: the comparison of all CAs keeps those of each
  for (const auto& der : ca.ca_certificates) certificates.push_back(base::sha256(der));
  std::ranges::sort(certificates);  // the directory does not keep an order
  return {in_lower_case(without_conflict_suffix(ca.common_name)), ca.display_name,
          base::comparable_host_name(ca.dns_host_name), std::move(certificates)};
}

/// Whether there is enough data to compare: objects without data are not the same CA.
bool is_comparable(const EnrollmentService& ca) {
  return !ca.display_name.empty() && (!ca.dns_host_name.empty() || !ca.ca_certificates.empty());
}

/// The object with the lowest rank represents the CA.
auto rank_of(const EnrollmentService& ca, const std::set<base::ObjectGuid>& known) {
  return std::tuple(!known.contains(ca.object_guid), is_conflict_object(ca), !ca.when_created.has_value(),
                    ca.when_created, ca.object_guid);
}

}  // namespace

std::string without_conflict_suffix(std::string_view common_name) {
  return std::string(common_name.substr(0, common_name.find(conflict_mark)));
}

bool are_of_one_ca(const EnrollmentService& left, const EnrollmentService& right) {
  return is_comparable(left) && is_comparable(right) && agreement_of(left) == agreement_of(right);
}

std::vector<EnrollmentService> without_duplicates(std::vector<EnrollmentService> listed,
                                                  std::span<const EnrollmentService> known) {
  std::set<base::ObjectGuid> known_objects;
  for (const EnrollmentService& ca : known) known_objects.insert(ca.object_guid);
  std::map<SameCa, std::vector<const EnrollmentService*>> objects;
  for (const EnrollmentService& ca : listed) {
    if (is_comparable(ca)) objects[agreement_of(ca)].push_back(&ca);
  }
  std::map<const EnrollmentService*, std::vector<DuplicateObject>> duplicates;
  std::set<const EnrollmentService*> others;
  for (auto& [agreement, of_one_ca] : objects) {
    std::ranges::sort(of_one_ca, {}, [&](const auto* ca) { return rank_of(*ca, known_objects); });
    for (const EnrollmentService* other : std::span(of_one_ca).subspan(1)) {
      auto& of_ca = duplicates[of_one_ca.front()];
      of_ca.push_back({other->object_guid, other->distinguished_name});
      std::ranges::copy(other->duplicates, std::back_inserter(of_ca));
      others.insert(other);
    }
  }
  std::vector<EnrollmentService> cas;
  for (EnrollmentService& ca : listed) {
    if (others.contains(&ca)) continue;
    cas.push_back(std::move(ca));
    if (const auto found = duplicates.find(&ca); found != duplicates.end()) {
      std::ranges::copy(found->second, std::back_inserter(cas.back().duplicates));
    }
  }
  return cas;
}

bool has_object(const EnrollmentService& ca, const base::ObjectGuid& object_guid) {
  return ca.object_guid == object_guid ||
         std::ranges::find(ca.duplicates, object_guid, &DuplicateObject::object_guid) != ca.duplicates.end();
}

}  // namespace casweep::discovery
