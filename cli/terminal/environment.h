// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/log/event_log.h"
#include "history/scan_record.h"

namespace casweep::cli {

/// The process around a command. Data goes to `out`, messages to `err`.
struct Environment {
  std::map<std::string, std::string, std::less<>> variables{};
  std::ostream& out;
  std::ostream& err;
  std::istream* in = nullptr;  ///< standard input; null: nothing is to be read
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool out_is_file = false;                ///< the file of -o
  std::optional<bool> colour{};            ///< of tables, as --color says; nullopt: if a terminal shows them
  bool utf8 = true;                        ///< the locale's character set
  std::size_t columns = 0;                 ///< of the terminal; 0 if there is none
  std::filesystem::path system_config{};   ///< the folder of the config file for all users; empty: none
  std::filesystem::path system_data{};     ///< the folder of the histories of the forests that it configures
  std::filesystem::path journal_socket{};  ///< where systemd's journal listens; empty: there is none
  std::shared_ptr<EventLog> log{};         ///< takes messages instead of `err`; null: there is none
  LogEvent failure = LogEvent::error;      ///< the event of an error that ends the command, in `log`
  std::function<base::Instant()> now = base::now;

  /// The variable's value; empty if it is not set.
  [[nodiscard]] std::string_view variable(std::string_view name) const {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view{} : std::string_view{found->second};
  }
};

}  // namespace casweep::cli
