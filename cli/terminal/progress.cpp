// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/progress.h"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "assess/judgement.h"
#include "base/terminal_text.h"
#include "cli/options/output_format.h"

namespace casweep::cli {

Progress::Progress(std::span<const discovery::EnrollmentService> services, const Environment& environment,
                   Verbosity verbosity)
    : services_(services), environment_(environment), verbosity_(verbosity), started_at_(environment.now()) {
  draw();
}

Progress::~Progress() { erase(); }

void Progress::started(std::size_t index) {
  asked_.insert(index);
  draw();
}

void Progress::waiting() {
  if (environment_.err_is_terminal && elapsed() != shown_) draw();
}

void Progress::finished(std::size_t index, assess::Reading&& reading) {
  asked_.erase(index);
  ++done_;
  if (verbosity_ == Verbosity::verbose) write_outcome(services_[index], reading);
  draw();
}

std::string Progress::name_of_host(const discovery::EnrollmentService& ca) const {
  return safe(ca.dns_host_name.empty() ? ca.common_name : ca.dns_host_name);
}

void Progress::write_outcome(const discovery::EnrollmentService& ca, const assess::Reading& reading) {
  erase();
  const assess::Judgement judgement = assess::judge(reading, ca.dns_host_name);
  const auto took = std::chrono::duration<double>(reading.finished_at - reading.started_at).count();
  environment_.err << fmt::format("casweep: {}/{} {}: {}{} ({:.1f} s)\n", done_, services_.size(), name_of_host(ca),
                                  assess::word_of(judgement.reason),
                                  judgement.interface_flags ? " " + judgement.interface_flags->to_string() : "", took)
                   << std::flush;
}

std::string Progress::safe(std::string_view foreign) const {
  return base::terminal_safe(foreign, charset_of(environment_));
}

std::chrono::seconds Progress::elapsed() const {
  return std::chrono::floor<std::chrono::seconds>(environment_.now() - started_at_);
}

void Progress::draw() {
  if (!environment_.err_is_terminal) return;
  shown_ = elapsed();
  std::string line =
      fmt::format("{}/{} CAs, {}:{:02}", done_, services_.size(), shown_.count() / 60, shown_.count() % 60);
  std::string_view separator = ", asking ";
  for (const std::size_t index : asked_) {
    const auto& ca = services_[index];
    line += fmt::format("{}{}", separator, name_of_host(ca));
    separator = ", ";
  }
  // In the last column some terminals wrap. CR and "erase to the end of the line" ([ECMA-48] 8.3.41).
  const std::size_t room = environment_.columns > 1 ? environment_.columns - 1 : 79;
  if (base::display_width(line) > room) line = base::shortened(line, room, environment_.utf8 ? "…" : "..");
  environment_.err << "\r\x1b[K" << line << std::flush;
  drawn_ = true;
}

void Progress::erase() {
  if (drawn_) environment_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace casweep::cli
