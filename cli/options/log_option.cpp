// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/log_option.h"

#include <fmt/format.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "cli/log/journal_log.h"
#include "cli/log/stderr_log.h"
#include "cli/options/command_line.h"
#include "cli/options/word_value.h"
#include "cli/terminal/note.h"

namespace casweep::cli {
namespace {

constexpr auto journal = "journald";
constexpr auto standard_error = "stderr";

}  // namespace

OptionGroup log_options() {
  OptionGroup group{.heading = "Notification"};
  group.options.add_options()("log", one_of("WHERE", {journal, standard_error}),
                              "write notes, errors and events to systemd's journal with fields (journald), or to "
                              "standard error with a priority before each line (stderr)");
  return group;
}

HelpSection log_help(std::span<const LogEvent> events) {
  HelpSection section{
      .heading = "Entries of --log",
      .paragraphs = {"Each entry in the journal has MESSAGE, PRIORITY, SYSLOG_IDENTIFIER=casweep, CASWEEP_EVENT with a "
                     "word below and a MESSAGE_ID that never changes. Those that apply are there too: CASWEEP_FOREST, "
                     "the DNS name of the forest; CASWEEP_SECTION, the NAME of --forest; CASWEEP_SCAN, its number; "
                     "CASWEEP_CA, CASWEEP_CA_GUID, CASWEEP_HOST, CASWEEP_VERDICT, CASWEEP_REASON and CASWEEP_CHANGE.",
                     "'journalctl CASWEEP_EVENT=ca-regressed' shows the entries of one kind. If there is no journal, "
                     "casweep says so and goes on as with --log stderr. Errors in the command line or the config file "
                     "are written to standard error as without --log."}};
  const auto add = [&](LogEvent event) {
    const LogEventFacts& facts = facts_of(event);
    section.definitions.push_back(
        {std::string(facts.word), fmt::format("{} (MESSAGE_ID {}, priority {})", facts.meaning, facts.message_id,
                                              static_cast<int>(facts.priority))});
  };
  for (const LogEvent event : events) add(event);
  add(LogEvent::note);
  add(LogEvent::error);
  return section;
}

std::shared_ptr<EventLog> log_of(const po::variables_map& values, const Environment& environment) {
  const std::string where = text_of(values, "log");
  if (where.empty()) return nullptr;
  if (where == journal) {
    std::vector<LogField> common;
    if (values.count("forest") > 0) common.push_back({"CASWEEP_SECTION", text_of(values, "forest")});
    auto connected = JournalLog::connect(environment.journal_socket, std::move(common), environment.err);
    if (connected) return *std::move(connected);
    note(environment, fmt::format("there is no journal on this machine ({}), so --log journald writes to standard "
                                  "error.",
                                  std::strerror(connected.error())));
  }
  return std::make_shared<StderrLog>(environment.err);
}

}  // namespace casweep::cli
