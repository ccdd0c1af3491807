// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>

#include <nlohmann/json_fwd.hpp>

#include "discovery/server_identity.h"
#include "history/scan_record.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The scan as `schema/json/casweep-scan.schema.json` describes it. Every field is always present, null for nothing;
/// bytes that are not UTF-8 are replaced by U+FFFD. `backgrounds` has one for each of `scan.listed()`; without any,
/// what was decided is not known.
[[nodiscard]] nlohmann::ordered_json scan_json(const history::ScanRecord& scan,
                                               std::span<const CaBackground> backgrounds);

/// Which domain controller answered: the authenticated identity and the name it claims.
[[nodiscard]] nlohmann::ordered_json server_identity_json(const discovery::ServerIdentity& server);

/// The identity of the forest's root domain; null if unknown.
[[nodiscard]] nlohmann::ordered_json root_domain_json(const std::optional<discovery::RootDomain>& domain);

/// A CA of a scan, without what was known about it before.
[[nodiscard]] nlohmann::ordered_json ca_json(const history::Observation& ca);

void write_scan_json(std::ostream& out, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds);

/// The scan's document with one CA instead of all, as `schema/json/casweep-ca.schema.json` describes it. `background`
/// may be null: not known.
[[nodiscard]] nlohmann::ordered_json scan_json_of_ca(const history::ScanRecord& scan, const history::Observation& ca,
                                                     const CaBackground* background);

/// JSON Lines: scan_json_of_ca() for each CA the directory listed; those that were not read come last.
void write_scan_json_lines(std::ostream& out, const history::ScanRecord& scan,
                           std::span<const CaBackground> backgrounds);

}  // namespace casweep::report
