// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/fleet_histories.h"
#include "cli/options/document_file.h"
#include "cli/options/history_file.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/output_file.h"
#include "cli/version.h"
#include "report/page/fleet_page.h"
#include "report/page/page.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

OptionGroup fleet_page_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("output,o", po::value<std::string>()->value_name("FILE"),
      "write to FILE, and a page for each site beside it, NAME.html");
  add("force", po::bool_switch(), "replace existing files; their mode and group stay");
  add("index-only", po::bool_switch(), "write no pages of sites");
  return group;
}

/// The page of the last complete scan of each site that has one, in `folder`; all get their names at the end.
std::vector<OutputFile> site_pages(const std::vector<history::SiteRecord>& sites,
                                   const std::map<std::string, std::string>& names, const fs::path& folder,
                                   Force force) {
  std::vector<OutputFile> pages;
  for (const history::SiteRecord& site : sites) {
    Interruption::throw_if_signalled();
    const auto name = names.find(site.site.name);
    if (name == names.end()) continue;
    const auto history = store::History::open_existing(site.site.source, Interruption::flag());
    OutputFile page(folder / name->second, force);
    report::write_page(page.stream(), report::page_subject(history, site.forest.scan->scan, version()));
    pages.push_back(std::move(page));
  }
  return pages;
}

int run_fleet_report(const po::variables_map& values, const Environment& environment) {
  if (values.count("output") == 0) {
    throw CommandError(ExitCode::usage, "'fleet report' needs the file to write: -o FILE.html.");
  }
  const base::Instant now = environment.now();
  const auto stale = stale_after(values, now);
  const fs::path index = output_file_name(values);
  const Force force = values["force"].as<bool>() ? Force::given : Force::not_given;
  const bool of_hub = fleet_hub(values).has_value();
  const auto files = of_hub ? std::vector<store::FleetFile>{} : fleet_files(values, environment);
  report::FleetPageSubject subject{.tool_version = std::string(version())};
  std::vector<OutputFile> pages;
  read_fleet(values, environment, [&](history::FleetSource& source) {
    subject.fleet = history::fleet_status(source.sites(now), now, stale);
    subject.sites = source.trends({}, now);
    subject.days = history::fleet_days(subject.sites, {}, now, stale);
    if (of_hub || values["index-only"].as<bool>()) return;
    std::vector<std::string> with_page;
    for (const history::SiteRecord& site : subject.fleet.sites) {
      if (site.problem.empty() && site.forest.scan) with_page.push_back(site.site.name);
    }
    subject.pages = report::page_names(with_page, index.filename().string());
    for (const auto& [site, name] : subject.pages) {
      for (const store::FleetFile& file : files) require_not_of_history(index.parent_path() / name, file.file);
    }
    pages = site_pages(subject.fleet.sites, subject.pages, index.parent_path(), force);
  });
  OutputFile page(index, force);
  report::write_fleet_page(page.stream(), subject);
  for (OutputFile& of_site : pages) of_site.publish();
  page.publish();
  return fleet_exit_code(subject.fleet.count(history::SiteState::unreadable) > 0, static_cast<int>(ExitCode::ok));
}

}  // namespace

Command fleet_report_command() {
  return {
      .line = {.command = "fleet report", .options = {fleet_page_options(), fleet_options()}, .of_fleet = true},
      .run = run_fleet_report,
      .summary = "write several forests as HTML pages, with an overview that links them",
      .usage = {"-o FILE [OPTION]..."},
      .description = {"Writes an overview of all sites as an HTML page: which sites do not report, how many CAs "
                      "need action, the CAs that need a person, changes and the trend. Beside it, each site gets "
                      "the page of its last complete scan, as 'casweep report' writes it, and the overview links "
                      "them. The pages load nothing else, can be printed, and can be moved together. With --hub there "
                      "is the overview only."},
      .examples = {{"Write the overview of all forests of the config file",
                    "casweep fleet report -o /srv/www/esc11/index.html --force"}},
      .exit_codes = fleet_exit_codes()};
}

}  // namespace casweep::cli
