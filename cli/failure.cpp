// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/failure.h"

#include <exception>
#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/exit_code.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "discovery/directory_error.h"
#include "evidence/evidence_error.h"
#include "hub/hub_error.h"
#include "report/table/text_columns.h"
#include "scan/scan_error.h"
#include "store/store_error.h"

namespace casweep::cli {
namespace {

int end_with(const Environment& environment, ExitCode code, const base::ErrorText& text) {
  say(environment, text, environment.failure);
  return static_cast<int>(code);
}

}  // namespace

void say(const Environment& environment, const base::ErrorText& text, LogEvent event) {
  if (environment.log) {
    environment.out << std::flush;
    return environment.log->write({.event = event, .message = text.sentence, .lines = text.lines});
  }
  note(environment, text.sentence);
  for (const std::string& line : text.lines) {
    report::write_wrapped(environment.err, base::terminal_safe(line), 0, 2,
                          environment.err_is_terminal ? environment.columns : 0);
  }
}

int exit_code_of_running(const Environment& environment, const std::function<int()>& run) {
  try {
    return run();
  } catch (const ErrorAfterDocument& error) {
    say(environment, error.text());
    return static_cast<int>(error.code());
  } catch (const CommandError& error) {
    return end_with(environment, error.code(), error.text());
  } catch (const scan::ScanError& error) {
    return end_with(environment, exit_code_of(error), error.text());
  } catch (const store::StoreError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const hub::HubError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const discovery::LdapLibraryMissing& error) {
    return end_with(environment, ExitCode::unavailable, error.what());
  } catch (const evidence::EvidenceError& error) {
    return end_with(environment, exit_code_of(error), error.what());
  } catch (const Interrupted& interrupted) {
    say(environment, interrupted.message, environment.failure);
    return 128 + interrupted.signal;
  } catch (const std::exception& error) {
    return end_with(environment, ExitCode::internal,
                    std::string("Internal error of casweep, please report it: ") + error.what());
  }
}

}  // namespace casweep::cli
