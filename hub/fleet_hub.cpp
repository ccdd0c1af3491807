// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/fleet_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/octets.h"
#include "history/ca_summary.h"
#include "history/changes_since.h"
#include "history/decision.h"
#include "history/events.h"
#include "history/scan_moments.h"
#include "history/trend.h"
#include "hub/hub_error.h"
#include "hub/hub_schema_internal.h"

namespace casweep::hub {
namespace {

using Kind = HubError::Kind;

// The queries below read all sites at once: a query for each site would take as long as all of them together. OFFSET 0
// keeps PostgreSQL from joining all observations, of which it overestimates how many are needed.

/// Each site, with its newest listings and scans.
constexpr auto select_sites = R"(
    SELECT s.site_id, s.login, s.head_seq, encode(s.head_hash, 'hex'), s.newest_at, named.forest, named.octets ->> 'forest',
           identified.root_domain_guid, identified.root_domain_sid, newest.forest, newest.octets ->> 'forest',
           floor(extract(epoch FROM s.revoked_at) * 1000)::bigint
    FROM casweep.site AS s
         LEFT JOIN LATERAL (SELECT l.forest, l.octets FROM casweep.listing AS l WHERE l.site_id = s.site_id
                            ORDER BY l.scan_id DESC LIMIT 1) AS newest ON TRUE
         LEFT JOIN LATERAL (SELECT l.forest, l.octets FROM casweep.listing AS l
                            WHERE l.site_id = s.site_id AND (l.forest IS NOT NULL OR l.octets ? 'forest')
                            ORDER BY l.scan_id DESC LIMIT 1) AS named ON TRUE
         LEFT JOIN LATERAL (SELECT l.root_domain_guid, l.root_domain_sid FROM casweep.listing AS l
                            WHERE l.site_id = s.site_id AND l.root_domain_guid IS NOT NULL
                            ORDER BY l.scan_id DESC LIMIT 1) AS identified ON TRUE
    ORDER BY s.login, s.site_id)";

/// Of each site, the scans that a timeline or an answer is about, and the first complete scans that lack a CA. Each
/// with the latest moment of what precedes it, so that the other scans are not needed.
constexpr auto select_moments = R"(
    WITH complete AS MATERIALIZED (
      SELECT s.site_id, c.id FROM casweep.site AS s
             CROSS JOIN LATERAL (SELECT c.id FROM casweep.scan AS c WHERE c.site_id = s.site_id AND c.state = 'complete'
                                 ORDER BY c.id DESC LIMIT 1) AS c),
    wanted AS (
      SELECT site_id, scan_id FROM casweep.ca_change
      UNION SELECT site_id, missing_scan_id FROM casweep.ca_change WHERE missing_scan_id IS NOT NULL
      UNION SELECT site_id, previous_read_scan_id FROM casweep.ca_change WHERE previous_read_scan_id IS NOT NULL
      UNION SELECT site_id, scan_id FROM casweep.ca_latest
      UNION SELECT site_id, read_scan_id FROM casweep.ca_latest WHERE read_scan_id IS NOT NULL
      UNION SELECT site_id, id FROM complete
      UNION SELECT n.site_id, c.id
        FROM (SELECT DISTINCT l.site_id, l.scan_id FROM casweep.ca_latest AS l JOIN complete USING (site_id)
              WHERE l.scan_id < complete.id) AS n
             CROSS JOIN LATERAL (SELECT c.id FROM casweep.scan AS c
                                 WHERE c.site_id = n.site_id AND c.state = 'complete' AND c.id > n.scan_id
                                 ORDER BY c.id LIMIT 1) AS c)
    SELECT s.site_id, s.id, s.started_at, s.finished_at, s.state = 'complete', s.seq, t.latest_before
    FROM wanted AS w JOIN casweep.scan AS s ON s.site_id = w.site_id AND s.id = w.scan_id
         JOIN casweep.scan_total AS t ON t.site_id = s.site_id AND t.scan_id = s.id
    ORDER BY s.site_id, s.id)";

constexpr auto select_identities = R"(
    SELECT i.site_id, i.id, i.common_name, i.display_name, i.dns_host_name, i.distinguished_name, i.octets
    FROM casweep.ca_identity AS i)";

constexpr auto select_certificates = R"(
    SELECT site_id, ca_identity_id, certificate_id FROM casweep.ca_identity_certificate
    ORDER BY site_id, ca_identity_id, position)";

/// Each CA, with its newest answer.
constexpr auto select_cas = R"(
    SELECT n.site_id, n.ca_id, c.object_guid, n.scan_id, n.read_scan_id, n.read_at, r.outcome, r.reason, r.detail,
           r.interface_flags, r.octets
    FROM casweep.ca_latest AS n
         JOIN casweep.ca AS c ON c.site_id = n.site_id AND c.id = n.ca_id
         LEFT JOIN casweep.reading AS r ON r.site_id = n.site_id AND r.id = n.reading_id
    ORDER BY n.site_id, n.ca_id)";

/// The timelines, and the answer before one that is unknown.
constexpr auto select_changes = R"(
    SELECT h.site_id, h.ca_id, h.scan_id, h.previous_scan_id, h.ca_identity_id, r.outcome, r.reason,
           before.scan_id, before.finished_at, before.outcome, before.reason, before.detail, before.interface_flags,
           before.octets
    FROM casweep.ca_change AS h
         LEFT JOIN casweep.reading AS r ON r.site_id = h.site_id AND r.id = h.reading_id
         LEFT JOIN LATERAL (SELECT o.scan_id, o.finished_at, p.outcome, p.reason, p.detail, p.interface_flags, p.octets
                            FROM casweep.observation AS o
                                 JOIN casweep.reading AS p ON p.site_id = o.site_id AND p.id = o.reading_id
                            WHERE r.outcome = 'unknown' AND o.site_id = h.site_id AND o.scan_id = h.previous_read_scan_id
                              AND o.ca_id = h.ca_id OFFSET 0) AS before ON TRUE
    ORDER BY h.site_id, h.ca_id, h.scan_id)";

constexpr auto select_decisions = R"(
    SELECT d.site_id, c.object_guid, d.status, d.reason, d.approver, d.until_at, d.ticket, d.set_at, d.os_user, d.octets
    FROM casweep.disposition AS d JOIN casweep.ca AS c ON c.site_id = d.site_id AND c.id = d.ca_id
    ORDER BY d.site_id, d.id)";

/// Each site's last complete scan and the last one of the same forest before it.
constexpr auto comparisons = R"(
    WITH comparison AS MATERIALIZED (
      SELECT s.site_id, own.id AS scan_id, earlier.id AS before_id, earlier.started_at
      FROM casweep.site AS s
           CROSS JOIN LATERAL (SELECT c.id FROM casweep.scan AS c WHERE c.site_id = s.site_id AND c.state = 'complete'
                               ORDER BY c.id DESC LIMIT 1) AS own
           JOIN casweep.listing AS l ON l.site_id = s.site_id AND l.scan_id = own.id
           CROSS JOIN LATERAL (
             SELECT c.id, c.started_at
             FROM casweep.scan AS c JOIN casweep.listing AS e ON e.site_id = c.site_id AND e.scan_id = c.id
             WHERE c.site_id = s.site_id AND c.id < own.id AND c.state = 'complete'
               AND CASE WHEN l.root_domain_guid IS NULL OR e.root_domain_guid IS NULL
                        THEN coalesce(e.forest, e.octets ->> 'forest') IS NOT DISTINCT FROM coalesce(l.forest, l.octets ->> 'forest')
                        ELSE e.root_domain_guid = l.root_domain_guid AND e.root_domain_sid = l.root_domain_sid END
             ORDER BY c.id DESC LIMIT 1) AS earlier)
    )";

constexpr auto select_sightings = R"(
    , seen AS MATERIALIZED (
      SELECT x.site_id, x.scan_id, x.before_id, x.started_at, o.scan_id AS seen_in, o.ca_id, o.ca_identity_id, o.reading_id
      FROM comparison AS x
           LEFT JOIN LATERAL (SELECT o.scan_id, o.ca_id, o.ca_identity_id, o.reading_id FROM casweep.observation AS o
                              WHERE o.site_id = x.site_id AND o.scan_id >= x.before_id OFFSET 0) AS o ON TRUE)
    SELECT o.site_id, o.scan_id, o.before_id, o.started_at, o.seen_in, o.ca_id, o.ca_identity_id, r.outcome, r.reason
    FROM seen AS o LEFT JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
    ORDER BY o.site_id, o.seen_in)";

/// The columns of add_headline().
constexpr auto headline_columns = R"(
    SELECT s.site_id, s.id, s.uuid, s.state, s.started_at, s.finished_at, l.forest, l.octets ->> 'forest', s.failure,
           s.octets ->> 'failure', l.scan_id IS NOT NULL, l.discovered, t.enforced, t.not_enforced, t.not_exposed, t.unknown
    )";
constexpr auto headline_joins = R"(
         JOIN casweep.scan AS s ON s.site_id = t.site_id AND s.id = t.scan_id
         LEFT JOIN casweep.listing AS l ON l.site_id = s.site_id AND l.scan_id = s.id
    ORDER BY s.site_id, s.id)";

struct ForeignColumn {
  std::size_t text;
  std::size_t octets;  ///< the column with the object of all columns that are not UTF-8
  const char* name;
};

std::string octets_as_text(std::string_view hex) {
  const auto octets = base::from_hex(hex).value_or(base::Octets{});
  return {octets.begin(), octets.end()};
}

/// A text of another system, with the very bytes that it had.
std::string foreign_text(const Rows& rows, std::size_t row, const ForeignColumn& column) {
  if (!rows.is_null(row, column.text) || rows.is_null(row, column.octets)) return rows.text(row, column.text);
  const auto object = nlohmann::json::parse(rows.view(row, column.octets), nullptr, /* allow_exceptions= */ false);
  if (!object.is_object()) return {};
  const auto found = object.find(column.name);
  return found != object.end() && found->is_string() ? octets_as_text(found->get<std::string>()) : std::string{};
}

/// The same with the digits of the octets in the next column.
std::string foreign_text(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.is_null(row, column) ? octets_as_text(rows.view(row, column + 1)) : rows.text(row, column);
}

/// Of the years 0 to 9999: what follows computes with it.
base::Instant instant_or_epoch(const Rows& rows, std::size_t row, std::size_t column) {
  return base::representable(rows.number(row, column).value_or(0));
}

std::optional<base::Instant> optional_instant(const Rows& rows, std::size_t row, std::size_t column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return instant_or_epoch(rows, row, column);
}

std::size_t count_of(const Rows& rows, std::size_t row, std::size_t column) {
  return static_cast<std::size_t>(std::max<std::int64_t>(rows.number(row, column).value_or(0), 0));
}

/// The content of one site that this version of casweep cannot use: the problem of that site.
class UnusableContent : public HubError {
 public:
  explicit UnusableContent(const std::string& message) : HubError(Kind::newer, message) {}
};

UnusableContent unknown_word(std::string_view word) {
  return UnusableContent(
      fmt::format("Its history on the hub holds the word '{}', which this version of casweep does not know: use the "
                  "version that published it, or a later one.",
                  word));
}

template <typename Key>
Key key_of(const Rows& rows, std::size_t row, std::size_t column, std::optional<Key> (*key_of_word)(std::string_view)) {
  if (const auto key = key_of_word(rows.view(row, column))) return *key;
  throw unknown_word(rows.view(row, column));
}

base::ObjectGuid guid_in(const Rows& rows, std::size_t row, std::size_t column) {
  const auto guid = base::ObjectGuid::from_string(rows.text(row, column));
  if (!guid) throw UnusableContent("Its history on the hub holds an invalid objectGUID; run 'casweep hub check'.");
  return *guid;
}

/// The verdict and its reason, in two columns; nullopt: not read.
std::optional<history::VerdictWithReason> judged_in(const Rows& rows, std::size_t row, std::size_t column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return history::VerdictWithReason{.verdict = key_of(rows, row, column, assess::verdict_of_word),
                                    .reason = key_of(rows, row, column + 1, assess::reason_of_word)};
}

/// An answer in the columns scan, finished_at, outcome, reason, detail, interface_flags, octets; nullopt: none.
std::optional<history::Answer> answer_in(const Rows& rows, std::size_t row, std::size_t column) {
  const auto judged = judged_in(rows, row, column + 2);
  if (!judged) return std::nullopt;
  history::Answer answer{.scan = rows.number(row, column).value_or(0),
                         .read_at = instant_or_epoch(rows, row, column + 1),
                         .judged = *judged,
                         .detail = foreign_text(rows, row, {column + 4, column + 6, "detail"})};
  if (const auto flags = rows.number(row, column + 5)) {
    answer.interface_flags.emplace(static_cast<std::uint32_t>(*flags));
  }
  return answer;
}

struct Identity {
  history::CaIdentity names{};
  std::string distinguished_name{};
};

struct Change {
  std::int64_t scan = 0;
  std::int64_t previous_scan = 0;
  std::int64_t identity = 0;
  std::optional<history::VerdictWithReason> judged{};
};

struct Ca {
  std::int64_t id = 0;
  base::ObjectGuid object_guid;
  std::int64_t last_listed = 0;
  std::optional<history::Answer> last{};
  std::vector<Change> changes{};
  std::map<std::int64_t, history::Answer> before{};  ///< the answers before the changes to unknown, by their scans
};

struct Sighted {
  std::int64_t scan = 0;
  std::int64_t ca = 0;
  std::int64_t identity = 0;
  std::optional<history::VerdictWithReason> judged{};
};

/// What the hub has of a site.
struct SiteData {
  std::string id{};
  std::string problem{};  ///< why its content cannot be used; empty: it can
  history::Site site{};
  history::LedgerHead head{};
  std::optional<base::Instant> newest_at{};
  std::optional<base::Instant> revoked_at{};
  std::string forest{};             ///< of the newest listing
  std::string last_named_forest{};  ///< of the newest listing that names one
  std::optional<discovery::RootDomain> root_domain{};
  std::vector<history::ScanInLedger> scans{};
  std::map<std::int64_t, Identity> identities{};
  std::vector<Ca> cas{};  ///< by number
  std::map<base::ObjectGuid, std::vector<history::Decision>> decisions{};
  std::optional<history::ComparedScans> compared{};
  std::vector<Sighted> sighted{};  ///< since the scan before the last complete one
  std::vector<history::ScanHeadline> headlines{};

  [[nodiscard]] base::ObjectGuid guid_of(std::int64_t ca) const {
    const auto found = std::ranges::lower_bound(cas, ca, {}, &Ca::id);
    if (found == cas.end() || found->id != ca)
      throw UnusableContent("Its history on the hub lacks a CA that a scan listed; run 'casweep hub check'.");
    return found->object_guid;
  }
};

class Fleet {
 public:
  Fleet(Connection& hub, const std::string& shown) : hub_(hub) {
    const Rows rows = hub_.select(select_sites);
    std::map<std::string, int> uses;
    for (std::size_t row = 0; row < rows.size(); ++row) ++uses[rows.text(row, 1)];
    for (std::size_t row = 0; row < rows.size(); ++row) {
      SiteData site{.id = rows.text(row, 0),
                    .head = {.seq = rows.number(row, 2).value_or(0), .hash = rows.text(row, 3)},
                    .newest_at = optional_instant(rows, row, 4),
                    .revoked_at = optional_instant(rows, row, 11),
                    .forest = foreign_text(rows, row, 9),
                    .last_named_forest = foreign_text(rows, row, 5)};
      const std::string login = rows.text(row, 1);
      site.site = {.name = uses[login] == 1 ? login : fmt::format("{} {}", login, site.id.substr(0, 8)),
                   .id = site.id,
                   .source = shown};
      if (!rows.is_null(row, 7)) {
        try {
          site.root_domain = discovery::RootDomain{.object_guid = guid_in(rows, row, 7), .sid = rows.text(row, 8)};
        } catch (const UnusableContent& error) {
          site.problem = error.what();
        }
      }
      by_id_[site.id] = sites_.size();
      sites_.push_back(std::move(site));
    }
  }

  [[nodiscard]] std::vector<SiteData>& sites() { return sites_; }

  void read_timelines() {
    each(select_moments, [](SiteData& site, const Rows& rows, std::size_t row) {
      history::ScanMoment moment{.scan = rows.number(row, 1).value_or(0), .at = instant_or_epoch(rows, row, 2)};
      moment.ended = instant_or_epoch(rows, row, 3);
      moment.not_before = instant_or_epoch(rows, row, 6);
      site.scans.push_back(
          {.moment = moment, .complete = rows.view(row, 4) == "t", .seq = rows.number(row, 5).value_or(0)});
    });
    each(select_identities, [](SiteData& site, const Rows& rows, std::size_t row) {
      site.identities[rows.number(row, 1).value_or(0)] = {
          .names = {.common_name = foreign_text(rows, row, {2, 6, "common_name"}),
                    .display_name = foreign_text(rows, row, {3, 6, "display_name"}),
                    .dns_host_name = foreign_text(rows, row, {4, 6, "dns_host_name"})},
          .distinguished_name = foreign_text(rows, row, {5, 6, "distinguished_name"})};
    });
    each(select_certificates, [](SiteData& site, const Rows& rows, std::size_t row) {
      site.identities[rows.number(row, 1).value_or(0)].names.certificates.push_back(rows.number(row, 2).value_or(0));
    });
    each(select_cas, [](SiteData& site, const Rows& rows, std::size_t row) {
      site.cas.push_back({.id = rows.number(row, 1).value_or(0),
                          .object_guid = guid_in(rows, row, 2),
                          .last_listed = rows.number(row, 3).value_or(0),
                          .last = answer_in(rows, row, 4)});
    });
    each(select_changes, [](SiteData& site, const Rows& rows, std::size_t row) {
      const auto ca = std::ranges::lower_bound(site.cas, rows.number(row, 1).value_or(0), {}, &Ca::id);
      if (ca == site.cas.end()) return;
      ca->changes.push_back({.scan = rows.number(row, 2).value_or(0),
                             .previous_scan = rows.number(row, 3).value_or(0),
                             .identity = rows.number(row, 4).value_or(0),
                             .judged = judged_in(rows, row, 5)});
      if (auto answer = answer_in(rows, row, 7)) ca->before[ca->changes.back().scan] = *std::move(answer);
    });
    each(select_decisions, [](SiteData& site, const Rows& rows, std::size_t row) {
      const auto guid = guid_in(rows, row, 1);
      site.decisions[guid].push_back({.object_guid = guid,
                                      .status = key_of(rows, row, 2, history::status_of_word),
                                      .reason = foreign_text(rows, row, {3, 9, "reason"}),
                                      .approver = foreign_text(rows, row, {4, 9, "approver"}),
                                      .until = optional_instant(rows, row, 5),
                                      .ticket = foreign_text(rows, row, {6, 9, "ticket"}),
                                      .set_at = instant_or_epoch(rows, row, 7),
                                      .os_user = foreign_text(rows, row, {8, 9, "os_user"})});
    });
  }

  void read_comparisons() {
    each(std::string(comparisons) + select_sightings, [](SiteData& site, const Rows& rows, std::size_t row) {
      site.compared = {.before = rows.number(row, 2).value_or(0),
                       .before_at = instant_or_epoch(rows, row, 3),
                       .scan = rows.number(row, 1).value_or(0),
                       .complete = true,
                       .last = INT64_MAX};
      if (rows.is_null(row, 4)) return;
      site.sighted.push_back({.scan = rows.number(row, 4).value_or(0),
                              .ca = rows.number(row, 5).value_or(0),
                              .identity = rows.number(row, 6).value_or(0),
                              .judged = judged_in(rows, row, 7)});
    });
  }

  /// The newest scan of each site.
  void read_newest_headlines() {
    each(std::string(headline_columns) +
             "FROM casweep.site AS x CROSS JOIN LATERAL (SELECT * FROM casweep.scan_total AS n WHERE n.site_id = "
             "x.site_id ORDER BY n.scan_id DESC LIMIT 1) AS t" +
             headline_joins,
         add_headline);
  }

  /// The scans that began since then, and of each site the last complete one before.
  void read_headlines(std::optional<base::Instant> since) {
    const auto from = since ? since->time_since_epoch().count() : INT64_MIN + 1;
    each(fmt::format(R"({}
             FROM casweep.site AS x
                  CROSS JOIN LATERAL (
                    SELECT * FROM casweep.scan_total AS n WHERE n.site_id = x.site_id AND n.started_at >= {}
                    UNION ALL
                    (SELECT n.* FROM casweep.scan_total AS n
                            JOIN casweep.scan AS c ON c.site_id = n.site_id AND c.id = n.scan_id
                     WHERE n.site_id = x.site_id AND n.started_at < {} AND c.state = 'complete' AND n.observed > 0
                     ORDER BY n.scan_id DESC LIMIT 1)) AS t {})",
                     headline_columns, from, from, headline_joins),
         add_headline);
  }

 private:
  using TakeRow = std::function<void(SiteData& site, const Rows& rows, std::size_t row)>;

  static void add_headline(SiteData& site, const Rows& rows, std::size_t row) {
    site.headlines.push_back({.id = rows.number(row, 1).value_or(0),
                              .uuid = rows.text(row, 2),
                              .state = key_of(rows, row, 3, history::scan_state_of_word),
                              .started_at = instant_or_epoch(rows, row, 4),
                              .finished_at = optional_instant(rows, row, 5),
                              .forest = foreign_text(rows, row, 6),
                              .failure = foreign_text(rows, row, 8),
                              .listed = rows.view(row, 10) == "t",
                              .discovered = count_of(rows, row, 11),
                              .enforced = count_of(rows, row, 12),
                              .not_enforced = count_of(rows, row, 13),
                              .not_exposed = count_of(rows, row, 14),
                              .unknown = count_of(rows, row, 15)});
    // Shares are computed from it.
    const history::ScanHeadline& scan = site.headlines.back();
    constexpr std::size_t most_cas = 1'000'000;  // far more than any forest has, and few enough to be added up
    if (scan.assessed() + scan.unknown > scan.discovered || scan.discovered > most_cas) {
      throw UnusableContent(
          fmt::format("The totals of its scan {} on the hub are impossible; run 'casweep hub check'.", scan.id));
    }
  }

  /// Gives `take` the rows of a query, whose first column is the site.
  void each(const std::string& query, const TakeRow& take) {
    const Rows rows = hub_.select(query);
    SiteData* site = nullptr;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (site == nullptr || rows.view(row, 0) != site->id) {
        const auto found = by_id_.find(rows.view(row, 0));
        if (found == by_id_.end()) continue;
        site = &sites_[found->second];
      }
      if (!site->problem.empty()) continue;
      try {
        take(*site, rows, row);
      } catch (const UnusableContent& error) {
        site->problem = error.what();
      }
    }
  }

  Connection& hub_;
  std::vector<SiteData> sites_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

/// The answers of one CA. What is not read with the timelines is asked when it is needed, which is rare.
class AnswersOnHub : public history::Answers {
 public:
  AnswersOnHub(Connection& hub, const SiteData& site, const Ca& ca) : hub_(hub), site_(site), ca_(ca) {}

  std::optional<history::Answer> last() override { return ca_.last; }

  std::optional<history::Answer> last_before(std::int64_t scan) override {
    const auto known = ca_.before.find(scan);
    if (known != ca_.before.end()) return known->second;
    const Rows rows = hub_.select(R"(
        SELECT o.scan_id, o.finished_at, r.outcome, r.reason, r.detail, r.interface_flags, r.octets
        FROM casweep.observation AS o JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
        WHERE o.site_id = $1 AND o.ca_id = $2 AND o.scan_id < $3 ORDER BY o.scan_id DESC LIMIT 1)",
                                  {site_.id, std::to_string(ca_.id), std::to_string(scan)});
    return rows.empty() ? std::nullopt : answer_in(rows, 0, 0);
  }

  std::int64_t oldest_known(std::int64_t last_scan, std::size_t newest) override {
    return hub_
        .select(R"(
        SELECT min(scan_id)
        FROM (SELECT o.scan_id
              FROM casweep.observation AS o JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
              WHERE o.site_id = $1 AND o.ca_id = $2 AND o.scan_id <= $3 AND r.outcome <> 'unknown'
              ORDER BY o.scan_id DESC LIMIT $4) AS known)",
                {site_.id, std::to_string(ca_.id), std::to_string(last_scan), std::to_string(newest)})
        .number(0, 0)
        .value_or(0);
  }

 private:
  Connection& hub_;
  const SiteData& site_;
  const Ca& ca_;
};

class SightingsOnHub : public history::SightingSource {
 public:
  SightingsOnHub(Connection& hub, const SiteData& site) : hub_(hub), site_(site) {}

  history::SightingByCa sightings(std::int64_t first, std::int64_t last) override {
    history::SightingByCa found;
    for (const Sighted& seen : site_.sighted) {
      if (seen.scan < first || seen.scan > last) continue;
      auto& sighting =
          found.try_emplace(seen.ca, history::LastSighting{.object_guid = site_.guid_of(seen.ca)}).first->second;
      const auto identity = site_.identities.find(seen.identity);
      if (identity != site_.identities.end()) {
        sighting.identity = identity->second.names;
        sighting.identity.certificates.clear();
        sighting.distinguished_name = identity->second.distinguished_name;
      }
      if (seen.judged) sighting.judged = seen.judged;
    }
    return found;
  }

  std::optional<assess::Verdict> last_known_verdict(std::int64_t ca, std::int64_t last) override {
    const Rows rows = hub_.select(R"(
        SELECT r.outcome
        FROM casweep.observation AS o JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
        WHERE o.site_id = $1 AND o.ca_id = $2 AND o.scan_id <= $3 AND r.outcome <> 'unknown'
        ORDER BY o.scan_id DESC LIMIT 1)",
                                  {site_.id, std::to_string(ca), std::to_string(last)});
    if (rows.empty()) return std::nullopt;
    return key_of(rows, 0, 0, assess::verdict_of_word);
  }

 private:
  Connection& hub_;
  const SiteData& site_;
};

history::CaTimeline timeline_of(const SiteData& site, const Ca& ca, const history::ScanMoments& scans) {
  history::CaTimeline timeline{.object_guid = ca.object_guid, .missing = scans.first_after(ca.last_listed)};
  for (const Change& change : ca.changes) {
    const auto scan = scans.moment(change.scan);
    const auto identity = site.identities.find(change.identity);
    timeline.sightings.push_back(
        {.scan = scan,
         .missing = scans.first_between(change.previous_scan, scan.scan),
         .identity = identity == site.identities.end() ? history::CaIdentity{} : identity->second.names,
         .judged = change.judged});
  }
  return timeline;
}

std::vector<history::Decision> decisions_of(const SiteData& site, const Ca& ca) {
  const auto found = site.decisions.find(ca.object_guid);
  return found == site.decisions.end() ? std::vector<history::Decision>{} : found->second;
}

/// Counts, into the headlines, the CAs that were not compliant and covered by is_mitigated().
void count_mitigated(Connection& hub, SiteData& site, const history::ScanMoments& scans, base::Instant now) {
  if (site.headlines.empty()) return;
  for (const Ca& ca : site.cas) {
    const auto decisions = decisions_of(site, ca);
    if (std::ranges::none_of(decisions, [](const auto& decision) { return is_mitigated(decision.status); })) continue;
    const auto story = history::story_of(timeline_of(site, ca, scans), {}, now);
    std::vector<bool> counted(site.headlines.size());  // if the clock was set back, the times of decisions may overlap
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (!history::is_mitigated(decisions[i].status)) continue;
      const auto ended_by = history::ended_by(decisions[i], story);
      const Rows rows = hub.select(
          R"(
          SELECT o.scan_id, r.outcome = 'unknown'
          FROM casweep.observation AS o JOIN casweep.scan AS s ON s.site_id = o.site_id AND s.id = o.scan_id
               JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
          WHERE o.site_id = $1 AND o.ca_id = $2 AND o.scan_id BETWEEN $3 AND $4 AND o.scan_id < $5
            AND s.started_at >= $6 AND s.started_at < $7
            AND r.outcome IN ('not-enforced', 'unknown') AND r.reason <> 'hidden-from-account')",
          {site.id, std::to_string(ca.id), std::to_string(site.headlines.front().id),
           std::to_string(site.headlines.back().id), std::to_string(ended_by ? ended_by->scan : INT64_MAX),
           std::to_string(decisions[i].set_at.time_since_epoch().count()),
           std::to_string(history::end_of(decisions, i, story).time_since_epoch().count())});
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto scan = rows.number(row, 0).value_or(0);
        const auto found = std::ranges::lower_bound(site.headlines, scan, {}, &history::ScanHeadline::id);
        if (found == site.headlines.end() || found->id != scan) continue;
        const auto place = static_cast<std::size_t>(found - site.headlines.begin());
        if (counted[place]) continue;
        counted[place] = true;
        ++found->mitigated;
        if (rows.view(row, 1) == "t") ++found->mitigated_unknown;
      }
    }
  }
}

/// What the hub concludes about a site now.
history::SiteRecord record_of(Connection& hub, SiteData& site, base::Instant now) {
  history::SiteRecord record{
      .site = site.site, .root_domain = site.root_domain, .head = site.head, .revoked_at = site.revoked_at};
  const history::ScanMoments scans(site.scans, {});
  auto& forest = record.forest;
  forest.now = history::moment_of_decisions(site.newest_at, now);
  forest.scan = scans.last();
  forest.forest = site.forest.empty() ? site.last_named_forest : site.forest;
  for (const Ca& ca : site.cas) {
    AnswersOnHub answers(hub, site, ca);
    history::add_ca(
        forest, history::summary_of(timeline_of(site, ca, scans), decisions_of(site, ca), answers, scans, forest.now));
  }
  history::sort_by_name(forest);
  if (site.compared) {
    SightingsOnHub sightings(hub, site);
    forest.since = history::changes_since(*site.compared, sightings);
  }
  count_mitigated(hub, site, scans, forest.now);
  if (!site.headlines.empty()) record.newest = site.headlines.back();
  return record;
}

/// The same over time.
history::SiteTrend trend_of(Connection& hub, SiteData& site, std::optional<base::Instant> since, base::Instant now) {
  history::SiteTrend trend{.site = site.site, .root_domain = site.root_domain, .revoked_at = site.revoked_at};
  const history::ScanMoments scans(site.scans, {});
  trend.trend.since = since;
  trend.trend.now = history::moment_of_decisions(site.newest_at, now);
  history::TrendCollector collector(since.value_or(base::Instant::min()), trend.trend.now);
  for (const Ca& ca : site.cas) {
    const auto timeline = timeline_of(site, ca, scans);
    collector.add(timeline, history::story_of(timeline, decisions_of(site, ca), trend.trend.now));
  }
  trend.trend.events = collector.take_events();
  trend.trend.time_to_remediate = collector.time_to_remediate();
  count_mitigated(hub, site, scans, trend.trend.now);
  trend.trend.scans = std::move(site.headlines);
  return trend;
}

/// What `conclude` returns, or a site with a problem.
template <typename Conclusion, typename Conclude>
Conclusion usable(const SiteData& site, const Conclude& conclude) {
  if (!site.problem.empty()) return {.site = site.site, .problem = site.problem};
  try {
    return conclude();
  } catch (const UnusableContent& error) {
    return {.site = site.site, .problem = error.what()};
  }
}

}  // namespace

FleetHub::FleetHub(Connection& hub) : hub_(hub) { require_same_schema(hub_); }

std::vector<history::SiteRecord> FleetHub::sites(base::Instant now) {
  Transaction one_moment(hub_);
  hub_.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  Fleet fleet(hub_, hub_.shown());
  fleet.read_timelines();
  fleet.read_comparisons();
  fleet.read_newest_headlines();
  std::vector<history::SiteRecord> records;
  for (SiteData& site : fleet.sites()) {
    records.push_back(usable<history::SiteRecord>(site, [&] { return record_of(hub_, site, now); }));
  }
  one_moment.commit();
  return records;
}

std::vector<history::SiteTrend> FleetHub::trends(std::optional<base::Instant> since, base::Instant now) {
  Transaction one_moment(hub_);
  hub_.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  Fleet fleet(hub_, hub_.shown());
  fleet.read_timelines();
  fleet.read_headlines(since);
  std::vector<history::SiteTrend> trends;
  for (SiteData& site : fleet.sites()) {
    trends.push_back(usable<history::SiteTrend>(site, [&] { return trend_of(hub_, site, since, now); }));
  }
  one_moment.commit();
  return trends;
}

}  // namespace casweep::hub
