// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/log/event_log.h"

#include <array>
#include <cstddef>

#include "base/words.h"

namespace casweep::cli {
namespace {

constexpr auto log_event_words = base::words<LogEvent>({{LogEvent::error, "error"},
                                                        {LogEvent::note, "note"},
                                                        {LogEvent::scan_started, "scan-started"},
                                                        {LogEvent::scan_finished, "scan-finished"},
                                                        {LogEvent::scan_failed, "scan-failed"},
                                                        {LogEvent::ca_regressed, "ca-regressed"},
                                                        {LogEvent::ca_changed, "ca-changed"},
                                                        {LogEvent::ca_not_enforced, "ca-not-enforced"},
                                                        {LogEvent::ca_unknown, "ca-unknown"},
                                                        {LogEvent::check_failed, "check-failed"}});

constexpr LogEventFacts facts_with(LogEvent event, std::string_view message_id, Priority priority,
                                   std::string_view meaning) {
  return {event, log_event_words.word_of(event), message_id, priority, meaning};
}

/// In the order of the enumeration. The numbers are random, and other programs may rely on them.
constexpr std::array events{
    facts_with(LogEvent::error, "ee95a0437aa1477b935af40fd3e7a131", Priority::error, "the command ended with an error"),
    facts_with(LogEvent::note, "3906f86419494012ab1a06585d2bfaef", Priority::warning,
               "something that a person should know"),
    facts_with(LogEvent::scan_started, "bbf400e9b6c5417794945112f14a7f05", Priority::info, "a scan began"),
    facts_with(LogEvent::scan_finished, "b8b6e135af7647dda5574546b889924a", Priority::notice,
               "a scan was recorded, completely or for some of the CAs"),
    facts_with(LogEvent::scan_failed, "efbc09e770aa4724b07f9553dfb7d00a", Priority::error,
               "a scan failed or was interrupted"),
    facts_with(
        LogEvent::ca_regressed, "428c64d5377549fb80e743336f9927ea", Priority::error,
        "a CA was compliant in the complete scan before or when last known, and does not enforce encryption now"),
    facts_with(LogEvent::ca_changed, "0c8ca83592694c02b14f7020ce7ce4aa", Priority::notice,
               "another change of a CA since the complete scan before: CASWEEP_CHANGE is its word"),
    facts_with(LogEvent::ca_not_enforced, "05d0b452bfd04a1fad89291d7a549b00", Priority::warning,
               "a CA does not enforce encryption; priority 6 if an exception covers it"),
    facts_with(LogEvent::ca_unknown, "8d20656c7b8742cbb8606e4c8ea5fc4b", Priority::warning,
               "the verdict on a CA is unknown; priority 6 if an exception covers it"),
    facts_with(LogEvent::check_failed, "dd3011c53c054bfeae9972ad25f09af0", Priority::warning,
               "a step of 'casweep doctor' has a warning or, with priority 3, failed"),
};

static_assert(events.size() == log_event_words.keys().size());

}  // namespace

std::span<const LogEventFacts> all_log_events() { return events; }

const LogEventFacts& facts_of(LogEvent event) { return events.at(static_cast<std::size_t>(event)); }

}  // namespace casweep::cli
