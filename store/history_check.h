// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/stop_signal.h"
#include "history/ledger.h"

namespace casweep::store {

/// A place where a history differs from what was recorded.
struct Damage {
  std::string table;                   ///< "reading"; empty: the file as a whole
  std::optional<std::int64_t> row{};   ///< its id; of the ledger its seq; observations have none
  std::optional<std::int64_t> scan{};  ///< to which it belongs, or in which it shows
  std::string ca{};                    ///< foreign text: a name or an objectGUID; empty: no CA in particular
  std::string what;                    ///< "was changed: it is not what ledger entry 4 recorded"
};

/// What a check of a whole history found.
struct HistoryCheck {
  std::size_t scans = 0;
  std::size_t observations = 0;
  std::size_t ledger_entries = 0;
  history::LedgerHead head{};
  std::optional<std::int64_t> noted_entry{};  ///< the entry with the head that was noted; 0: the empty ledger's
  std::map<std::string, std::size_t> entries_since{};  ///< after noted_entry, by kind; "" for kinds that do not exist
  std::vector<Damage> damages{};                       ///< the first of them
  std::size_t damage_count = 0;                        ///< all of them

  [[nodiscard]] bool agrees() const { return damage_count == 0; }
};

/// Damages that are described one by one; more are only counted.
inline constexpr std::size_t described_damages = 100;

/// Called from time to time: `done` of `all` scans were checked.
using CheckProgress = std::function<void(std::size_t done, std::size_t all)>;

/// Checks a history without changing it, except that an older one is migrated: the schema, SQLite's own structures and
/// references, the chain of the ledger and the order of its entries, every row against the ledger and against the hash
/// of its content, and whether the ledger still has `noted_head`, a hash that was noted earlier (empty: none was). Only
/// `noted_head` reveals a truncated or rewritten ledger. If a table is not casweep's, that is reported and nothing is
/// read from the tables. Sees one moment of the history. Throws StoreError if the file cannot be opened as a history;
/// with `busy` once `stop` is raised.
[[nodiscard]] HistoryCheck check_history(const std::filesystem::path& file, const std::string& noted_head = {},
                                         const CheckProgress& progress = {}, base::StopSignal stop = {});

}  // namespace casweep::store
