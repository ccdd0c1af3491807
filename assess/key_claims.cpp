// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/key_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "assess/key_identity.h"
#include "discovery/ascii_case.h"
#include "discovery/host_name.h"

namespace casweep::assess {
namespace {

using discovery::EnrollmentService;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), discovery::ascii_lower);
  return lower;
}

/// One object of the directory, and what was read for it.
class Claimant {
 public:
  /// `read` has facts; null: the object was not read, or not successfully.
  Claimant(const EnrollmentService& service, const Observation* read) : service_(&service), read_(read) {}

  [[nodiscard]] const EnrollmentService& service() const { return *service_; }
  [[nodiscard]] const Observation* read() const { return read_; }
  [[nodiscard]] const RegistryFacts& facts() const { return *read_->result; }

  /// Made when it is first needed: most objects are compared with nothing, and certificates take time to parse.
  [[nodiscard]] const CaEvidence& evidence() const {
    if (!evidence_) evidence_.emplace(*service_);
    return *evidence_;
  }

  /// Whether what was read for it, or else `key`, is exactly its own.
  [[nodiscard]] bool fits_exactly(const KeyIdentity& key) const {
    if (read_ == nullptr) return evidence().fits_exactly(key);
    if (!exact_) exact_ = evidence().fits_exactly(facts().identity);
    return *exact_;
  }

 private:
  const EnrollmentService* service_;
  const Observation* read_;
  mutable std::optional<CaEvidence> evidence_;
  mutable std::optional<bool> exact_;
};

class Claims {
 public:
  Claims(std::span<const EnrollmentService> listed, const std::map<discovery::ObjectGuid, Observation>& observations) {
    const auto has_facts = [](const auto& observed) { return observed.second.result.has_value(); };
    if (std::ranges::none_of(observations, has_facts)) return;
    for (const EnrollmentService& service : listed) {
      const auto found = observations.find(service.object_guid);
      const bool read = found != observations.end() && found->second.result;
      claimants_.emplace_back(service, read ? &found->second : nullptr);
    }
    for (std::size_t index = 0; index < claimants_.size(); ++index) {
      for (std::string& trait : traits_of(claimants_[index])) by_trait_[std::move(trait)].push_back(index);
    }
  }

  /// Why the facts that were read for each of the objects prove nothing about it.
  [[nodiscard]] std::map<discovery::ObjectGuid, std::string> rejected() const {
    std::map<discovery::ObjectGuid, std::string> rejected;
    for (std::size_t index = 0; index < claimants_.size(); ++index) {
      if (claimants_[index].read() == nullptr) continue;
      if (auto why = objection_to(index)) rejected.emplace(service_of(index).object_guid, *std::move(why));
    }
    return rejected;
  }

 private:
  [[nodiscard]] const EnrollmentService& service_of(std::size_t index) const { return claimants_[index].service(); }

  /// Where a key is and whose certificates are in it, each as one text: two keys with one in common are the same.
  static std::vector<std::string> traits_of_key(const EnrollmentService& service, const Observation& read) {
    const std::string path = lower_case(read.result->key_path);
    std::vector<std::string> traits{
        fmt::format("key {}\n{}", discovery::comparable_host_name(service.dns_host_name), path)};
    if (!read.address.empty()) traits.push_back(fmt::format("key {}\n{}", lower_case(read.address), path));
    for (const Octets& hash : read.result->identity.certificate_hashes) {
      traits.push_back("key with certificate " + discovery::to_hex(hash));
    }
    return traits;
  }

  /// By what an object that was not read can be found when a key is looked at.
  static std::vector<std::string> traits_of_object(const EnrollmentService& service) {
    std::vector<std::string> traits;
    if (!service.dns_host_name.empty()) {
      traits.push_back("host " + discovery::comparable_host_name(service.dns_host_name));
    }
    if (!service.display_name.empty()) traits.push_back("name " + lower_case(service.display_name));
    for (const Octets& der : service.ca_certificates) {
      traits.push_back("certificate " + discovery::to_hex(sha1_of(der)));
    }
    return traits;
  }

  static std::vector<std::string> traits_of(const Claimant& claimant) {
    return claimant.read() != nullptr ? traits_of_key(claimant.service(), *claimant.read())
                                      : traits_of_object(claimant.service());
  }

  /// What to look for when the key that was read for `claimant` is looked at.
  static std::vector<std::string> traits_to_compare(const Claimant& claimant) {
    std::vector<std::string> traits = traits_of_key(claimant.service(), *claimant.read());
    const std::vector<std::string> of_object = traits_of_object(claimant.service());
    traits.insert(traits.end(), of_object.begin(), of_object.end());
    const KeyIdentity& key = claimant.facts().identity;
    for (const Octets& hash : key.certificate_hashes) traits.push_back("certificate " + discovery::to_hex(hash));
    if (key.common_name) traits.push_back("name " + lower_case(*key.common_name));
    return traits;
  }

  /// Why the key that was read for the object at `index` is not proven to be its own; nullopt if it is.
  [[nodiscard]] std::optional<std::string> objection_to(std::size_t index) const {
    const Claimant& claimant = claimants_[index];
    const KeyIdentity& key = claimant.facts().identity;
    std::optional<std::size_t> other;
    for (const std::string& trait : traits_to_compare(claimant)) {
      const auto found = by_trait_.find(trait);
      if (found == by_trait_.end()) continue;
      for (const std::size_t candidate : found->second) {
        if (candidate == index) continue;
        const Claimant& rival = claimants_[candidate];
        if (rival.read() == nullptr && !rival.evidence().match(key)) continue;
        if (rival.fits_exactly(key)) {
          return claimant.fits_exactly(key) ? both(index, candidate) : not_this(index, candidate);
        }
        other = candidate;
      }
    }
    if (!other || claimant.fits_exactly(key)) return std::nullopt;
    return undecided(index, *other);
  }

  [[nodiscard]] std::string shown(std::size_t index) const {
    return fmt::format("\"{}\" ({})", name_of(service_of(index)), service_of(index).object_guid.to_string());
  }

  [[nodiscard]] std::string not_this(std::size_t index, std::size_t other) const {
    return fmt::format(
        "The host's registry key {} is that of {}: it has the newest certificate and the name of that CA.",
        claimants_[index].facts().key_path, shown(other));
  }

  [[nodiscard]] std::string both(std::size_t index, std::size_t other) const {
    return fmt::format(
        "The host's registry key {} has the newest certificate and the name of {} as well: it cannot be told which "
        "of the two objects is the CA's.",
        claimants_[index].facts().key_path, shown(other));
  }

  [[nodiscard]] std::string undecided(std::size_t index, std::size_t other) const {
    return fmt::format(
        "{} leads to the same registry key {}, and no object has both its newest certificate and its name: it cannot "
        "be told whose it is.",
        shown(other), claimants_[index].facts().key_path);
  }

  std::vector<Claimant> claimants_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_trait_;
};

}  // namespace

void settle_key_claims(std::span<const EnrollmentService> listed,
                       std::map<discovery::ObjectGuid, Observation>& observations) {
  for (const auto& [object_guid, why] : Claims(listed, observations).rejected()) {
    Observation& observation = observations.at(object_guid);
    observation.key_path = observation.result->key_path;
    observation.result = tl::unexpected(ReadFailure{Reason::different_ca_on_host, why, {}});
  }
}

}  // namespace casweep::assess
