// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casweep::cli {

/// What a log tells, for programs that watch it.
enum class LogEvent {
  error,
  note,
  scan_started,
  scan_finished,
  scan_failed,
  ca_regressed,
  ca_changed,
  ca_not_enforced,
  ca_unknown,
  check_failed,
};

/// Of syslog(3).
enum class Priority { error = 3, warning = 4, notice = 5, info = 6 };

/// The stable facts of an event.
struct LogEventFacts {
  LogEvent event = LogEvent::error;
  std::string_view word{};        ///< stable: "scan-started"
  std::string_view message_id{};  ///< MESSAGE_ID of sd-journal(3): 32 hexadecimal digits, which never change
  Priority priority = Priority::error;
  std::string_view meaning{};  ///< for the help
};

[[nodiscard]] std::span<const LogEventFacts> all_log_events();
[[nodiscard]] const LogEventFacts& facts_of(LogEvent event);

/// A field of an entry beside its message: "CASWEEP_CA" and its value, which may be foreign text.
struct LogField {
  std::string name;
  std::string value;
};

/// Its texts may be foreign; each is shown as one line.
struct LogEntry {
  LogEvent event = LogEvent::note;
  std::string message{};
  std::vector<std::string> lines{};  ///< below the message
  std::vector<LogField> fields{};
  std::optional<Priority> priority{};  ///< nullopt: that of the event
};

/// Takes the notes and errors of a run instead of plain lines on standard error, and its events.
class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Never fails: a log that cannot take the entry writes it to standard error.
  virtual void write(const LogEntry& entry) = 0;
};

}  // namespace casweep::cli
