// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/ca_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "assess/key_identity.h"
#include "assess/sanitized_name.h"
#include "base/certificate.h"
#include "winreg/registry_type.h"
#include "winreg/win32_error.h"

namespace casweep::assess {
namespace {

constexpr std::string_view configuration_path = R"(SYSTEM\CurrentControlSet\Services\CertSvc\Configuration)";

/// AD CS runs one CA on a host, and leaves the key of each former CA behind. A host with more keys than this is not
/// searched further.
constexpr std::uint32_t most_sub_keys = 64;

/// Bits of SetupStatus ([MS-CSRA] 3.1.4.2.14).
constexpr std::uint32_t SETUP_SERVER_INSTALLED = 0x1;
constexpr std::uint32_t SETUP_INCOMPLETE = 0x4;

/// The texts in a sibling of InterfaceFlags. If it is missing, malformed or unreadable, there is only less evidence: no
/// sibling may prevent reading the flags.
std::vector<std::string> sibling_texts(winreg::RemoteRegistry& registry, const winreg::RemoteRegistry::Key& key,
                                       std::string_view name) {
  const auto value = registry.value(key, name);
  if (!value || !*value) return {};
  return winreg::texts_of(**value).value_or(std::vector<std::string>{});
}

/// One search through one host's CertSvc\Configuration.
class Search {
 public:
  Search(winreg::RemoteRegistry& registry, const discovery::EnrollmentService& ca)
      : registry_(registry), ca_(ca), shown_(name_of(ca)) {}

  tl::expected<CaKey, ReadFailure> run() {
    for (const std::string& name : ca_.likely_key_names()) {
      if (auto found = try_key(name, KeyFoundBy::sanitized_name); !found || *found) return checked(std::move(found));
    }
    if (auto told = read_configuration(); !told) return tl::unexpected(std::move(told.error()));
    if (is_key_name(*active_)) {
      if (auto found = try_key(*active_, KeyFoundBy::active); !found || *found) return checked(std::move(found));
    }
    return search_all();
  }

 private:
  using Found = tl::expected<std::optional<CaKey>, ReadFailure>;

  /// Reads from Configuration which CA CertSvc is configured to run, and whether a CA is set up. Unlike siblings of
  /// InterfaceFlags, these values decide whether the flags have any effect. Absent values mean nothing, but an
  /// unreadable value may mean that the flags have no effect.
  tl::expected<void, ReadFailure> read_configuration() {
    const auto configuration = registry_.open(configuration_path, winreg::KEY_QUERY_VALUE);
    if (!configuration) return tl::unexpected(read_failure_of(configuration.error()));
    if (!*configuration) {
      return tl::unexpected(
          ReadFailure{Reason::not_a_ca,
                      fmt::format("The host has no key HKLM\\{}: AD CS is not installed there, and the "
                                  "directory's object is probably stale.",
                                  configuration_path),
                      {"win32", winreg::ERROR_FILE_NOT_FOUND, "ERROR_FILE_NOT_FOUND"}});
    }
    const auto active = registry_.value(**configuration, "Active");
    if (!active) return tl::unexpected(read_failure_of(active.error()));
    const auto setup_status = registry_.value(**configuration, "SetupStatus");
    if (!setup_status) return tl::unexpected(read_failure_of(setup_status.error()));

    auto active_name = *active ? winreg::text_of(**active) : std::string{};
    if (!active_name) return tl::unexpected(malformed("Active", **active, "REG_SZ"));
    active_ = std::move(active_name);
    if (!*setup_status) return {};
    setup_status_ = winreg::dword_of(**setup_status);
    if (!setup_status_) return tl::unexpected(malformed("SetupStatus", **setup_status, "REG_DWORD"));
    return {};
  }

  [[nodiscard]] bool is_set_up() const {
    return !setup_status_ ||
           ((*setup_status_ & SETUP_SERVER_INSTALLED) != 0 && (*setup_status_ & SETUP_INCOMPLETE) == 0);
  }

  /// False if CertSvc is configured to run the CA of a key other than that at `path`.
  [[nodiscard]] bool may_run(std::string_view path) const {
    return active_.value_or(std::string{}).empty() || same_sanitized_name(path.substr(path.rfind('\\') + 1), *active_);
  }

  static ReadFailure malformed(std::string_view name, const winreg::RegistryValue& value, std::string_view expected) {
    return {Reason::value_malformed,
            fmt::format("{} is a {} of {} bytes, not a {}, so it is not known whether this host runs the CA.", name,
                        winreg::registry_type_name(value.type), value.data.size(), expected),
            {}};
  }

  static bool is_key_name(std::string_view name) { return !name.empty() && name.find('\\') == std::string_view::npos; }

  /// The key called `name`, if it exists and belongs to the CA.
  Found try_key(const std::string& name, KeyFoundBy found_by) {
    if (std::ranges::any_of(tried_, [&](const std::string& tried) { return same_sanitized_name(tried, name); })) {
      return std::nullopt;
    }
    tried_.push_back(name);
    auto key = registry_.open(fmt::format("{}\\{}", configuration_path, name), winreg::KEY_QUERY_VALUE);
    if (!key) return tl::unexpected(read_failure_of(key.error()));
    if (!*key) return std::nullopt;
    existing_.push_back(name);
    KeyIdentity identity = identity_of(**key, name);
    const auto matched_by = ca_.match(identity);
    if (!matched_by) {
      const KeyFit fit = ca_.fit(identity);
      if (fit.certificate == KeyFit::Certificate::differs && fit.has_name()) other_certificate_ = (*key)->path;
      if (fit.certificate == KeyFit::Certificate::fits) other_name_ = identity.common_name;
      return std::nullopt;
    }
    return CaKey{**std::move(key), found_by, *matched_by, std::move(identity)};
  }

  /// The evidence in the key called `name` for its owner. CommonName costs a round trip and is read only if the
  /// certificate and the key's own name do not prove every name of the CA.
  KeyIdentity identity_of(const winreg::RemoteRegistry::Key& key, const std::string& name) {
    KeyIdentity identity{.name = name, .common_name = std::nullopt, .certificate_hashes = {}};
    for (std::string& text : sibling_texts(registry_, key, "CACertHash")) {
      if (auto hash = certificate_hash_of_text(std::move(text)))
        identity.certificate_hashes.push_back(*std::move(hash));
    }
    const KeyFit fit = ca_.fit(identity);
    if (fit.certificate != KeyFit::Certificate::no_evidence && fit.key_name && ca_.names_fit(identity)) return identity;
    if (auto common_name = sibling_texts(registry_, key, "CommonName"); !common_name.empty()) {
      identity.common_name = std::move(common_name.front());
    }
    return identity;
  }

  tl::expected<CaKey, ReadFailure> search_all() {
    const auto configuration =
        registry_.open(configuration_path, winreg::KEY_QUERY_VALUE | winreg::KEY_ENUMERATE_SUB_KEYS);
    if (!configuration) return tl::unexpected(read_failure_of(configuration.error()));
    if (!*configuration) return tl::unexpected(nothing_found());  // removed in the meantime
    std::optional<CaKey> best;
    for (std::uint32_t index = 0;; ++index) {
      const auto name = registry_.sub_key(**configuration, index);
      if (!name) return tl::unexpected(read_failure_of(name.error()));
      if (!*name) break;
      if (index == most_sub_keys) {
        return tl::unexpected(ReadFailure{Reason::ca_key_not_found,
                                          fmt::format("None of the first {} keys below HKLM\\{} belongs to this CA.",
                                                      most_sub_keys, configuration_path),
                                          {}});
      }
      if (!is_key_name(**name)) continue;
      auto found = try_key(**name, KeyFoundBy::enumeration);
      // One unreadable key says nothing about the keys after it; a dead connection ends the search at the next key.
      if (!found) {
        if (found.error().reason != Reason::access_denied) return tl::unexpected(found.error());
        unreadable_ = found.error();
        continue;
      }
      if (*found && (!best || (*found)->matched_by < best->matched_by)) best = *std::move(*found);
    }
    if (!best && unreadable_) return tl::unexpected(*unreadable_);
    if (!best) return tl::unexpected(nothing_found());
    return checked(std::move(best));
  }

  /// `found`, unless CertSvc is configured to run another CA or none. Its value then has no effect.
  tl::expected<CaKey, ReadFailure> checked(Found found) {
    if (!found) return tl::unexpected(found.error());
    if (!active_) {
      if (auto told = read_configuration(); !told) return tl::unexpected(std::move(told.error()));
    }
    if (!is_set_up()) {
      return tl::unexpected(ReadFailure{
          Reason::not_a_ca,
          fmt::format(
              "The host still has the key of \"{}\", but no CA that is installed and set up (SetupStatus {:#x}).",
              shown_, *setup_status_),
          {}});
    }
    if (!may_run((*found)->key.path)) {
      return tl::unexpected(ReadFailure{
          Reason::different_ca_on_host,
          fmt::format("The host still has the key of \"{}\", but its active CA is \"{}\".", shown_, *active_),
          {}});
    }
    return **std::move(found);
  }

  [[nodiscard]] ReadFailure nothing_found() const {
    if (other_certificate_ && may_run(*other_certificate_)) {
      return {Reason::certificate_differs,
              fmt::format("The host has the key {} of the same name, but without the newest certificate that the "
                          "directory has for \"{}\".",
                          *other_certificate_, shown_),
              {}};
    }
    if (other_name_) {
      return {Reason::different_ca_on_host,
              fmt::format("The host's key with the newest certificate of \"{}\" belongs to the CA \"{}\".", shown_,
                          *other_name_),
              {}};
    }
    if (existing_.empty() && active_.value_or(std::string{}).empty()) {
      return {Reason::ca_key_not_found, fmt::format("HKLM\\{} has no key for any CA.", configuration_path), {}};
    }
    if (active_ && !active_->empty()) {
      return {Reason::different_ca_on_host,
              fmt::format("The host's active CA is \"{}\"; neither its certificates nor its name match \"{}\".",
                          *active_, shown_),
              {}};
    }
    return {
        Reason::different_ca_on_host,
        fmt::format(
            "The host has keys for other CAs only: \"{}\". Neither their certificates nor their names match \"{}\".",
            fmt::join(existing_, "\", \""), shown_),
        {}};
  }

  winreg::RemoteRegistry& registry_;
  CaEvidence ca_;
  std::string shown_;
  std::vector<std::string> tried_;
  std::vector<std::string> existing_;
  std::optional<std::string> active_;          ///< empty: not present; nullopt: not read
  std::optional<std::uint32_t> setup_status_;  ///< nullopt: not present, which means nothing
  std::optional<ReadFailure> unreadable_;
  std::optional<std::string> other_certificate_;  ///< path of a key of the CA's name, but with other certificates
  std::optional<std::string> other_name_;         ///< CommonName of a key with the CA's certificate
};

}  // namespace

void prepare_to_find_ca_keys() {
  static_cast<void>(sha1_of({}));
  static_cast<void>(base::parse_certificate({}));
}

tl::expected<CaKey, ReadFailure> find_ca_key(winreg::RemoteRegistry& registry, const discovery::EnrollmentService& ca) {
  return Search(registry, ca).run();
}

}  // namespace casweep::assess
