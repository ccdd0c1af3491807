// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assess/reading.h"
#include "assess/report_stage.h"
#include "base/stop_signal.h"
#include "discovery/enrollment_service.h"
#include "winreg/smb_port.h"

namespace casweep::sweep {

struct SweepOptions {
  /// Workers at a time, besides those that wait for a silent host; 0: it finds its level (Concurrency).
  unsigned jobs = 0;
  std::chrono::milliseconds deadline{15000};  ///< for each CA: see sweep()
  std::string account{};                      ///< user@REALM, for the reading of a CA that needs no worker
  /// Whether a logon that got no answer in time may be repeated: Kerberos logons are not counted, but those with a
  /// password (NTLM) are, and a refusal may be on its way.
  bool logon_may_be_repeated = false;
  std::uint16_t port = winreg::smb_port;
};

/// Reads one CA in a worker process. If it fails in any way, only its own CA is lost.
using ReadOne =
    std::function<assess::Reading(const discovery::EnrollmentService& ca,
                                  std::chrono::steady_clock::time_point deadline, const assess::ReportStage& stage)>;

/// The reading of a CA that is known without asking its host, so that it needs no process. nullopt: ask the host.
using AnswerAtOnce = std::function<std::optional<assess::Reading>(const discovery::EnrollmentService& ca)>;

/// Called in the parent when a CA is done, in the order in which CAs finish, and at least four times a second while the
/// sweep waits.
class SweepListener {
 public:
  virtual ~SweepListener() = default;
  virtual void started(std::size_t /*index*/) {}
  virtual void waiting() {}
  virtual void finished(std::size_t /*index*/, assess::Reading&& /*reading*/) {}
};

/// Thrown when the operator interrupts the sweep (`stop` was raised). No worker survives it; the listener has received
/// all readings there are.
struct SweepInterrupted {};

/// Reads every CA of `services`, each in its own child process, and gives each reading to `listener` as it arrives. A
/// worker that crashes, hangs or sends nonsense yields `worker-crashed`, `timed-out` or `protocol-error` for its own
/// CA. Blocks until all are done. No child is left, however this ends. `answer_at_once` is called first for every CA,
/// in the parent, and must not block.
///
/// Once DNS or a host has not answered a worker for a while, and CAs wait for workers, a Scout tries all hosts of these
/// at the same time. Those that answer are read first. A host that has not answered gets a worker only if one is idle.
/// Otherwise, if it stays silent, its deadline runs from the moment that the scout begins with it, while others are
/// read. The deadline of any other CA runs from the start of its worker.
///
/// A CA that ran out of time after there was a session with its host or, if `logon_may_be_repeated` and there were more
/// CAs than workers, after its host had accepted a connection, is read once more at the end, when the others are done.
/// This ends when no such CA was read for the time of a deadline. If time runs out again, the first reading counts.
void sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one, const SweepOptions& options,
           SweepListener& listener, base::StopSignal stop = {}, const AnswerAtOnce& answer_at_once = nullptr);

}  // namespace casweep::sweep
