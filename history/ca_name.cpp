// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/case_fold.h"
#include "base/host_name.h"
#include "base/nearest_word.h"
#include "base/terminal_text.h"

namespace casweep::history {
namespace {

/// How a name fits a CA; a higher one excludes the lower ones.
enum class Fit { none, part, whole, duplicate_object, object };

/// One letter fits too many names.
constexpr std::size_t shortest_part = 2;
/// Fewer hexadecimal digits also stand in names.
constexpr std::size_t shortest_guid_part = 8;

std::string_view first_label(std::string_view host) { return host.substr(0, host.find('.')); }

/// Every whole name in `names`, in the form to compare: with the host alone if `with_host`.
std::vector<std::string> whole_names(const CaNames::Names& names, bool with_host) {
  std::vector<std::string> whole;
  const auto add = [&](const std::string& name) {
    if (!name.empty()) whole.push_back(base::case_folded(name));
  };
  const std::string host(base::without_root_dot(names.dns_host_name));
  const std::string label(first_label(host));
  for (const std::string& name : {names.common_name, names.display_name}) {
    add(name);
    if (name.empty()) continue;
    for (const std::string& place : {host, label}) add(place.empty() ? place : place + '\\' + name);
  }
  if (with_host && !host.empty()) {
    add(host);
    add(host + '.');
    add(label);
  }
  return whole;
}

bool is_whole(const CaNames::Names& names, bool with_host, const std::string& folded) {
  const auto whole = whole_names(names, with_host);
  return std::ranges::find(whole, folded) != whole.end();
}

bool is_part(const CaNames& ca, const std::string& folded) {
  if (folded.size() < shortest_part) return false;
  return std::ranges::any_of(whole_names(ca.now, true),
                             [&](const std::string& whole) { return whole.find(folded) != std::string::npos; });
}

bool begins_guid_of(const CaNames& ca, const std::string& folded) {
  return folded.size() >= shortest_guid_part && ca.object_guid.to_string().starts_with(folded);
}

Fit fit_of(const CaNames& ca, const std::optional<base::ObjectGuid>& guid, const std::string& folded) {
  if (guid && ca.object_guid == *guid) return Fit::object;
  if (guid && std::ranges::find(ca.duplicates, *guid) != ca.duplicates.end()) return Fit::duplicate_object;
  const auto had = [&](const CaNames::Names& names) { return is_whole(names, false, folded); };
  if (is_whole(ca.now, true, folded) || std::ranges::any_of(ca.earlier, had)) return Fit::whole;
  return is_part(ca, folded) ? Fit::part : Fit::none;
}

std::string_view without_outer_spaces(std::string_view name) {
  const auto first = name.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(' ') - first + 1);
}

/// `name` without spaces at its ends, in the form to compare.
std::string comparable(std::string_view name) { return base::case_folded(without_outer_spaces(name)); }

/// The objectGUID that `name` is, with or without braces.
std::optional<base::ObjectGuid> guid_in(std::string_view name) {
  name = without_outer_spaces(name);
  if (name.size() > 2 && name.starts_with('{') && name.ends_with('}')) name = name.substr(1, name.size() - 2);
  return base::ObjectGuid::from_string(name);
}

std::string_view shown_name(const CaNames& ca) {
  return ca.now.display_name.empty() ? ca.now.common_name : ca.now.display_name;
}

}  // namespace

CaNames names_of(const discovery::EnrollmentService& ca) {
  CaNames names{.object_guid = ca.object_guid, .now = {ca.common_name, ca.display_name, ca.dns_host_name}};
  for (const discovery::DuplicateObject& duplicate : ca.duplicates) names.duplicates.push_back(duplicate.object_guid);
  return names;
}

std::vector<std::size_t> cas_named(std::span<const CaNames> cas, std::string_view name) {
  const auto guid = guid_in(name);
  const std::string folded = comparable(name);
  std::vector<std::size_t> found;
  if (folded.empty()) return found;
  Fit best = Fit::part;
  for (std::size_t i = 0; i < cas.size(); ++i) {
    Fit fit = fit_of(cas[i], guid, folded);
    // Otherwise an object whose displayName is the beginning of another's objectGUID would replace that one.
    if (begins_guid_of(cas[i], folded)) fit = std::max(fit, Fit::whole);
    if (fit < best) continue;
    if (fit > best) found.clear();
    best = fit;
    found.push_back(i);
  }
  return found;
}

bool has_whole_name(const CaNames& ca, std::string_view name) {
  const std::string folded = comparable(name);
  return !folded.empty() && fit_of(ca, guid_in(name), folded) >= Fit::whole;
}

std::string name_and_host_of(const CaNames& ca) {
  return fmt::format("'{}' on {}", base::terminal_safe(base::name_or_guid(shown_name(ca), ca.object_guid)),
                     ca.now.dns_host_name.empty() ? "no host" : base::terminal_safe(ca.now.dns_host_name));
}

std::string did_you_mean_ca(std::span<const CaNames> cas, std::string_view name) {
  std::map<std::string, std::string> spellings;  // of each comparable name
  std::vector<std::string> names;
  for (const CaNames& ca : cas) {
    const auto& [common_name, display_name, host] = ca.now;
    for (const std::string& spelling : {display_name, common_name, std::string(first_label(host)), host}) {
      if (spelling.empty() || !spellings.emplace(comparable(spelling), spelling).second) continue;
      names.push_back(comparable(spelling));
    }
  }
  const std::string nearest = base::nearest_word(comparable(name), names);
  return nearest.empty() ? nearest : fmt::format(" Did you mean '{}'?", base::terminal_safe(spellings.at(nearest)));
}

base::ErrorText text_of_ambiguity(std::span<const CaNames> cas, std::span<const std::size_t> found,
                                  std::string_view name) {
  base::ErrorText text =
      fmt::format("'{}' names {} CAs; use a longer name, HOST\\CA or an objectGUID:", name, found.size());
  for (const std::size_t i : found) {
    const CaNames& ca = cas[i];
    const std::string shown = base::name_or_guid(shown_name(ca), ca.object_guid);
    text.lines.push_back(
        fmt::format("  {}  {} on {}{}", ca.object_guid.to_string(), base::terminal_safe(shown),
                    ca.now.dns_host_name.empty() ? "no host" : base::terminal_safe(ca.now.dns_host_name),
                    ca.removed ? ", removed from the directory" : ""));
  }
  return text;
}

}  // namespace casweep::history
