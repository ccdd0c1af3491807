// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/ledger.h"

namespace casweep::store {

/// A place where a history is not what was recorded.
struct Damage {
  std::string table;                   ///< "reading"; empty: the file as a whole
  std::optional<std::int64_t> row{};   ///< its id; of the ledger its seq; observations have none
  std::optional<std::int64_t> scan{};  ///< that it belongs to, or that shows it
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

/// Told from time to time that `done` of `all` scans were checked.
using CheckProgress = std::function<void(std::size_t done, std::size_t all)>;

/// Checks a history, without changing it (but for bringing an older one up to date): the schema, SQLite's own
/// structures and references, the chain of the ledger and the order of its entries, every row against the ledger and
/// against the hash of its content, and whether the ledger still has `noted_head`, a hash that was noted earlier
/// (empty: none was). Cutting off the ledger's end, or writing all of it anew, shows in the latter alone. Where tables
/// are not casweep's, nothing is read from them, and that is the answer. Sees one moment. Throws StoreError if the file
/// is no history that can be opened; with `busy` once `*interrupted` is not 0.
[[nodiscard]] HistoryCheck check_history(const std::filesystem::path& file, const std::string& noted_head = {},
                                         const CheckProgress& progress = {},
                                         const volatile std::sig_atomic_t* interrupted = nullptr);

}  // namespace casweep::store
