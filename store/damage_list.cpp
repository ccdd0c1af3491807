// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/damage_list_internal.h"

#include <fmt/format.h>

#include <utility>

#include "store/ledger_rows_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

void DamageList::add(Damage damage) {
  if (++count_ <= described_damages) described_.push_back(std::move(damage));
}

void DamageList::add_entry(std::int64_t seq, std::string what) {
  add({.table = "ledger", .row = seq, .what = std::move(what)});
}

void DamageList::add_row(std::string_view table, std::int64_t id, std::string what) {
  Damage damage{.table = std::string{table}, .row = id, .what = std::move(what)};
  if (count_ < described_damages) {  // finding the place may take a walk through all observations
    Row place(database_, fmt::format("{} LIMIT 1", ledger_table(table).place));
    place.bind(":row", id);
    if (place.executeStep()) {
      if (!place.getColumn(0).isNull()) damage.scan = place.getColumn(0).getInt64();
      if (!place.getColumn(1).isNull()) damage.ca = name_of_ca(database_, place.getColumn(1).getInt64());
    }
  }
  add(std::move(damage));
}

std::vector<Damage> DamageList::take_described() { return std::exchange(described_, {}); }

std::string name_of_ca(SQLite::Database& database, std::int64_t ca) {
  Row name(database, R"(
      SELECT coalesce(display_name, common_name, object_guid) FROM ca LEFT JOIN ca_identity ON ca_id = ca.id
      WHERE ca.id = :ca ORDER BY ca_identity.id DESC LIMIT 1)");
  name.bind(":ca", ca);
  return name.executeStep() ? name.getColumn(0).getString() : fmt::format("CA number {}", ca);
}

}  // namespace casweep::store
