// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/fleet_histories.h"
#include "cli/exit_code.h"
#include "cli/options/fail_on.h"
#include "cli/options/output_format.h"
#include "cli/options/period.h"
#include "cli/terminal/note.h"
#include "cli/version.h"
#include "report/format/fleet_csv.h"
#include "report/format/prometheus.h"
#include "report/json/fleet_json.h"
#include "report/table/fleet_report.h"

namespace casweep::cli {
namespace {

using history::FleetStatus;
using history::SiteState;

constexpr auto first_events = "30 days ago";
constexpr std::chrono::days days_of_changes{30};

/// A hub shows a login only what it may read, which may be nothing.
void require_a_site(std::size_t sites) {
  if (sites > 0) return;
  throw CommandError(ExitCode::data, "There is nothing to show: the hub has no site that this login may read.");
}

FleetStatus fleet_of(const po::variables_map& values, const Environment& environment) {
  const base::Instant now = environment.now();
  const auto stale = stale_after(values, now);
  FleetStatus fleet;
  read_fleet(values, environment,
             [&](history::FleetSource& source) { fleet = history::fleet_status(source.sites(now), now, stale); });
  require_a_site(fleet.sites.size());
  return fleet;
}

bool has_unreadable(const FleetStatus& fleet) { return fleet.count(SiteState::unreadable) > 0; }

/// For a format in which a site that cannot be read would not show.
void note_unreadable(const Environment& environment, const history::Site& site, const std::string& problem) {
  if (problem.empty()) return;
  note(environment, base::terminal_safe(fmt::format("{} is missing here: {}", site.name, problem)));
}

void note_unreadable(const Environment& environment, const FleetStatus& fleet) {
  for (const history::SiteRecord& site : fleet.sites) note_unreadable(environment, site.site, site.problem);
}

void note_unreadable(const Environment& environment, const std::vector<history::SiteTrend>& sites) {
  for (const history::SiteTrend& site : sites) note_unreadable(environment, site.site, site.problem);
}

int run_fleet_status(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const FailOn fail_on = read_fail_on(values, FailOn::nothing());
  const FleetStatus fleet = fleet_of(values, environment);
  switch (format) {
    case OutputFormat::json:
      report::write_fleet_json(environment.out, fleet);
      break;
    case OutputFormat::csv:
      note_unreadable(environment, fleet);
      report::write_fleet_csv(environment.out, fleet);
      break;
    case OutputFormat::table:
      report::write_fleet_table(environment.out, fleet,
                                values["all"].as<bool>() ? report::FleetCas::all : report::FleetCas::that_need_a_person,
                                table_style(environment));
  }
  return fleet_exit_code(has_unreadable(fleet), static_cast<int>(exit_code_of(fleet, fail_on)));
}

int run_fleet_sites(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const FleetStatus fleet = fleet_of(values, environment);
  switch (format) {
    case OutputFormat::json:
      report::write_sites_json(environment.out, fleet);
      break;
    case OutputFormat::csv:
      report::write_sites_csv(environment.out, fleet);
      break;
    case OutputFormat::table:
      report::write_sites_table(environment.out, fleet, table_style(environment));
  }
  return fleet_exit_code(has_unreadable(fleet), static_cast<int>(ExitCode::ok));
}

bool has_problem(const std::vector<history::SiteTrend>& sites) {
  return std::ranges::any_of(sites, [](const history::SiteTrend& site) { return !site.problem.empty(); });
}

int run_fleet_trend(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const base::Instant now = environment.now();
  const auto since = period_of(values, now).since;
  const auto stale = stale_after(values, now);
  std::vector<history::SiteTrend> sites;
  read_fleet(values, environment, [&](history::FleetSource& source) { sites = source.trends(since, now); });
  require_a_site(sites.size());
  const auto days = history::fleet_days(sites, since, now, stale);
  switch (format) {
    case OutputFormat::json:
      report::write_fleet_trend_json(environment.out, days, sites, since, now);
      break;
    case OutputFormat::csv:
      note_unreadable(environment, sites);
      report::write_fleet_trend_csv(environment.out, days);
      break;
    case OutputFormat::table:
      report::write_fleet_trend_table(environment.out, days, sites, table_style(environment));
  }
  return fleet_exit_code(has_problem(sites), static_cast<int>(ExitCode::ok));
}

int run_fleet_changes(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const base::Instant now = environment.now();
  const auto since = period_of(values, now).since.value_or(now - days_of_changes);
  const auto stale = stale_after(values, now);
  std::vector<history::SiteTrend> sites;
  FleetStatus fleet;
  read_fleet(values, environment, [&](history::FleetSource& source) {
    sites = source.trends(since, now);
    fleet = history::fleet_status(source.sites(now), now, stale);
  });
  require_a_site(sites.size());
  const auto events = history::fleet_events(sites, since);
  switch (format) {
    case OutputFormat::json:
      report::write_fleet_changes_json(environment.out, events, sites, fleet, since);
      break;
    case OutputFormat::csv:
      note_unreadable(environment, sites);
      report::write_fleet_changes_csv(environment.out, events, sites);
      break;
    case OutputFormat::table:
      report::write_fleet_changes_table(environment.out, events, sites, fleet, table_style(environment));
  }
  return fleet_exit_code(has_problem(sites), static_cast<int>(ExitCode::ok));
}

int run_fleet_export(const po::variables_map& values, const Environment& environment) {
  const std::string format = text_of(values, "FORMAT");
  const FleetStatus fleet = fleet_of(values, environment);
  if (format != "json") note_unreadable(environment, fleet);
  if (format == "csv") report::write_fleet_csv(environment.out, fleet);
  if (format == "json") report::write_fleet_json(environment.out, fleet);
  if (format == "prometheus") report::write_prometheus(environment.out, fleet, version());
  return fleet_exit_code(has_unreadable(fleet), static_cast<int>(ExitCode::ok));
}

OptionGroup all_cas_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()("all", po::bool_switch(), "list every CA in the table, also those that need nothing");
  return group;
}

OptionGroup fleet_formats() { return format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}); }

}  // namespace

Command fleet_status_command() {
  return {.line = {.command = "fleet status",
                   .options = {fail_on_options(FailOn::nothing(), Source::arguments_only), all_cas_option(),
                               fleet_formats(), fleet_options()},
                   .of_fleet = true,
                   .prints_document = true},
          .run = run_fleet_status,
          .summary = "show several forests now, those that did not report first",
          .usage = {"[OPTION]..."},
          .description =
              {"Shows the histories of several forests in one table: for each site (a history) when it last "
               "completed a scan and how many of its CAs enforce encryption, then the CAs that need a person, what "
               "changed, and the totals.",
               "A site that has not completed a scan for longer than --stale-after is stale. It is shown first, and "
               "its CAs are not counted as compliant. Nor are those of a site that was revoked on a hub. If several "
               "sites see the same CA, it is counted once: as not enforced if a current site found that, otherwise "
               "with the newest known verdict. If the sites disagree, that is "
               "shown."},
          .sections = {fail_on_words()},
          .examples = {{"Show all forests of the config file", "casweep fleet status"},
                       {"Show three histories", "casweep fleet status --db emea.db --db apac.db --db us.db"},
                       {"Show all histories on a hub", "casweep fleet status --hub service=casweep"},
                       {"Fail also if a site has not reported", "casweep fleet status --fail-on not-enforced,unknown"}},
          .exit_codes = with_fail_on_codes(
              {{"65", "there is no history in the folder"},
               {"74", "a history could not be read; the others are shown, and the output names it"}})};
}

Command fleet_sites_command() {
  return {
      .line = {.command = "fleet sites",
               .options = {fleet_formats(), fleet_options()},
               .of_fleet = true,
               .prints_document = true},
      .run = run_fleet_sites,
      .summary = "show where the histories of the fleet are and when they were written",
      .usage = {"[OPTION]..."},
      .description =
          {"Shows for each site its forest, its last complete scan, its newest scan and how that ended, "
           "the identity of its history ('casweep db info' shows it as well) and the file or the hub that holds it."},
      .examples = {{"List the sites that do not report",
                    "casweep fleet sites --format json | \\\n"
                    "jq -r '.sites[] | select(.state != \"current\").name'"}},
      .exit_codes = fleet_exit_codes()};
}

Command fleet_trend_command() {
  return {.line = {.command = "fleet trend",
                   .options = {period_options(PeriodEnd::now, "the first scan"), fleet_formats(), fleet_options()},
                   .of_fleet = true,
                   .prints_document = true},
          .run = run_fleet_trend,
          .summary = "show several forests over time",
          .usage = {"[OPTION]..."},
          .description = {"Shows by UTC day the totals of all forests: the last complete scan of each by the end of "
                          "that day. Of a site whose last complete scan is older than --stale-after, CAs that were "
                          "compliant count as unknown. If several sites see one forest, the newest scan counts."},
          .examples = {{"Show the last three months", "casweep fleet trend --last 3m"}},
          .exit_codes = fleet_exit_codes()};
}

Command fleet_changes_command() {
  return {.line = {.command = "fleet changes",
                   .options = {period_options(PeriodEnd::now, first_events), fleet_formats(), fleet_options()},
                   .of_fleet = true,
                   .prints_document = true},
          .run = run_fleet_changes,
          .summary = "show what happened in several forests",
          .usage = {"[OPTION]..."},
          .description = {"Shows the events of all sites, oldest first: CAs that were added, removed, fixed or that "
                          "regressed, and decisions. CAs about which two sites disagree follow."},
          .examples = {{"Show the last week", "casweep fleet changes --last 1w"},
                       {"List the regressions since a date",
                        "casweep fleet changes --since 2026-01-01 --format json | \\\n"
                        "jq '.events[] | select(.kind == \"regressed\")'"}},
          .exit_codes = fleet_exit_codes()};
}

Command fleet_export_command() {
  return {
      .line =
          {.command = "fleet export",
           .operands = {{.name = "FORMAT", .text = "the format; see below", .words = {"csv", "json", "prometheus"}}},
           .options = {fleet_options()},
           .of_fleet = true,
           .prints_document = true},
      .run = run_fleet_export,
      .summary = "write all CAs of several forests for other programs",
      .usage = {"FORMAT [OPTION]..."},
      .description = {"Writes the fleet as it is now."},
      .sections = {{.heading = "Formats",
                    .definitions = {{"csv", "a line for each CA, with its site"},
                                    {"json", "the same document as 'fleet status --format json'"},
                                    {"prometheus", "metrics, with the labels forest and site"}}}},
      .examples = {{"Write metrics for node_exporter",
                    "casweep fleet export prometheus --force -o \\\n/var/lib/prometheus/node-exporter/casweep.prom"},
                   {"Write a table for a spreadsheet", "casweep fleet export csv -o fleet.csv"}},
      .exit_codes = fleet_exit_codes()};
}

}  // namespace casweep::cli
