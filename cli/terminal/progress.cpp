// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/progress.h"

#include <fmt/format.h>

#include <ostream>
#include <string_view>

#include "assess/judgement.h"
#include "base/terminal_text.h"
#include "cli/options/output_format.h"

namespace casweep::cli {

Progress::Progress(std::span<const discovery::EnrollmentService> services, const Environment& environment)
    : services_(services), environment_(environment), started_at_(environment.now()) {
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

void Progress::finished(std::size_t index, assess::Reading&& /*reading*/) {
  asked_.erase(index);
  ++done_;
  draw();
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
    line += fmt::format("{}{}", separator, safe(ca.dns_host_name.empty() ? ca.common_name : ca.dns_host_name));
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
