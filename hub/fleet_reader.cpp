// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/fleet_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "history/scan_moments.h"
#include "hub/hub_error.h"
#include "hub/hub_schema_internal.h"

namespace casweep::hub {
namespace {

using history::ScanMoment;

[[noreturn]] void refuse_content(std::string_view what) {
  throw HubError(HubError::Kind::failed,
                 fmt::format("The hub returned {}, which this version of casweep does not know; use the version that "
                             "published it, or a later one.",
                             what));
}

base::Instant instant_of(std::optional<std::int64_t> milliseconds) {
  return base::Instant{std::chrono::milliseconds{milliseconds.value_or(0)}};
}

/// The columns of a row from `first` on: the number, begin and end of a scan; nullopt: the number is NULL.
std::optional<ScanMoment> moment_at(const Rows& rows, std::size_t row, std::size_t first) {
  const auto scan = rows.number(row, first);
  if (!scan) return std::nullopt;
  return ScanMoment{
      .scan = *scan, .at = instant_of(rows.number(row, first + 1)), .ended = instant_of(rows.number(row, first + 2))};
}

std::optional<history::VerdictWithReason> judged_at(const Rows& rows, std::size_t row, std::size_t first) {
  if (rows.is_null(row, first)) return std::nullopt;
  const auto verdict = assess::verdict_of_word(rows.text(row, first));
  const auto reason = assess::reason_of_word(rows.text(row, first + 1));
  if (!verdict || !reason) refuse_content(fmt::format("the verdict '{}'", rows.text(row, first)));
  return history::VerdictWithReason{.verdict = *verdict, .reason = *reason};
}

base::ObjectGuid guid_at(const Rows& rows, std::size_t row, std::size_t column) {
  const auto guid = base::ObjectGuid::from_string(rows.text(row, column));
  if (!guid) refuse_content("an invalid objectGUID");
  return *guid;
}

/// An answer: scan, end of the reading, outcome, reason, detail, flags, from the column `first` on.
std::optional<history::Answer> answer_at(const Rows& rows, std::size_t row, std::size_t first) {
  const auto judged = judged_at(rows, row, first + 2);
  if (!judged) return std::nullopt;
  history::Answer answer{.scan = rows.number(row, first).value_or(0),
                         .read_at = instant_of(rows.number(row, first + 1)),
                         .judged = *judged,
                         .detail = rows.text(row, first + 4)};
  if (const auto flags = rows.number(row, first + 5))
    answer.interface_flags.emplace(static_cast<std::uint32_t>(*flags));
  return answer;
}

using CaKey = std::pair<std::string, std::int64_t>;  ///< the site and the number of the CA in its history

/// A question about the past answers of a CA, which is put to the hub with all others at once.
struct Question {
  CaKey ca;
  std::int64_t scan = 0;    ///< before which, or until which
  std::int64_t newest = 0;  ///< 0: the last answer before `scan`; otherwise the oldest of so many known ones

  auto operator<=>(const Question&) const = default;
};

struct Reply {
  std::optional<history::Answer> answer{};
  std::int64_t oldest = 0;
};

using Replies = std::map<Question, Reply>;

/// The answers of a CA as far as they are known; notes the questions whose replies are not known yet.
class KnownAnswers : public history::Answers {
 public:
  KnownAnswers(CaKey ca, std::optional<history::Answer> last, const Replies& replies, std::set<Question>& open)
      : ca_(std::move(ca)), last_(std::move(last)), replies_(replies), open_(open) {}

  std::optional<history::Answer> last() override { return last_; }
  std::optional<history::Answer> last_before(std::int64_t scan) override { return reply_to({ca_, scan, 0}).answer; }
  std::int64_t oldest_known(std::int64_t last_scan, std::size_t newest) override {
    return reply_to({ca_, last_scan, static_cast<std::int64_t>(newest)}).oldest;
  }
  /// Whether a conclusion from these answers lacks a reply.
  [[nodiscard]] bool lacks_replies() const { return lacks_; }

 private:
  Reply reply_to(const Question& question) {
    const auto found = replies_.find(question);
    if (found != replies_.end()) return found->second;
    open_.insert(question);
    lacks_ = true;
    return {};
  }

  CaKey ca_;
  std::optional<history::Answer> last_;
  const Replies& replies_;
  std::set<Question>& open_;
  bool lacks_ = false;
};

/// A PostgreSQL array of texts that need no quotes.
class Array {
 public:
  template <typename Value>
  void add(const Value& value) {
    text_ += fmt::format("{}{}", text_.size() == 1 ? "" : ",", value);
  }
  [[nodiscard]] std::string text() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

void ask(Connection& hub, const std::set<Question>& questions, Replies& replies) {
  std::vector<Question> asked(questions.begin(), questions.end());
  Array sites;
  Array cas;
  Array scans;
  Array newest;
  for (const Question& question : asked) {
    sites.add(question.ca.first);
    cas.add(question.ca.second);
    scans.add(question.scan);
    newest.add(question.newest);
  }
  const Rows rows = hub.select(R"(
      SELECT q.n, a.scan_id, a.finished_at, a.outcome, a.reason, a.detail, a.interface_flags,
             CASE WHEN q.newest > 0 THEN (
               SELECT min(known.scan_id) FROM (
                 SELECT o.scan_id FROM casweep.observation AS o
                        JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
                 WHERE o.site_id = q.site_id AND o.ca_id = q.ca_id AND o.scan_id <= q.scan AND r.outcome <> 'unknown'
                 ORDER BY o.scan_id DESC LIMIT q.newest) AS known) END
      FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY AS q(site_id, ca_id, scan, newest, n)
           LEFT JOIN LATERAL (
             SELECT o.scan_id, o.finished_at, r.outcome, r.reason, casweep.shown(r.detail, r.octets, 'detail') AS detail,
                    r.interface_flags
             FROM casweep.observation AS o JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
             WHERE q.newest = 0 AND o.site_id = q.site_id AND o.ca_id = q.ca_id AND o.scan_id < q.scan
             ORDER BY o.scan_id DESC LIMIT 1) AS a ON TRUE)",
                               {sites.text(), cas.text(), scans.text(), newest.text()});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto which = static_cast<std::size_t>(rows.number(row, 0).value_or(0));
    if (which == 0 || which > asked.size()) continue;
    replies[asked[which - 1]] = {.answer = answer_at(rows, row, 1), .oldest = rows.number(row, 7).value_or(0)};
  }
  for (const Question& question : asked) replies.try_emplace(question);
}

/// What the hub has of a CA.
struct CaRows {
  history::CaTimeline timeline;
  std::optional<history::Answer> last{};
};

/// What it has of a site.
struct SiteRows {
  history::SiteRecord record{};
  std::vector<history::ScanInLedger> scans{};
  std::vector<history::DecisionInLedger> decided{};
  std::map<base::ObjectGuid, std::vector<history::Decision>> decisions{};
  std::map<std::int64_t, CaRows> cas{};  ///< by their numbers
};

using Sites = std::map<std::string, SiteRows>;  ///< by their identities

void read_sites(Connection& hub, Sites& sites) {
  const Rows rows = hub.select(R"(
      SELECT s.site_id, s.head_seq, encode(s.head_hash, 'hex'), f.forest, d.root_domain_guid, d.root_domain_sid,
             n.id, n.uuid, n.state, n.started_at, n.finished_at, n.failure, n.discovered,
             complete.id, complete.started_at, complete.finished_at, previous.id, previous.started_at, previous.finished_at
      FROM casweep.site AS s
           LEFT JOIN LATERAL (
             SELECT casweep.shown(l.forest, l.octets, 'forest') AS forest FROM casweep.listing AS l
             WHERE l.site_id = s.site_id ORDER BY l.scan_id DESC LIMIT 1) AS f ON TRUE
           LEFT JOIN LATERAL (
             SELECT l.root_domain_guid, l.root_domain_sid FROM casweep.listing AS l
             WHERE l.site_id = s.site_id AND l.root_domain_guid IS NOT NULL ORDER BY l.scan_id DESC LIMIT 1) AS d ON TRUE
           LEFT JOIN LATERAL (
             SELECT t.id, t.uuid, t.state, t.started_at, t.finished_at,
                    casweep.shown(t.failure, t.octets, 'failure') AS failure, l.discovered
             FROM casweep.scan AS t LEFT JOIN casweep.listing AS l ON l.site_id = t.site_id AND l.scan_id = t.id
             WHERE t.site_id = s.site_id ORDER BY t.id DESC LIMIT 1) AS n ON TRUE
           LEFT JOIN LATERAL (
             SELECT t.id, t.started_at, t.finished_at FROM casweep.scan AS t
             WHERE t.site_id = s.site_id AND t.state = 'complete' ORDER BY t.id DESC LIMIT 1) AS complete ON TRUE
           LEFT JOIN LATERAL (
             SELECT t.id, t.started_at, t.finished_at FROM casweep.scan AS t
             WHERE t.site_id = s.site_id AND t.state = 'complete' AND t.id < complete.id
             ORDER BY t.id DESC LIMIT 1) AS previous ON TRUE
      ORDER BY s.site_id)");
  std::map<std::string, std::size_t> uses;
  for (std::size_t row = 0; row < rows.size(); ++row) ++uses[rows.text(row, 3)];
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::string id = rows.text(row, 0);
    history::SiteRecord& site = sites[id].record;
    const std::string forest = rows.text(row, 3);
    // A site has no name but its forest's. Two sites may see one forest.
    const std::string name = forest.empty() ? id : forest;
    site.site = {.name = uses[forest] > 1 && !forest.empty() ? fmt::format("{} ({})", name, id.substr(0, 8)) : name,
                 .id = id,
                 .source = hub.shown()};
    site.head = {.seq = rows.number(row, 1).value_or(0), .hash = rows.text(row, 2)};
    site.forest.forest = forest;
    if (!rows.is_null(row, 4)) site.root_domain = {guid_at(rows, row, 4), rows.text(row, 5)};
    if (const auto newest = rows.number(row, 6)) {
      const auto state = history::scan_state_of_word(rows.text(row, 8));
      if (!state) refuse_content(fmt::format("the state '{}' of a scan", rows.text(row, 8)));
      site.newest = history::ScanHeadline{.id = *newest,
                                          .uuid = rows.text(row, 7),
                                          .state = *state,
                                          .started_at = instant_of(rows.number(row, 9)),
                                          .forest = forest,
                                          .failure = rows.text(row, 11),
                                          .listed = !rows.is_null(row, 12),
                                          .discovered = static_cast<std::size_t>(rows.number(row, 12).value_or(0))};
      if (!rows.is_null(row, 10)) site.newest->finished_at = instant_of(rows.number(row, 10));
    }
    site.forest.scan = moment_at(rows, row, 13);
    site.previous = moment_at(rows, row, 16);
    if (site.previous) site.previous->ended = {};  // as a history has it
  }
}

/// All scans of the sites in which something was decided: a clock may have been set back in between.
void read_decisions(Connection& hub, Sites& sites) {
  const Rows rows = hub.select(R"(
      SELECT d.site_id, c.object_guid, d.status, casweep.shown(d.reason, d.octets, 'reason'),
             casweep.shown(d.approver, d.octets, 'approver'), d.until_at, casweep.shown(d.ticket, d.octets, 'ticket'),
             d.set_at, casweep.shown(d.os_user, d.octets, 'os_user'), d.seq
      FROM casweep.disposition AS d JOIN casweep.ca AS c ON c.site_id = d.site_id AND c.id = d.ca_id
      ORDER BY d.site_id, d.id)");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SiteRows& site = sites[rows.text(row, 0)];
    const auto status = history::status_of_word(rows.text(row, 2));
    if (!status) refuse_content(fmt::format("the decision '{}'", rows.text(row, 2)));
    history::Decision decision{.object_guid = guid_at(rows, row, 1),
                               .status = *status,
                               .reason = rows.text(row, 3),
                               .approver = rows.text(row, 4),
                               .ticket = rows.text(row, 6),
                               .set_at = instant_of(rows.number(row, 7)),
                               .os_user = rows.text(row, 8)};
    if (!rows.is_null(row, 5)) decision.until = instant_of(rows.number(row, 5));
    site.decided.push_back({.seq = rows.number(row, 9).value_or(0), .set_at = decision.set_at});
    site.decisions[decision.object_guid].push_back(std::move(decision));
  }
  const Rows scans = hub.select(R"(
      SELECT s.site_id, s.id, s.started_at, s.finished_at, s.state = 'complete', s.seq
      FROM casweep.scan AS s WHERE s.site_id IN (SELECT site_id FROM casweep.disposition) ORDER BY s.site_id, s.id)");
  for (std::size_t row = 0; row < scans.size(); ++row) {
    sites[scans.text(row, 0)].scans.push_back({.moment = *moment_at(scans, row, 1),
                                               .complete = scans.text(row, 4) == "t",
                                               .seq = scans.number(row, 5).value_or(0)});
  }
}

using Identities = std::map<std::pair<std::string, std::int64_t>, history::CaIdentity>;

Identities read_identities(Connection& hub) {
  const Rows rows = hub.select(R"(
      SELECT i.site_id, i.id, casweep.shown(i.common_name, i.octets, 'common_name'),
             casweep.shown(i.display_name, i.octets, 'display_name'),
             casweep.shown(i.dns_host_name, i.octets, 'dns_host_name'),
             (SELECT string_agg(c.certificate_id::text, ',' ORDER BY c.position) FROM casweep.ca_identity_certificate AS c
              WHERE c.site_id = i.site_id AND c.ca_identity_id = i.id)
      FROM casweep.ca_identity AS i)");
  Identities identities;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    history::CaIdentity identity{
        .common_name = rows.text(row, 2), .display_name = rows.text(row, 3), .dns_host_name = rows.text(row, 4)};
    const std::string numbers = rows.text(row, 5);
    for (const char* next = numbers.data(); next < numbers.data() + numbers.size();) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(next, numbers.data() + numbers.size(), number);
      if (error != std::errc()) break;
      identity.certificates.push_back(number);
      next = end + 1;
    }
    identities.emplace(std::pair(rows.text(row, 0), rows.number(row, 1).value_or(0)), std::move(identity));
  }
  return identities;
}

/// The scan that the columns from `first` on describe, for ScanMoments.
void note_scan(SiteRows& site, const std::optional<ScanMoment>& moment) {
  if (moment && site.decided.empty()) site.scans.push_back({.moment = *moment, .seq = moment->scan});
}

void read_cas(Connection& hub, Sites& sites) {
  const Rows latest = hub.select(R"(
      SELECT n.site_id, n.ca_id, c.object_guid, m.id, m.started_at, m.finished_at,
             n.read_scan_id, o.finished_at, r.outcome, r.reason, casweep.shown(r.detail, r.octets, 'detail'),
             r.interface_flags, s.id, s.started_at, s.finished_at
      FROM casweep.ca_latest AS n
           JOIN casweep.ca AS c ON c.site_id = n.site_id AND c.id = n.ca_id
           LEFT JOIN casweep.reading AS r ON r.site_id = n.site_id AND r.id = n.reading_id
           LEFT JOIN casweep.observation AS o
             ON o.site_id = n.site_id AND o.scan_id = n.read_scan_id AND o.ca_id = n.ca_id
           LEFT JOIN casweep.scan AS s ON s.site_id = n.site_id AND s.id = n.read_scan_id
           LEFT JOIN LATERAL (
             SELECT t.id, t.started_at, t.finished_at FROM casweep.scan AS t
             WHERE t.site_id = n.site_id AND t.id > n.scan_id AND t.state = 'complete' ORDER BY t.id LIMIT 1) AS m ON TRUE)");
  for (std::size_t row = 0; row < latest.size(); ++row) {
    SiteRows& site = sites[latest.text(row, 0)];
    const auto missing = moment_at(latest, row, 3);
    note_scan(site, missing);
    note_scan(site, moment_at(latest, row, 12));
    CaRows ca{.timeline = {.object_guid = guid_at(latest, row, 2), .missing = missing},
              .last = answer_at(latest, row, 6)};
    site.cas.emplace(latest.number(row, 1).value_or(0), std::move(ca));
  }

  const Identities identities = read_identities(hub);
  const Rows changes = hub.select(R"(
      SELECT h.site_id, h.ca_id, h.ca_identity_id, s.id, s.started_at, s.finished_at, m.id, m.started_at, m.finished_at,
             r.outcome, r.reason
      FROM casweep.ca_change AS h
           JOIN casweep.scan AS s ON s.site_id = h.site_id AND s.id = h.scan_id
           LEFT JOIN casweep.reading AS r ON r.site_id = h.site_id AND r.id = h.reading_id
           LEFT JOIN LATERAL (
             SELECT t.id, t.started_at, t.finished_at FROM casweep.scan AS t
             WHERE t.site_id = h.site_id AND t.id > coalesce(h.previous_scan_id, 0) AND t.id < h.scan_id
               AND t.state = 'complete' ORDER BY t.id LIMIT 1) AS m ON TRUE
      ORDER BY h.site_id, h.ca_id, h.scan_id)");
  for (std::size_t row = 0; row < changes.size(); ++row) {
    const std::string id = changes.text(row, 0);
    SiteRows& site = sites[id];
    const auto ca = site.cas.find(changes.number(row, 1).value_or(0));
    if (ca == site.cas.end()) continue;
    const auto scan = moment_at(changes, row, 3);
    const auto missing = moment_at(changes, row, 6);
    note_scan(site, scan);
    note_scan(site, missing);
    const auto identity = identities.find({id, changes.number(row, 2).value_or(0)});
    ca->second.timeline.sightings.push_back(
        {.scan = *scan,
         .missing = missing,
         .identity = identity == identities.end() ? history::CaIdentity{} : identity->second,
         .judged = judged_at(changes, row, 9)});
  }
}

/// Gives every moment of a scan what its history knows of the order of the ledger.
void put_moments_in_order(SiteRows& site, const history::ScanMoments& moments) {
  const auto in_order = [&](ScanMoment& moment) { moment = moments.moment(moment.scan); };
  if (site.record.forest.scan) in_order(*site.record.forest.scan);
  for (auto& [number, ca] : site.cas) {
    if (ca.timeline.missing) in_order(*ca.timeline.missing);
    for (history::Sighting& sighting : ca.timeline.sightings) {
      in_order(sighting.scan);
      if (sighting.missing) in_order(*sighting.missing);
    }
  }
}

history::ScanMoments moments_of(SiteRows& site) {
  note_scan(site, site.record.forest.scan);
  std::ranges::sort(site.scans, {}, [](const history::ScanInLedger& scan) { return scan.moment.scan; });
  const auto same = std::unique(site.scans.begin(), site.scans.end(), [](const auto& left, const auto& right) {
    return left.moment.scan == right.moment.scan;
  });
  site.scans.erase(same, site.scans.end());
  return {site.scans, site.decided};
}

/// The time by which decisions end: that of the newest scan, if it is later than `now`.
base::Instant moment_of(const history::SiteRecord& site, base::Instant now) {
  if (!site.newest) return now;
  const auto newest = std::max(site.newest->started_at, site.newest->finished_at.value_or(base::Instant::min()));
  return newest > now ? newest + std::chrono::milliseconds{1} : now;
}

Sites read_all(Connection& hub) {
  Sites sites;
  hub.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  read_sites(hub, sites);
  read_decisions(hub, sites);
  read_cas(hub, sites);
  return sites;
}

/// Calls `take` with the summary of each CA, once the replies that it needs are there: a few rounds, whatever the
/// number of CAs.
template <typename Take>
void conclude(Connection& hub, Sites& sites, base::Instant now, const Take& take) {
  Replies replies;
  std::map<std::string, history::ScanMoments> moments;
  std::vector<std::pair<SiteRows*, std::int64_t>> left;
  for (auto& [id, site] : sites) {
    moments.emplace(id, moments_of(site));
    put_moments_in_order(site, moments.at(id));
    site.record.forest.now = moment_of(site.record, now);
    for (const auto& [number, ca] : site.cas) left.emplace_back(&site, number);
  }
  while (!left.empty()) {
    std::set<Question> open;
    std::vector<std::pair<SiteRows*, std::int64_t>> again;
    for (const auto& [site, number] : left) {
      const CaRows& ca = site->cas.at(number);
      if (ca.timeline.sightings.empty()) continue;
      const std::string& id = site->record.site.id;
      KnownAnswers answers({id, number}, ca.last, replies, open);
      const auto decisions = site->decisions.find(ca.timeline.object_guid);
      auto summary = history::summary_of(
          ca.timeline, decisions == site->decisions.end() ? std::vector<history::Decision>{} : decisions->second,
          answers, moments.at(id), site->record.forest.now);
      if (answers.lacks_replies()) {
        again.emplace_back(site, number);
      } else {
        take(*site, ca, std::move(summary));
      }
    }
    if (!open.empty()) ask(hub, open, replies);
    left = std::move(again);
  }
}

/// The scans since then, with their totals.
void read_headlines(Connection& hub, std::optional<base::Instant> since,
                    std::map<std::string, history::SiteTrend>& trends) {
  const Rows rows = hub.select(R"(
      SELECT s.site_id, s.id, s.uuid, s.state, s.started_at, s.finished_at, casweep.shown(l.forest, l.octets, 'forest'),
             casweep.shown(s.failure, s.octets, 'failure'), l.discovered, t.enforced, t.not_enforced, t.not_exposed, t.unknown
      FROM casweep.scan_total AS t
           JOIN casweep.scan AS s ON s.site_id = t.site_id AND s.id = t.scan_id
           LEFT JOIN casweep.listing AS l ON l.site_id = t.site_id AND l.scan_id = t.scan_id
      WHERE t.started_at >= $1::bigint ORDER BY s.site_id, s.id)",
                               {std::to_string(since ? since->time_since_epoch().count() : INT64_MIN)});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto found = trends.find(rows.text(row, 0));
    if (found == trends.end()) continue;
    const auto state = history::scan_state_of_word(rows.text(row, 3));
    if (!state) refuse_content(fmt::format("the state '{}' of a scan", rows.text(row, 3)));
    const auto count = [&](std::size_t column) {
      return static_cast<std::size_t>(rows.number(row, column).value_or(0));
    };
    history::ScanHeadline scan{.id = rows.number(row, 1).value_or(0),
                               .uuid = rows.text(row, 2),
                               .state = *state,
                               .started_at = instant_of(rows.number(row, 4)),
                               .forest = rows.text(row, 6),
                               .failure = rows.text(row, 7),
                               .listed = !rows.is_null(row, 8),
                               .discovered = count(8),
                               .enforced = count(9),
                               .not_enforced = count(10),
                               .not_exposed = count(11),
                               .unknown = count(12)};
    if (!rows.is_null(row, 5)) scan.finished_at = instant_of(rows.number(row, 5));
    found->second.trend.scans.push_back(std::move(scan));
  }
}

/// A period in which something other than casweep's fix protected a CA, or it needed no protection.
struct Mitigation {
  CaKey ca;
  std::int64_t ended_by = INT64_MAX;  ///< the scan
  base::Instant from{};
  base::Instant until{};
};

/// Counts, into the scans of `trends`, the CAs that were not compliant during such a period.
void count_mitigated(Connection& hub, const std::vector<Mitigation>& mitigations,
                     std::map<std::string, history::SiteTrend>& trends) {
  if (mitigations.empty()) return;
  Array sites;
  Array cas;
  Array ends;
  Array from;
  Array until;
  for (const Mitigation& mitigation : mitigations) {
    sites.add(mitigation.ca.first);
    cas.add(mitigation.ca.second);
    ends.add(mitigation.ended_by);
    from.add(mitigation.from.time_since_epoch().count());
    until.add(mitigation.until.time_since_epoch().count());
  }
  const Rows rows = hub.select(R"(
      SELECT o.site_id, o.scan_id, count(*), count(*) FILTER (WHERE r.outcome = 'unknown')
      FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS m(site_id, ca_id, ended_by, begins, ends)
           JOIN casweep.observation AS o ON o.site_id = m.site_id AND o.ca_id = m.ca_id AND o.scan_id < m.ended_by
           JOIN casweep.scan AS s ON s.site_id = o.site_id AND s.id = o.scan_id
             AND s.started_at >= m.begins AND s.started_at < m.ends
           JOIN casweep.reading AS r ON r.site_id = o.site_id AND r.id = o.reading_id
      WHERE r.outcome IN ('not-enforced', 'unknown') AND r.reason <> 'hidden-from-account'
      GROUP BY o.site_id, o.scan_id)",
                               {sites.text(), cas.text(), ends.text(), from.text(), until.text()});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto site = trends.find(rows.text(row, 0));
    if (site == trends.end()) continue;
    auto& scans = site->second.trend.scans;
    const auto scan = std::ranges::lower_bound(scans, rows.number(row, 1).value_or(0), {}, &history::ScanHeadline::id);
    if (scan == scans.end() || scan->id != rows.number(row, 1)) continue;
    scan->mitigated += static_cast<std::size_t>(rows.number(row, 2).value_or(0));
    scan->mitigated_unknown += static_cast<std::size_t>(rows.number(row, 3).value_or(0));
  }
}

}  // namespace

FleetOnHub::FleetOnHub(Connection connection) : connection_(std::move(connection)) { require_same_schema(connection_); }

std::vector<history::SiteRecord> FleetOnHub::sites(base::Instant now) {
  Sites sites = read_all(connection_);
  conclude(connection_, sites, now,
           [](SiteRows& site, const CaRows&, history::CaSummary ca) { add_ca(site.record.forest, std::move(ca)); });
  connection_.run("COMMIT");
  std::vector<history::SiteRecord> records;
  for (auto& [id, site] : sites) {
    sort_by_name(site.record.forest);
    records.push_back(std::move(site.record));
  }
  return records;
}

std::vector<history::SiteTrend> FleetOnHub::trends(std::optional<base::Instant> since, base::Instant now) {
  Sites sites = read_all(connection_);
  std::map<std::string, history::SiteTrend> trends;
  std::map<std::string, history::TrendCollector> collectors;
  for (const auto& [id, site] : sites) {
    trends[id] = {.site = site.record.site, .root_domain = site.record.root_domain};
    trends[id].trend = {.since = since, .now = moment_of(site.record, now)};
    collectors.emplace(id, history::TrendCollector(since.value_or(base::Instant::min()), trends[id].trend.now));
  }
  read_headlines(connection_, since, trends);
  std::vector<Mitigation> mitigations;
  for (auto& [id, site] : sites) {
    const auto moments = moments_of(site);
    put_moments_in_order(site, moments);
    for (const auto& [number, ca] : site.cas) {
      if (ca.timeline.sightings.empty()) continue;
      const auto found = site.decisions.find(ca.timeline.object_guid);
      const auto decisions = found == site.decisions.end() ? std::vector<history::Decision>{} : found->second;
      const auto story = history::story_of(ca.timeline, decisions, trends.at(id).trend.now);
      collectors.at(id).add(ca.timeline, story);
      for (std::size_t i = 0; i < decisions.size(); ++i) {
        if (!history::is_mitigated(decisions[i].status)) continue;
        const auto ended_by = history::ended_by(decisions[i], story);
        mitigations.push_back({.ca = {id, number},
                               .ended_by = ended_by ? ended_by->scan : INT64_MAX,
                               .from = decisions[i].set_at,
                               .until = history::end_of(decisions, i, story)});
      }
    }
  }
  count_mitigated(connection_, mitigations, trends);
  connection_.run("COMMIT");
  std::vector<history::SiteTrend> all;
  for (auto& [id, trend] : trends) {
    trend.trend.events = collectors.at(id).take_events();
    trend.trend.time_to_remediate = collectors.at(id).time_to_remediate();
    all.push_back(std::move(trend));
  }
  return all;
}

}  // namespace casweep::hub
