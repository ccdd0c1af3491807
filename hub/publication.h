// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "hub/connection.h"
#include "hub/receipt.h"
#include "store/publication_reader.h"

namespace casweep::hub {

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

/// How a history compares with the hub's copy of its ledger.
struct HubComparison {
  std::optional<Receipt> receipt{};  ///< for the newest entry that the hub has; nullopt: none
  std::optional<Receipt> other{};    ///< for the first entry that differs, with the hub's hash; nullopt: none differs
  std::int64_t missing_here = 0;     ///< entries that the hub has after the end of the history
  std::int64_t not_yet_published = 0;

  [[nodiscard]] bool agrees() const { return !other && missing_here == 0; }
};
[[nodiscard]] HubComparison compare_with_hub(const store::PublicationReader& history, Connection& hub);

/// Throws HubError (other_chain) unless it agrees.
void require_agreement(const HubComparison& comparison);

}  // namespace casweep::hub
