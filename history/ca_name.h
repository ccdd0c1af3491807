// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_text.h"
#include "base/object_guid.h"
#include "discovery/enrollment_service.h"

namespace casweep::history {

/// The names that a CA has, or had.
struct CaNames {
  struct Names {
    std::string common_name{};
    std::string display_name{};
    std::string dns_host_name{};

    bool operator==(const Names&) const = default;
  };
  base::ObjectGuid object_guid;
  Names now{};
  std::vector<Names> earlier{};
  std::vector<base::ObjectGuid> duplicates{};  ///< other objects of the same CA
  std::optional<std::int64_t> removed{};       ///< the scan that found that the directory no longer has it
};

[[nodiscard]] CaNames names_of(const discovery::EnrollmentService& ca);

/// The positions in `cas` of the CAs that `name` names, regardless of case. What names a CA is, in this order: its
/// objectGUID, with or without braces, which cannot be chosen; the objectGUID of one of its duplicate objects; a whole
/// name that it has (cn, displayName, dNSHostName, the first label of that, `HOST\CA`) or had (not a host alone), and
/// the beginning of its objectGUID; a part of a name that it has. What comes later does not count if something earlier
/// matches.
[[nodiscard]] std::vector<std::size_t> cas_named(std::span<const CaNames> cas, std::string_view name);

/// Whether `name` is a whole name or an objectGUID of `ca`, and not only a part of one.
[[nodiscard]] bool has_whole_name(const CaNames& ca, std::string_view name);

/// "'Contoso Issuing CA 01' on ca01.corp.example", safe for a terminal.
[[nodiscard]] std::string name_and_host_of(const CaNames& ca);

/// " Did you mean 'ca03'?" for the name that `name` is most likely a misspelling of; empty if no name is close.
[[nodiscard]] std::string did_you_mean_ca(std::span<const CaNames> cas, std::string_view name);

/// The error of a name that names several CAs of `cas`, those at `found`, with a line for each.
[[nodiscard]] base::ErrorText text_of_ambiguity(std::span<const CaNames> cas, std::span<const std::size_t> found,
                                                std::string_view name);

}  // namespace casweep::history
