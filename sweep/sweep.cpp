// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/sweep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <optional>
#include <system_error>
#include <utility>

#include "base/child_process.h"
#include "base/instant.h"
#include "sweep/confinement.h"
#include "sweep/worker_frame_internal.h"

namespace casweep::sweep {
namespace {

using Clock = std::chrono::steady_clock;

/// In the worker: reads one CA and writes frames.
int work(int to_parent, const discovery::EnrollmentService& ca, const ReadOne& read_one, Clock::time_point deadline) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Samba's library writes its own messages.
  if (const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC); null >= 0) {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
  }
  static_cast<void>(confine_worker(to_parent));  // try_confinement() reports what this machine lacks
  const assess::ReportStage report_stage = [&](std::string_view stage, const assess::Reading& so_far) {
    base::write_all(to_parent, encode_frame({WorkerMessage::Kind::stage, std::string(stage), so_far}));
  };
  const assess::Reading reading = read_one(ca, deadline, report_stage);
  const bool sent = base::write_all(to_parent, encode_frame({WorkerMessage::Kind::result, {}, reading}));
  return sent ? 0 : 1;
}

/// A child process that reads one CA. The destructor kills and reaps it.
class Worker {
 public:
  Worker(std::size_t index, const discovery::EnrollmentService& ca, const ReadOne& read_one,
         std::chrono::milliseconds time)
      : index_(index),
        deadline_(Clock::now() + time),
        time_(time),
        process_([&](int to_parent) { return work(to_parent, ca, read_one, deadline_); }) {
    so_far_.started_at = base::now();
  }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] int fd() const { return process_.from_child(); }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  /// Receives what the worker has written. Returns its reading once there is one.
  [[nodiscard]] std::optional<assess::Reading> take() {
    std::array<char, std::size_t{16} * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t got = ::read(process_.from_child(), bytes.data(), bytes.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR ? std::nullopt : std::optional(crashed());
    if (got == 0) return crashed();
    frames_.feed(std::span(bytes).first(static_cast<std::size_t>(got)));
    while (auto message = frames_.next()) {
      so_far_ = std::move(message->reading);
      if (message->kind == WorkerMessage::Kind::result) return std::move(so_far_);
      stage_ = std::move(message->stage);
    }
    if (!frames_.broken()) return std::nullopt;
    return failed({assess::Reason::protocol_error,
                   "The worker for this CA answered nonsense; its host may have attacked it.",
                   {}});
  }

  /// At the deadline: the facts or the failure that the worker had already sent, otherwise that time ran out.
  [[nodiscard]] assess::Reading timed_out() {
    if (so_far_.result || so_far_.result.error().reason != assess::Reason::unclassified) {
      so_far_.finished_at = base::now();
      return std::move(so_far_);
    }
    return failed({assess::Reason::timed_out,
                   fmt::format("No answer within the deadline of {} s, while {}.",
                               std::chrono::duration<double>(time_).count(), stage_.empty() ? "starting" : stage_),
                   {}});
  }

 private:
  /// What is known so far, ending in `failure`.
  assess::Reading failed(assess::ReadFailure failure) {
    so_far_.result = tl::unexpected(std::move(failure));
    so_far_.finished_at = base::now();
    return std::move(so_far_);
  }

  assess::Reading crashed() {
    const int status = process_.end();
    const std::string where = stage_.empty() ? "starting" : stage_;
    if (WIFSIGNALED(status)) {
      const char* name = ::sigabbrev_np(WTERMSIG(status));
      const std::string signal = name != nullptr ? fmt::format("SIG{}", name) : std::string{};
      return failed({assess::Reason::worker_crashed,
                     fmt::format("The worker for this CA was ended by {} while {}.", signal, where),
                     {"signal", WTERMSIG(status), signal}});
    }
    return failed({assess::Reason::worker_crashed,
                   fmt::format("The worker for this CA stopped without an answer while {}.", where),
                   {"exit", WEXITSTATUS(status), {}}});
  }

  std::size_t index_;
  Clock::time_point deadline_;
  std::chrono::milliseconds time_;
  base::ChildProcess process_;
  FrameReader frames_;
  std::string stage_;
  assess::Reading so_far_;
};

/// Waits until a worker has written or its deadline has come, but only for a moment: a signal that arrives just before
/// the wait does not end it.
void wait_for_any(const std::list<Worker>& workers) {
  constexpr std::int64_t moment = 250;
  std::vector<pollfd> waiting;
  auto wake = Clock::time_point::max();
  for (const Worker& worker : workers) {
    waiting.push_back({worker.fd(), POLLIN, 0});
    wake = std::min(wake, worker.deadline());
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(wake - Clock::now()).count();
  ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, moment)));
}

}  // namespace

void sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one, const SweepOptions& options,
           SweepListener& listener, base::StopSignal stop, const AnswerAtOnce& answer_at_once) {
  prepare_confinement();
  std::list<Worker> workers;
  std::size_t next = 0;
  const auto finish = [&](std::list<Worker>::iterator worker, assess::Reading reading) {
    listener.finished(worker->index(), std::move(reading));
    return workers.erase(worker);
  };
  const auto throw_if_interrupted = [&] {
    if (stop.is_raised()) throw SweepInterrupted{};
  };
  while (next < services.size() || !workers.empty()) {
    throw_if_interrupted();
    while (next < services.size() && workers.size() < std::max(options.jobs, 1U)) {
      if (auto answer = answer_at_once ? answer_at_once(services[next]) : std::nullopt) {
        listener.started(next);
        listener.finished(next, *std::move(answer));
        ++next;
        throw_if_interrupted();
        continue;
      }
      try {
        workers.emplace_back(next, services[next], read_one, options.deadline);
      } catch (const std::system_error&) {
        if (workers.empty()) throw;
        break;  // the system has no resources for another yet
      }
      listener.started(next);
      ++next;
    }
    if (!workers.empty()) wait_for_any(workers);
    listener.waiting();
    throw_if_interrupted();
    for (auto worker = workers.begin(); worker != workers.end();) {
      if (auto reading = worker->take()) {
        worker = finish(worker, *std::move(reading));
      } else if (Clock::now() >= worker->deadline()) {
        worker = finish(worker, worker->timed_out());
      } else {
        ++worker;
      }
    }
  }
}

}  // namespace casweep::sweep
