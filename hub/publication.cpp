// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/publication.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/iso_time.h"
#include "hub/hub_error.h"
#include "hub/hub_schema_internal.h"
#include "hub/local_paths.h"
#include "hub/refusal_internal.h"
#include "store/store_error.h"

namespace casweep::hub {
namespace {

using Kind = HubError::Kind;
using store::PublishedColumn;
using store::PublishedRow;
using store::PublishedTable;
using store::PublishedType;
using store::PublishedValue;

constexpr std::size_t scans_at_once = 100;
constexpr int tries = 5;  ///< while other publishers of the same history are faster

bool has_foreign_text(const PublishedTable& table) {
  for (const PublishedColumn& column : table.columns) {
    if (column.type == PublishedType::foreign_text) return true;
  }
  return false;
}

std::string copy_statement(const PublishedTable& table) {
  std::string columns;
  for (const PublishedColumn& column : table.columns) {
    columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.name);
  }
  return fmt::format("COPY pg_temp.published_{} ({}{}) FROM STDIN", table.name, columns,
                     has_foreign_text(table) ? ", octets" : "");
}

/// A text in the text format of COPY.
void append_escaped(std::string& line, std::string_view text) {
  for (const char letter : text) {
    switch (letter) {
      case '\\':
        line += "\\\\";
        break;
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        line += letter;
    }
  }
}

/// What leaves the site of a value in the table of scans.
PublishedValue without_files(const PublishedColumn& column, const PublishedValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (column.name == "settings_json" && text != nullptr) return settings_without_files(*text);
  if (column.name != "failure") return value;
  if (text != nullptr) return without_local_paths(*text);
  const auto* octets = std::get_if<base::Octets>(&value);
  if (octets == nullptr) return value;
  const std::string kept = without_local_paths(std::string(octets->begin(), octets->end()));
  return base::Octets(kept.begin(), kept.end());
}

/// One row in the text format of COPY. Texts that are not UTF-8 go into the object `octets`, its last column.
class Line {
 public:
  explicit Line(const PublishedTable& table) : table_(table), has_octets_(has_foreign_text(table)) {}

  const std::string& of(PublishedRow row) {
    line_.clear();
    auto octets = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const PublishedColumn& column = table_.columns[i];
      if (i > 0) line_ += '\t';
      const bool is_scan = table_.name == "scan";
      const PublishedValue kept = is_scan ? without_files(column, row[i]) : PublishedValue{};
      const PublishedValue& value = is_scan ? kept : row[i];
      const auto* of_other_bytes = std::get_if<base::Octets>(&value);
      if (column.type == PublishedType::foreign_text && of_other_bytes != nullptr) {
        octets[std::string(column.name)] = base::to_hex(*of_other_bytes);
        line_ += "\\N";
      } else {
        append(value);
      }
    }
    if (has_octets_) {
      line_ += '\t';
      if (octets.empty()) {
        line_ += "\\N";
      } else {
        append_escaped(line_, octets.dump());
      }
    }
    line_ += '\n';
    return line_;
  }

 private:
  void append(const PublishedValue& value) {
    std::visit(
        [&]<typename Held>(const Held& held) {
          if constexpr (std::is_same_v<Held, std::monostate>) {
            line_ += "\\N";
          } else if constexpr (std::is_same_v<Held, std::int64_t>) {
            fmt::format_to(std::back_inserter(line_), "{}", held);
          } else if constexpr (std::is_same_v<Held, std::string>) {
            append_escaped(line_, held);
          } else {
            line_ += "\\\\x" + base::to_hex(held);
          }
        },
        value);
  }

  const PublishedTable& table_;
  bool has_octets_;
  std::string line_;
};

base::Instant instant_of(std::int64_t milliseconds) { return base::Instant{std::chrono::milliseconds{milliseconds}}; }

/// What the hub has.
struct Received {
  std::optional<Receipt> head{};
  std::optional<Receipt> entry{};  ///< the one that was asked for
};

Received select_received(Connection& hub, const std::string& site, std::int64_t seq) {
  const Rows rows =
      hub.select("SELECT head_seq, head_hash, head_received_at, hash, received_at FROM casweep.received($1, $2)",
                 {site, std::to_string(seq)});
  Received received;
  if (rows.empty()) return received;
  const auto head = rows.number(0, 0).value_or(0);
  if (head > 0) {
    received.head = Receipt{.site_id = site,
                            .head = {.seq = head, .hash = rows.text(0, 1)},
                            .received_at = instant_of(rows.number(0, 2).value_or(0))};
  }
  if (!rows.is_null(0, 3)) {
    received.entry = Receipt{.site_id = site,
                             .head = {.seq = seq, .hash = rows.text(0, 3)},
                             .received_at = instant_of(rows.number(0, 4).value_or(0))};
  }
  return received;
}

std::string site_id_of(const store::PublicationReader& history) {
  if (auto id = history.site_id()) return *std::move(id);
  throw store::StoreError(
      store::StoreError::Kind::no_such_scan,
      fmt::format("The history {} holds nothing yet: run 'casweep scan' first.", history.file().string()));
}

/// Copies and ingests `entries` in one transaction.
void send(const store::PublicationReader& history, Connection& hub, const std::string& site, store::LedgerRange entries,
          Publication& publication) {
  Transaction transaction(hub);
  Publication sent = publication;
  for (const PublishedTable& table : store::published_tables()) {
    Line line(table);
    bool began = false;
    const std::size_t count = history.visit(table, entries, [&](PublishedRow row) {
      if (!began) hub.begin_copy(copy_statement(table));
      began = true;
      hub.copy(line.of(row));
    });
    if (began) hub.end_copy();
    if (table.name == "ledger") sent.entries += count;
    if (table.name == "scan") sent.scans += count;
    if (table.name == "observation") sent.observations += count;
  }
  const Rows head = hub.select("SELECT head_seq, head_hash, received_at FROM casweep.ingest($1)", {site});
  transaction.commit();
  sent.receipt = {.site_id = site,
                  .head = {.seq = head.number(0, 0).value_or(0), .hash = head.text(0, 1)},
                  .received_at = instant_of(head.number(0, 2).value_or(0))};
  publication = sent;
}

}  // namespace

void require_agreement(const HubComparison& comparison) {
  if (comparison.other) {
    throw HubError(
        Kind::other_chain,
        sentence_of_other_chain(comparison.other->head.seq, comparison.other->received_at.time_since_epoch().count()));
  }
  if (comparison.missing_here == 0) return;
  const Receipt& receipt = *comparison.receipt;
  throw HubError(Kind::other_chain,
                 fmt::format("The hub received ledger entry {} of this history on {}, but this file ends {} {} before "
                             "that: its end was cut off, or it was restored from an older backup. Nothing was "
                             "published. Restore the newest copy; if it is lost, begin a new history and have it "
                             "enrolled.",
                             receipt.head.seq, base::iso_time(receipt.received_at), comparison.missing_here,
                             comparison.missing_here == 1 ? "entry" : "entries"));
}

HubComparison compare_with_hub(const store::PublicationReader& history, Connection& hub) {
  const std::string site = site_id_of(history);
  const history::LedgerHead here = history.head();
  Received received = select_received(hub, site, here.seq);
  HubComparison comparison{.receipt = received.head};
  const std::int64_t there = received.head ? received.head->head.seq : 0;
  const std::int64_t common = std::min(here.seq, there);
  if (common > 0) {
    const auto differs = [&](std::int64_t seq) {
      received = select_received(hub, site, seq);
      return !received.entry || received.entry->head.hash != history.hash_of_entry(seq);
    };
    // A chain that differs somewhere differs from there on.
    if (differs(common)) {
      std::int64_t first = 1;
      for (std::int64_t last = common; first < last;) {
        const std::int64_t middle = first + (last - first) / 2;
        if (differs(middle)) {
          last = middle;
        } else {
          first = middle + 1;
        }
      }
      (void)differs(first);
      comparison.other = received.entry;
      if (!comparison.other) comparison.other = Receipt{.site_id = site, .head = {.seq = first, .hash = {}}};
      return comparison;
    }
  }
  comparison.missing_here = std::max<std::int64_t>(there - here.seq, 0);
  comparison.not_yet_published = std::max<std::int64_t>(here.seq - there, 0);
  return comparison;
}

Publication publish(const store::PublicationReader& history, Connection& hub, const PublicationProgress& progress) {
  require_schema(hub);
  const std::string site = site_id_of(history);
  HubComparison comparison = compare_with_hub(history, hub);
  require_agreement(comparison);
  Publication publication;
  if (comparison.receipt) publication.receipt = *comparison.receipt;
  publication.receipt.site_id = site;

  hub.select("SELECT casweep.open_publication($1)", {std::to_string(publication_format)});
  const std::int64_t all = history.head().seq;
  int attempts = 0;
  while (publication.receipt.head.seq < all) {
    const auto entries = history.entries_after(publication.receipt.head.seq, scans_at_once);
    if (entries.is_empty()) break;
    try {
      send(history, hub, site, entries, publication);
    } catch (const RefusedByHub& refused) {
      if (refused.refusal().sqlstate != entries_already_received || ++attempts == tries) throw;
      comparison = compare_with_hub(history, hub);
      require_agreement(comparison);
      publication.receipt = comparison.receipt.value_or(publication.receipt);
      continue;
    }
    if (progress) progress(publication.receipt.head.seq, all);
  }
  return publication;
}

}  // namespace casweep::hub
