// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/instant.h"
#include "history/ledger.h"
#include "hub/connection.h"
#include "store/publication_reader.h"

namespace casweep::hub {

/// What a hub has of a history, and since when.
struct Receipt {
  std::string site_id{};
  history::LedgerHead head{};
  base::Instant received_at{};

  bool operator==(const Receipt&) const = default;
};

/// What was sent to a hub.
struct Publication {
  Receipt receipt{};
  std::size_t entries = 0;
  std::size_t scans = 0;
  std::size_t observations = 0;
};

/// Called after each transaction: the hub has the entries of the ledger up to `done`, of `all`.
using PublicationProgress = std::function<void(std::int64_t done, std::int64_t all)>;

/// Sends the hub what it lacks of the history, up to a hundred scans in a transaction. Throws HubError: `other_chain`
/// if the hub received other entries than the history has, or more. The hub keeps what it confirmed before.
Publication publish(const store::PublicationReader& history, Connection& hub, const PublicationProgress& progress = {});

/// The receipt for the newest entry that the hub has of the site; nullopt: it is enrolled, and nothing was received.
[[nodiscard]] std::optional<Receipt> receipt_of(Connection& hub, const std::string& site_id);

/// How a history compares with the hub's copy of its ledger.
struct HubComparison {
  std::optional<Receipt> receipt{};  ///< for the newest entry that the hub has; nullopt: none
  std::optional<Receipt> other{};    ///< for the first entry that differs, with the hub's hash; nullopt: none differs
  std::int64_t missing_here = 0;     ///< entries that the hub has after the end of the history
  std::int64_t not_yet_published = 0;

  [[nodiscard]] bool agrees() const { return !other && missing_here == 0; }
};
[[nodiscard]] HubComparison compare_with_hub(const store::PublicationReader& history, Connection& hub);

}  // namespace casweep::hub
