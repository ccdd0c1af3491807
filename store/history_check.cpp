// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_check.h"

#include <fmt/format.h>

#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/chain_check_internal.h"
#include "store/damage_list_internal.h"
#include "store/database_file_internal.h"
#include "store/derived_table_check_internal.h"
#include "store/row_check_internal.h"
#include "store/scan_check_internal.h"
#include "store/structure_check_internal.h"

namespace casweep::store {
namespace {

/// Not by count(*), which SQLite does not interrupt.
std::size_t count_of(SQLite::Database& database, std::string_view table) {
  return static_cast<std::size_t>(
      database.execAndGet(fmt::format("SELECT ifnull(sum(1), 0) FROM {}", table)).getInt64());
}

void run_checks(SQLite::Database& database, const std::string& noted_head, const CheckProgress& progress,
                HistoryCheck& result, DamageList& damages) {
  const SQLite::Transaction one_moment(database);
  if (!check_schema(database, damages)) return;
  check_structure(database, damages);
  result.scans = count_of(database, "scan");
  result.observations = count_of(database, "observation");
  check_references(database, damages);
  const auto recorded = check_chain(database, noted_head, result, damages);
  check_rows(database, recorded, damages);
  check_scans(database, recorded, progress, damages);
  check_derived_tables(database, recorded, damages);
  check_last_numbers(database, damages);
}

}  // namespace

HistoryCheck check_history(const std::filesystem::path& file, const std::string& noted_head,
                           const CheckProgress& progress, base::StopSignal stop) {
  auto database = open_for_check(file, stop);
  try {
    database.exec("PRAGMA cache_size = -65536");  // holds all indexes of ten years, which are read more than once
    HistoryCheck result;
    DamageList damages(database);
    try {
      run_checks(database, noted_head, progress, result, damages);
    } catch (const SQLite::Exception& error) {
      if (database.is_interrupted()) throw;
      damages.add(
          {.table = {}, .what = fmt::format("it cannot be read completely ({}); the check ended here", error.what())});
    }
    result.damage_count = damages.count();
    result.damages = damages.take_described();
    return result;
  } catch (const SQLite::Exception& error) {
    throw store_error(file, database, error);
  }
}

}  // namespace casweep::store
