// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/sweep.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
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

#include "assess/confinement.h"
#include "assess/foreign_symbol.h"
#include "assess/worker_frame_internal.h"

namespace casweep::assess {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::sys_time<std::chrono::milliseconds> now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The worker's side of the fork: reads one CA, writes frames, and ends without running anybody's destructors.
[[noreturn]] void work(int to_parent, pid_t parent, const discovery::EnrollmentService& ca, const ReadOne& read_one,
                       Clock::time_point deadline) noexcept {
  // The parent alone decides when a worker ends. What a terminal, a service manager or timeout(1) sends to the whole
  // process group must not look like a crash of each worker: the parent ends them with SIGKILL.
  for (const int to_the_group : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(to_the_group, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Samba's library has its own ideas about telling people things.
  if (const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC); null >= 0) {
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
  }
  static_cast<void>(confine_worker(to_parent));  // try_confinement() tells what this machine lacks of it
  try {
    const ReportStage report_stage = [&](std::string_view stage, const Observation& so_far) {
      write_all(to_parent, encode_frame({WorkerMessage::Kind::stage, std::string(stage), so_far}));
    };
    const Observation observation = read_one(ca, deadline, report_stage);
    const bool told = write_all(to_parent, encode_frame({WorkerMessage::Kind::result, {}, observation}));
    ::_exit(told ? 0 : 1);
  } catch (...) {
    ::_exit(2);
  }
}

/// A child process that reads one CA. Killed and reaped, at the latest, when this goes.
class Worker {
 public:
  Worker(std::size_t index, const discovery::EnrollmentService& ca, const ReadOne& read_one,
         std::chrono::milliseconds time)
      : index_(index), deadline_(Clock::now() + time), time_(time) {
    so_far_.started_at = now();
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    from_worker_ = Descriptor(ends[0]);
    const Descriptor to_parent(ends[1]);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) work(to_parent.get(), parent, ca, read_one, deadline_);
    ::fcntl(from_worker_.get(), F_SETFL, O_NONBLOCK);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { end(); }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] int fd() const { return from_worker_.get(); }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  /// Takes what the worker has written; its observation once there is one.
  [[nodiscard]] std::optional<Observation> take() {
    std::array<char, 16 * 1024> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const ssize_t got = ::read(from_worker_.get(), bytes.data(), bytes.size());
    if (got < 0) return errno == EAGAIN || errno == EINTR ? std::nullopt : std::optional(crashed());
    if (got == 0) return crashed();
    frames_.feed(std::span(bytes).first(static_cast<std::size_t>(got)));
    while (auto message = frames_.next()) {
      so_far_ = std::move(message->observation);
      if (message->kind == WorkerMessage::Kind::result) return std::move(so_far_);
      stage_ = std::move(message->stage);
    }
    if (!frames_.broken()) return std::nullopt;
    return failed({Reason::protocol_error, "The worker for this CA answered nonsense; its host may have attacked it.", {}});
  }

  /// What a worker that had its facts when the time was over had, or that it had none.
  [[nodiscard]] Observation timed_out() {
    if (so_far_.result) {
      so_far_.finished_at = now();
      return std::move(so_far_);
    }
    return failed({Reason::timed_out,
                   fmt::format("No answer within the deadline of {} s, while {}.",
                               std::chrono::duration<double>(time_).count(), stage_.empty() ? "starting" : stage_),
                   {}});
  }

 private:
  /// What is known so far, ending in `failure`.
  Observation failed(ReadFailure failure) {
    so_far_.result = tl::unexpected(std::move(failure));
    so_far_.finished_at = now();
    return std::move(so_far_);
  }

  Observation crashed() {
    const int status = end();
    const std::string where = stage_.empty() ? "starting" : stage_;
    if (WIFSIGNALED(status)) {
      const char* name = ::sigabbrev_np(WTERMSIG(status));
      const std::string signal = name != nullptr ? fmt::format("SIG{}", name) : std::string{};
      return failed({Reason::worker_crashed, fmt::format("The worker for this CA was ended by {} while {}.", signal, where),
                     {"signal", WTERMSIG(status), signal}});
    }
    return failed({Reason::worker_crashed, fmt::format("The worker for this CA stopped without an answer while {}.", where),
                   {"exit", WEXITSTATUS(status), {}}});
  }

  /// Kills what is left of the process and gives its status; a second call does nothing.
  int end() noexcept {
    int status = 0;
    if (pid_ <= 0) return status;
    // One that has closed its pipe is ending by itself, and how it ends is worth knowing; SIGKILL would not change a
    // status that is already there, but could come before the worker's own.
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

  std::size_t index_;
  Clock::time_point deadline_;
  std::chrono::milliseconds time_;
  pid_t pid_ = -1;
  Descriptor from_worker_;
  FrameReader frames_;
  std::string stage_;
  Observation so_far_;
};

/// Waits until a worker has written or its deadline has come, or for a moment: a signal that arrives just before the
/// wait must not have to wait for a worker.
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

std::vector<Observation> sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one,
                               const SweepOptions& options, SweepListener& listener,
                               const volatile std::sig_atomic_t* interrupted) {
  prepare_confinement();
  std::vector<Observation> observations(services.size());
  std::list<Worker> workers;
  std::size_t next = 0;
  const auto finish = [&](std::list<Worker>::iterator worker, Observation observation) {
    const std::size_t index = worker->index();
    observations[index] = std::move(observation);
    listener.finished(index, observations[index]);
    return workers.erase(worker);
  };
  const auto throw_if_interrupted = [&] {
    if (interrupted != nullptr && *interrupted != 0) throw SweepInterrupted{};
  };
  while (next < services.size() || !workers.empty()) {
    throw_if_interrupted();
    while (next < services.size() && workers.size() < std::max(options.jobs, 1U)) {
      try {
        workers.emplace_back(next, services[next], read_one, options.deadline);
      } catch (const std::system_error&) {
        if (workers.empty()) throw;
        break;  // the system has no room for another yet
      }
      listener.started(next);
      ++next;
    }
    wait_for_any(workers);
    throw_if_interrupted();
    for (auto worker = workers.begin(); worker != workers.end();) {
      if (auto observation = worker->take()) {
        worker = finish(worker, *std::move(observation));
      } else if (Clock::now() >= worker->deadline()) {
        worker = finish(worker, worker->timed_out());
      } else {
        ++worker;
      }
    }
  }
  return observations;
}

}  // namespace casweep::assess
