// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/octets.h"
#include "base/stop_signal.h"
#include "history/ledger.h"

namespace casweep::store {

/// What a column of a table holds, apart from NULL.
enum class PublishedType {
  number,
  text,          ///< UTF-8
  foreign_text,  ///< UTF-8, or octets that are not
  octets,
};

struct PublishedColumn {
  std::string_view name;
  PublishedType type;
};

/// A table whose rows a hub holds as well, with the names of schema/store.
struct PublishedTable {
  std::string_view name;
  std::span<const PublishedColumn> columns;
};

/// Tables come after those that they refer to.
[[nodiscard]] std::span<const PublishedTable> published_tables();

using PublishedValue = std::variant<std::monostate, std::int64_t, std::string, base::Octets>;
using PublishedRow = std::span<const PublishedValue>;

/// Entries of the ledger, from `first` to `last`.
struct LedgerRange {
  std::int64_t first = 1;
  std::int64_t last = 0;

  [[nodiscard]] bool is_empty() const { return last < first; }
};

/// Reads a history in the order of its ledger: entries, and with each entry the rows that it binds. A scan's rows come
/// with the entry that ends it. Every member throws StoreError; once `stop` is raised, with `busy`.
class PublicationReader {
 public:
  /// As History::open_existing().
  explicit PublicationReader(const std::filesystem::path& file, base::StopSignal stop = {});
  PublicationReader(PublicationReader&&) noexcept;
  ~PublicationReader();

  [[nodiscard]] const std::filesystem::path& file() const;

  /// As History::site_id().
  [[nodiscard]] std::optional<std::string> site_id() const;

  [[nodiscard]] history::LedgerHead head() const;

  /// nullopt: there is no entry with this number.
  [[nodiscard]] std::optional<std::string> hash_of_entry(std::int64_t seq) const;

  /// The entries after `after`, up to and including those of the next `scans` scans that ended; the rest of the ledger
  /// if there are no more.
  [[nodiscard]] LedgerRange entries_after(std::int64_t after, std::size_t scans) const;

  /// Gives `take` each row of `table` that belongs to `entries`; returns how many there are.
  std::size_t visit(const PublishedTable& table, LedgerRange entries,
                    const std::function<void(PublishedRow)>& take) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace casweep::store
