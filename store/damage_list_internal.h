// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history_check.h"

namespace casweep::store {

/// The damages that the checks of one history find. The first `described_damages` are kept, the others are counted.
class DamageList {
 public:
  explicit DamageList(SQLite::Database& database) : database_(database) {}

  void add(Damage damage);
  void add_entry(std::int64_t seq, std::string what);                       ///< of the ledger
  void add_row(std::string_view table, std::int64_t id, std::string what);  ///< of one of ledger_tables()

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::vector<Damage> take_described();

 private:
  SQLite::Database& database_;
  std::vector<Damage> described_;
  std::size_t count_ = 0;
};

/// Foreign text: the newest name of the CA with this number, or its objectGUID.
[[nodiscard]] std::string name_of_ca(SQLite::Database& database, std::int64_t ca);

}  // namespace casweep::store
