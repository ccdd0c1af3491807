// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/evidence_bundle_table_internal.h"
#include "store/foreign_text_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

std::optional<history::EvidenceBundle> select_last_evidence_bundle(SQLite::Database& database) {
  require_rows_in_ledger(database, "evidence_bundle");
  Row row(database, R"(
      SELECT id, scan_id, sums_sha256, signer_sha256, made_at, host_name, os_user
      FROM evidence_bundle ORDER BY id DESC LIMIT 1)");
  if (!row.executeStep()) return std::nullopt;
  return history::EvidenceBundle{.number = row.getColumn("id").getInt64(),
                                 .scan = row.getColumn("scan_id").getInt64(),
                                 .sums_sha256 = octets_in(row, "sums_sha256"),
                                 .signer_sha256 = row.getColumn("signer_sha256").isNull()
                                                      ? std::nullopt
                                                      : std::optional{octets_in(row, "signer_sha256")},
                                 .made_at = instant_in(row, "made_at").value_or(base::Instant{}),
                                 .host_name = text_in(row, "host_name"),
                                 .os_user = text_in(row, "os_user")};
}

void insert_evidence_bundle(SQLite::Database& database, const history::EvidenceBundle& bundle) {
  Row insert(database, R"(
      INSERT INTO evidence_bundle (id, scan_id, sums_sha256, signer_sha256, made_at, host_name, os_user)
      VALUES (:id, :scan_id, :sums_sha256, :signer_sha256, :made_at, :host_name, :os_user))");
  const auto bind_digest = [&](const char* parameter, const base::Octets& digest) {
    insert.bind(parameter, digest.data(), static_cast<int>(digest.size()));
  };
  insert.bind(":id", bundle.number);
  insert.bind(":scan_id", bundle.scan);
  bind_digest(":sums_sha256", bundle.sums_sha256);
  if (bundle.signer_sha256) bind_digest(":signer_sha256", *bundle.signer_sha256);
  insert.bind(":made_at", bundle.made_at.time_since_epoch().count());
  bind_foreign_text(insert, ":host_name", bundle.host_name);
  bind_foreign_text(insert, ":os_user", bundle.os_user);
  insert.exec();
}

}  // namespace casweep::store
