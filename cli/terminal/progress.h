// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <set>
#include <span>
#include <string>

#include "cli/options/verbosity.h"
#include "cli/terminal/environment.h"
#include "discovery/enrollment_service.h"
#include "sweep/sweep.h"

namespace casweep::cli {

/// Shows the progress of a sweep on a terminal: one line with a clock, which is redrawn and erased at the end. On
/// stderr, so that it never mixes with the data; nothing if stderr is not a terminal. With `Verbosity::verbose` also a
/// line for each CA as soon as it was asked, on any stderr. `services` and `environment` must outlive it.
class Progress : public sweep::SweepListener {
 public:
  Progress(std::span<const discovery::EnrollmentService> services, const Environment& environment,
           Verbosity verbosity = Verbosity::usual);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void started(std::size_t index) override;
  void waiting() override;
  void finished(std::size_t index, assess::Reading&& reading) override;

 private:
  [[nodiscard]] std::string safe(std::string_view foreign) const;
  [[nodiscard]] std::string name_of_host(const discovery::EnrollmentService& ca) const;
  void write_outcome(const discovery::EnrollmentService& ca, const assess::Reading& reading);
  [[nodiscard]] std::chrono::seconds elapsed() const;
  void draw();
  void erase();

  std::span<const discovery::EnrollmentService> services_;
  const Environment& environment_;
  Verbosity verbosity_;
  base::Instant started_at_;
  std::chrono::seconds shown_{-1};  ///< elapsed, as last drawn
  std::set<std::size_t> asked_;     ///< started and not finished
  std::size_t done_ = 0;
  bool drawn_ = false;
};

}  // namespace casweep::cli
