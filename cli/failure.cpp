// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/failure.h"

#include <algorithm>
#include <exception>
#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/exit_code.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "evidence/evidence_error.h"
#include "report/table/text_columns.h"
#include "scan/scan_error.h"
#include "store/store_error.h"

namespace casweep::cli {
namespace {

int end_with(const Environment& environment, ExitCode code, std::string_view message) {
  say(environment, message);
  return static_cast<int>(code);
}

}  // namespace

void say(const Environment& environment, std::string_view message) {
  const auto end = std::min(message.find('\n'), message.size());
  note(environment, base::terminal_safe(message.substr(0, end)));
  for (message.remove_prefix(end); !message.empty();) {
    message.remove_prefix(1);
    const auto line = message.substr(0, message.find('\n'));
    report::write_wrapped(environment.err, base::terminal_safe(line), 0, 2,
                          environment.err_is_terminal ? environment.columns : 0);
    message.remove_prefix(line.size());
  }
}

int exit_code_of_running(const Environment& environment, const std::function<int()>& run) {
  try {
    return run();
  } catch (const CommandError& error) {
    return end_with(environment, error.code(), error.what());
  } catch (const scan::ScanError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const store::StoreError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const evidence::EvidenceError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const Interrupted& interrupted) {
    say(environment, interrupted.message);
    return 128 + interrupted.signal;
  } catch (const std::exception& error) {
    return end_with(environment, ExitCode::internal,
                    std::string("Internal error of casweep, please report it: ") + error.what());
  }
}

}  // namespace casweep::cli
