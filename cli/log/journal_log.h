// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/file_descriptor.h"
#include "cli/log/event_log.h"
#include "cli/log/stderr_log.h"

namespace casweep::cli {

/// Sends each entry to systemd's journal in its native protocol, with its fields
/// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). Not with libsystemd: that brings four libraries for compression and
/// cryptography into the processes that talk to hosts, does not say that there is no journal, and knows one socket
/// only. Every field has its length before it, so no text can add a field or an entry.
class JournalLog : public EventLog {
 public:
  /// The journal that listens on `socket`; `common` fields are in every entry. Without a journal: the errno. `err`,
  /// which must outlive it, gets what the journal does not take.
  [[nodiscard]] static tl::expected<std::unique_ptr<EventLog>, int> connect(const std::filesystem::path& socket,
                                                                            std::vector<LogField> common,
                                                                            std::ostream& err);

  void write(const LogEntry& entry) override;

 private:
  JournalLog(base::FileDescriptor socket, std::vector<LogField> common, std::ostream& err)
      : socket_(std::move(socket)), common_(std::move(common)), otherwise_(err) {}

  base::FileDescriptor socket_;
  std::vector<LogField> common_;
  StderrLog otherwise_;
  bool hangs_ = false;  ///< it did not take an entry in time
};

}  // namespace casweep::cli
