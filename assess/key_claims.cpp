// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/key_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assess/judgement.h"
#include "assess/key_identity.h"
#include "assess/sanitized_name.h"
#include "base/ascii_case.h"
#include "base/host_name.h"

namespace casweep::assess {
namespace {

using discovery::EnrollmentService;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), base::ascii_lower);
  return lower;
}

/// An object of the directory and its reading.
class Claimant {
 public:
  /// `read` has facts; null: the object was not read successfully.
  Claimant(const EnrollmentService& service, const Reading* read) : service_(&service), read_(read) {}

  [[nodiscard]] const EnrollmentService& service() const { return *service_; }
  [[nodiscard]] const Reading* read() const { return read_; }
  [[nodiscard]] const RegistryFacts& facts() const { return *read_->result; }

  /// Created on first use: most objects are never compared, and parsing certificates takes time.
  [[nodiscard]] const CaEvidence& evidence() const {
    if (!evidence_) evidence_.emplace(*service_);
    return *evidence_;
  }

  /// Whether the key read for the object has its newest certificate and its names.
  [[nodiscard]] bool fits_exactly() const {
    if (!exact_) exact_ = evidence().fits_exactly(facts().identity);
    return *exact_;
  }

 private:
  const EnrollmentService* service_;
  const Reading* read_;
  mutable std::optional<CaEvidence> evidence_;
  mutable std::optional<bool> exact_;
};

/// The names of an object or of a key as texts. A name matches if the object and the key have a text in common.
struct NameTexts {
  std::vector<std::string> display{};  ///< for the displayName
  std::vector<std::string> object{};   ///< for the cn

  explicit NameTexts(const CaEvidence& evidence) {
    const std::string& display_name = evidence.ca().display_name;
    if (!evidence.sanitized_display_name().empty()) add_key_name(evidence.sanitized_display_name());
    if (!display_name.empty()) display.push_back("common " + display_name);
    if (!evidence.object_name().empty()) object.push_back(lower_case(evidence.object_name()));
  }

  explicit NameTexts(const KeyIdentity& key) {
    add_key_name(key.name);
    object.push_back(lower_case(sanitized_short_name(key.name)));
    if (!key.common_name) return;
    display.push_back("common " + *key.common_name);
    if (const auto sanitized = sanitize(*key.common_name))
      object.push_back(lower_case(sanitized_short_name(*sanitized)));
  }

  [[nodiscard]] std::vector<std::string> all() const {
    std::vector<std::string> texts;
    for (const std::string& text : display) texts.push_back("displayName " + text);
    for (const std::string& text : object) texts.push_back("cn " + text);
    return texts;
  }

 private:
  void add_key_name(std::string_view sanitized) { display.push_back("key " + lower_case(sanitized)); }
};

/// The objects that were not read, indexed by what a key has. One look-up finds the first object that matches a key,
/// because comparing every object with every key would take too long.
class UnreadObjects {
 public:
  explicit UnreadObjects(const std::vector<Claimant>& claimants) : claimants_(&claimants) {}

  void add(std::size_t index) {
    const CaEvidence& evidence = (*claimants_)[index].evidence();
    const NameTexts names(evidence);
    for (const std::string& name : names.all()) {
      by_text_["name " + name].push_back(index);
      if (!evidence.has_newest_certificate()) by_text_["name without certificate " + name].push_back(index);
    }
    for (const base::Octets& certificate : evidence.decisive_certificates()) {
      const std::string hash = base::to_hex(certificate);
      by_text_["certificate " + hash].push_back(index);
      for (const std::string& name : names.all()) by_text_[fmt::format("{} {}", hash, name)].push_back(index);
      for (const std::string& text : exact_texts(hash, or_none(names.display), or_none(names.object))) {
        by_text_[text].push_back(index);
      }
    }
  }

  /// An object whose newest certificate and names match the key.
  [[nodiscard]] std::optional<std::size_t> that_fits_exactly(const KeyIdentity& key) const {
    const NameTexts names(key);
    std::vector<std::string> display = names.display;
    std::vector<std::string> object = names.object;
    display.emplace_back();
    object.emplace_back();
    std::vector<std::string> texts;
    for (const base::Octets& certificate : key.certificate_hashes) {
      std::ranges::move(exact_texts(base::to_hex(certificate), display, object), std::back_inserter(texts));
    }
    return first(texts, [&](const CaEvidence& evidence) { return evidence.fits_exactly(key); });
  }

  /// An object that the key could belong to.
  [[nodiscard]] std::optional<std::size_t> that_matches(const KeyIdentity& key) const {
    const std::vector<std::string> names = NameTexts(key).all();
    const bool has_certificate = !key.certificate_hashes.empty();
    std::vector<std::string> texts;
    for (const std::string& name : names) {
      texts.push_back((has_certificate ? "name without certificate " : "name ") + name);
    }
    for (const base::Octets& certificate : key.certificate_hashes) {
      const std::string hash = base::to_hex(certificate);
      if (!key.common_name) texts.push_back("certificate " + hash);
      for (const std::string& name : names) texts.push_back(fmt::format("{} {}", hash, name));
    }
    return first(texts, [&](const CaEvidence& evidence) { return evidence.match(key).has_value(); });
  }

 private:
  static std::vector<std::string> or_none(std::vector<std::string> texts) {
    if (texts.empty()) texts.emplace_back();
    return texts;
  }

  static std::vector<std::string> exact_texts(const std::string& hash, const std::vector<std::string>& display,
                                              const std::vector<std::string>& object) {
    std::vector<std::string> texts;
    for (const std::string& one : display) {
      for (const std::string& other : object) texts.push_back(fmt::format("exact {}\n{}\n{}", hash, one, other));
    }
    return texts;
  }

  /// Only an object with several newest certificates can be found by a text and match only in part.
  template <typename Fits>
  [[nodiscard]] std::optional<std::size_t> first(const std::vector<std::string>& texts, const Fits& fits) const {
    for (const std::string& text : texts) {
      const auto found = by_text_.find(text);
      if (found == by_text_.end()) continue;
      for (const std::size_t index : found->second) {
        if (fits((*claimants_)[index].evidence())) return index;
      }
    }
    return std::nullopt;
  }

  const std::vector<Claimant>* claimants_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_text_;
};

/// The first two of some objects: enough to name one that differs from a given object.
class FirstTwo {
 public:
  void add(std::size_t index) {
    if (indexes_.size() < 2) indexes_.push_back(index);
  }

  [[nodiscard]] std::optional<std::size_t> other_than(std::size_t index) const {
    const auto other = std::ranges::find_if(indexes_, [&](std::size_t one) { return one != index; });
    return other == indexes_.end() ? std::nullopt : std::optional(*other);
  }

 private:
  std::vector<std::size_t> indexes_;
};

/// Objects that were read from one key.
struct ReadersOfKey {
  FirstTwo all;
  FirstTwo exact;  ///< those whose newest certificate and names match it
};

class Claims {
 public:
  Claims(std::span<const EnrollmentService> listed, const std::map<base::ObjectGuid, Reading>& readings) {
    const auto has_facts = [](const auto& observed) { return observed.second.result.has_value(); };
    if (std::ranges::none_of(readings, has_facts)) return;
    for (const EnrollmentService& service : listed) {
      const auto found = readings.find(service.object_guid);
      const bool read = found != readings.end() && found->second.result;
      claimants_.emplace_back(service, read ? &found->second : nullptr);
    }
    for (std::size_t index = 0; index < claimants_.size(); ++index) add(index);
  }
  Claims(const Claims&) = delete;
  Claims& operator=(const Claims&) = delete;
  Claims(Claims&&) = delete;
  Claims& operator=(Claims&&) = delete;
  ~Claims() = default;

  /// The objects whose facts prove nothing about them, each with the reason.
  [[nodiscard]] std::map<base::ObjectGuid, std::string> rejected() const {
    std::map<base::ObjectGuid, std::string> rejected;
    for (std::size_t index = 0; index < claimants_.size(); ++index) {
      if (claimants_[index].read() == nullptr) continue;
      if (auto why = objection_to(index)) rejected.emplace(service_of(index).object_guid, *std::move(why));
    }
    return rejected;
  }

 private:
  void add(std::size_t index) {
    const Claimant& claimant = claimants_[index];
    if (claimant.read() == nullptr) return unread_.add(index);
    for (std::string& text : texts_of_key(claimant)) {
      ReadersOfKey& readers = by_key_[std::move(text)];
      readers.all.add(index);
      if (claimant.fits_exactly()) readers.exact.add(index);
    }
  }

  [[nodiscard]] const EnrollmentService& service_of(std::size_t index) const { return claimants_[index].service(); }

  /// The location of a key and the certificates in it, each as one text. Two keys with a text in common are the same
  /// key.
  static std::vector<std::string> texts_of_key(const Claimant& claimant) {
    const Reading& read = *claimant.read();
    const std::string path = lower_case(read.result->key_path);
    std::vector<std::string> texts{
        fmt::format("key {}\n{}", base::comparable_host_name(claimant.service().dns_host_name), path)};
    if (!read.address.empty()) texts.push_back(fmt::format("key {}\n{}", lower_case(read.address), path));
    for (const base::Octets& hash : read.result->identity.certificate_hashes) {
      texts.push_back("key with certificate " + base::to_hex(hash));
    }
    return texts;
  }

  /// Another object that was read from the key of the object at `index`.
  [[nodiscard]] std::optional<std::size_t> other_reader(std::size_t index, FirstTwo ReadersOfKey::*which) const {
    for (const std::string& text : texts_of_key(claimants_[index])) {
      const auto found = by_key_.find(text);
      if (found == by_key_.end()) continue;
      if (const auto other = (found->second.*which).other_than(index)) return other;
    }
    return std::nullopt;
  }

  /// Why the key read for the object at `index` is not proven to belong to it; nullopt if it is proven.
  [[nodiscard]] std::optional<std::string> objection_to(std::size_t index) const {
    const Claimant& claimant = claimants_[index];
    const KeyIdentity& key = claimant.facts().identity;
    auto owner = other_reader(index, &ReadersOfKey::exact);
    if (!owner) owner = unread_.that_fits_exactly(key);
    if (owner) return claimant.fits_exactly() ? both(index, *owner) : not_this(index, *owner);
    if (claimant.fits_exactly()) return std::nullopt;

    auto other = other_reader(index, &ReadersOfKey::all);
    if (!other) other = unread_.that_matches(key);
    if (other) return undecided(index, *other);
    if (claimant.evidence().names_fit(key)) return std::nullopt;
    // Borrowing the key of a CA that does not enforce encryption hides nothing, and the cn of a CA's object may be
    // changed.
    const Judgement judgement = judge(*claimant.read(), claimant.service().dns_host_name);
    return judgement.verdict == Verdict::not_enforced ? std::nullopt : std::optional(other_names(index));
  }

  [[nodiscard]] std::string shown(std::size_t index) const {
    return fmt::format("\"{}\" ({})", name_of(service_of(index)), service_of(index).object_guid.to_string());
  }

  [[nodiscard]] std::string not_this(std::size_t index, std::size_t other) const {
    return fmt::format(
        "The host's registry key {} belongs to {}: it has the newest certificate and the name of that CA.",
        claimants_[index].facts().key_path, shown(other));
  }

  [[nodiscard]] std::string both(std::size_t index, std::size_t other) const {
    return fmt::format(
        "The host's registry key {} has the newest certificate and the name of {} as well, so it is not known "
        "which of the two objects is the CA's.",
        claimants_[index].facts().key_path, shown(other));
  }

  [[nodiscard]] std::string undecided(std::size_t index, std::size_t other) const {
    return fmt::format(
        "{} leads to the same registry key {}, and no object has both its newest certificate and its name, so "
        "it is not known which CA the key belongs to.",
        shown(other), claimants_[index].facts().key_path);
  }

  /// Used even if no other object is known: the key's owner may be hidden, removed, or never seen.
  [[nodiscard]] std::string other_names(std::size_t index) const {
    const EnrollmentService& object = service_of(index);
    return fmt::format(
        "The host's registry key {} does not have every name of this object (cn \"{}\", displayName \"{}\"), so it may "
        "belong to another CA whose certificate or name the object uses.",
        claimants_[index].facts().key_path, object.common_name, object.display_name);
  }

  std::vector<Claimant> claimants_;
  UnreadObjects unread_{claimants_};
  std::unordered_map<std::string, ReadersOfKey> by_key_;
};

}  // namespace

void settle_key_claims(std::span<const EnrollmentService> listed, std::map<base::ObjectGuid, Reading>& readings) {
  for (const auto& [object_guid, why] : Claims(listed, readings).rejected()) {
    Reading& reading = readings.at(object_guid);
    reading.key_path = reading.result->key_path;
    reading.result = tl::unexpected(ReadFailure{Reason::different_ca_on_host, why, {}});
  }
}

}  // namespace casweep::assess
