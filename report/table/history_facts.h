// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

#include "history/ledger.h"
#include "report/table/table_style.h"
#include "store/history.h"

namespace casweep::report {

/// What a history is, in a few lines.
struct HistoryFacts {
  std::filesystem::path file;
  std::uintmax_t octets = 0;  ///< of the file
  std::string forest;         ///< foreign text; empty: no scan has listed one
  std::string site_id;        ///< history::site_id_of(); empty: nothing is recorded
  store::History::Contents contents;
  history::LedgerHead head;
};

void write_history_facts(std::ostream& out, const HistoryFacts& facts, const TableStyle& style);

/// One JSON object; every field is always present, null for nothing.
void write_history_facts_json(std::ostream& out, const HistoryFacts& facts);

}  // namespace casweep::report
