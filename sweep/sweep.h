// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "assess/report_stage.h"
#include "discovery/enrollment_service.h"

namespace casweep::sweep {

struct SweepOptions {
  unsigned jobs = 32;                         ///< workers at a time, at least 1
  std::chrono::milliseconds deadline{15000};  ///< for each CA, from the start of its worker
};

/// Reads one CA inside a worker process; whatever it does, only its own CA is lost.
using ReadOne =
    std::function<assess::Reading(const discovery::EnrollmentService& ca,
                                  std::chrono::steady_clock::time_point deadline, const assess::ReportStage& stage)>;

/// What is known of a CA without asking its host: then it costs no process. nullopt: its host has to be asked.
using AnswerAtOnce = std::function<std::optional<assess::Reading>(const discovery::EnrollmentService& ca)>;

/// Told in the parent as each CA is done, in the order they finish; and now and then, four times a second or more
/// often, that the sweep still waits.
class SweepListener {
 public:
  virtual ~SweepListener() = default;
  virtual void started(std::size_t /*index*/) {}
  virtual void waiting() {}
  virtual void finished(std::size_t /*index*/, assess::Reading&& /*observation*/) {}
};

/// Thrown when the operator interrupts the sweep (the flag behind `interrupted` was raised); no worker survives it, and
/// what the listener was told until then is all there is.
struct SweepInterrupted {};

/// Reads every CA of `services`, each in a child process of its own, at most `jobs` at a time, and gives each
/// observation to `listener` as it comes. A worker that crashes, hangs or babbles yields `worker-crashed`, `timed-out`
/// or `protocol-error` for its own CA. Blocks until all are done. No child is left behind, however this ends.
/// `answer_at_once` is asked first about every CA, in the parent, and must not block.
void sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one, const SweepOptions& options,
           SweepListener& listener, const volatile std::sig_atomic_t* interrupted = nullptr,
           const AnswerAtOnce& answer_at_once = nullptr);

}  // namespace casweep::sweep
