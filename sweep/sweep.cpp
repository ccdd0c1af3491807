// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/sweep.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "base/child_process.h"
#include "base/host_name.h"
#include "base/instant.h"
#include "sweep/concurrency.h"
#include "sweep/confinement.h"
#include "sweep/scout.h"
#include "sweep/unanswered_addresses.h"
#include "sweep/worker_frame_internal.h"

namespace casweep::sweep {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// In the worker: reads one CA and writes frames.
int work(int to_parent, const discovery::EnrollmentService& ca, const ReadOne& read_one, Clock::time_point deadline) {
  silence();
  static_cast<void>(confine_worker(to_parent));  // try_confinement() reports what this machine lacks
  const assess::ReportStage report_stage = [&](std::string_view stage, const assess::Reading& so_far) {
    base::write_all(to_parent, encode_frame({WorkerMessage::Kind::stage, std::string(stage), so_far}));
  };
  const assess::Reading reading = read_one(ca, deadline, report_stage);
  const bool sent = base::write_all(to_parent, encode_frame({WorkerMessage::Kind::result, {}, reading}));
  return sent ? 0 : 1;
}

/// The failure of a CA that did not answer within `time`.
assess::ReadFailure out_of_time(std::chrono::milliseconds time, std::string_view stage) {
  return {assess::Reason::timed_out,
          fmt::format("No answer within the deadline of {} s, while {}.", std::chrono::duration<double>(time).count(),
                      stage),
          {}};
}

/// A child process that reads one CA. The destructor kills and reaps it.
class Worker {
 public:
  Worker(std::size_t index, const discovery::EnrollmentService& ca, const ReadOne& read_one,
         std::chrono::milliseconds time)
      : index_(index), began_(Clock::now()), deadline_(began_ + time), time_(time), process_([&](int to_parent) {
          return work(to_parent, ca, read_one, deadline_);
        }) {
    so_far_.started_at = base::now();
  }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] int fd() const { return process_.from_child(); }
  [[nodiscard]] Clock::time_point began() const { return began_; }
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  /// Whether it waits for DNS, or for a host at one of `unanswered`.
  [[nodiscard]] bool waits_for_an_answer(const std::set<std::string>& unanswered) const {
    return is_before_session() && (so_far_.address.empty() || unanswered.contains(so_far_.address));
  }

  /// Whether it has begun, and has no session with its host yet.
  [[nodiscard]] bool is_before_session() const { return !stage_.empty() && so_far_.protocol.empty(); }

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
    return failed(out_of_time(time_, stage_.empty() ? "starting" : stage_));
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
  Clock::time_point began_;
  Clock::time_point deadline_;
  std::chrono::milliseconds time_;
  base::ChildProcess process_;
  FrameReader frames_;
  std::string stage_;
  assess::Reading so_far_;
};

constexpr std::int64_t longest_wait = 250;  // in milliseconds; a signal that arrives just before it does not end it

/// How many CAs are read again at the same time: few, because their hosts, or this machine, were too slow.
constexpr std::size_t retries_at_a_time = 4;

std::string lookup_stage(const discovery::EnrollmentService& ca) {
  return assess::lookup_stage(base::without_root_dot(ca.dns_host_name));
}

/// One sweep: which CAs are still to be read, by which workers.
class Sweep {
 public:
  Sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one, const SweepOptions& options,
        SweepListener& listener, base::StopSignal stop)
      : services_(services),
        read_one_(read_one),
        options_(options),
        listener_(listener),
        stop_(stop),
        concurrency_(options.jobs) {}

  void run(const AnswerAtOnce& answer_at_once) {
    try {
      answer_what_is_known(answer_at_once);
      outnumbered_ = ready_.size() > concurrency_.limit();
      static_cast<void>(observer_.observe());
      while (!ready_.empty() || scout_ || !workers_.empty()) {
        use_idle_workers();
        start_workers(most_workers());
        wait_and_receive();
        look_for_silent_hosts();
      }
      read_late_ones_again();
    } catch (...) {
      give_first_readings_of_late_ones();
      throw;
    }
  }

 private:
  struct LateReading {
    std::size_t index = 0;
    assess::Reading first;
  };

  void throw_if_interrupted() const {
    if (stop_.is_raised()) throw SweepInterrupted{};
  }

  void answer_what_is_known(const AnswerAtOnce& answer_at_once) {
    for (std::size_t index = 0; index < services_.size(); ++index) {
      throw_if_interrupted();
      auto answer = answer_at_once ? answer_at_once(services_[index]) : std::nullopt;
      if (!answer) {
        ready_.push_back(index);
        continue;
      }
      listener_.started(index);
      listener_.finished(index, *std::move(answer));
    }
  }

  /// Sends the scout when DNS or a host has been silent for a while. Not earlier: it costs each host a connection and
  /// DNS a look-up, and if all answer it is of no use.
  void look_for_silent_hosts() {
    const std::chrono::milliseconds a_while = std::min<std::chrono::milliseconds>(1s, options_.deadline / 4);
    const auto now = Clock::now();
    if (!outnumbered_ || now < looked_ + std::chrono::milliseconds{longest_wait}) return;
    const auto has_waited = [&](const Worker& worker) {
      return worker.is_before_session() && now - worker.began() >= a_while;
    };
    waiting_in_vain_ = 0;
    if (std::ranges::none_of(workers_, has_waited)) return;
    looked_ = now;
    unanswered_ = unanswered_addresses(options_.port);
    waiting_in_vain_ = static_cast<std::size_t>(std::ranges::count_if(workers_, [&](const Worker& worker) {
      return has_waited(worker) && (!unanswered_ || worker.waits_for_an_answer(*unanswered_));
    }));
    if (waiting_in_vain_ > 0 && !scouted_ && !ready_.empty()) send_scout();
  }

  /// How many workers there may be. Once the scout has gone, one that waits for a silent host takes no other CA's
  /// place, up to as many again.
  [[nodiscard]] std::size_t most_workers() const {
    const std::size_t limit = concurrency_.limit();
    return scouted_ ? limit + std::min(limit, waiting_in_vain_) : limit;
  }

  /// To the hosts of all CAs that wait for a worker.
  void send_scout() {
    std::vector<ScoutTarget> targets;
    for (const std::size_t index : ready_) {
      targets.push_back({index, std::string(base::without_root_dot(services_[index].dns_host_name))});
    }
    try {
      scout_began_ = Clock::now();
      scout_.emplace(std::move(targets), options_.port, options_.deadline);
      scouted_ = true;
      ready_.clear();
    } catch (const std::system_error&) {
      // Without a scout they are read in their order. The next look tries again.
    }
  }

  /// Hosts that the scout has not reported get workers that would have nothing to do: names that DNS is slow to look
  /// up, and silent hosts, as long as these end with the scout.
  void use_idle_workers() {
    constexpr std::chrono::milliseconds time_for_scout{500};
    if (!scout_) return;
    const auto now = Clock::now();
    if (now < scout_began_ + time_for_scout || now > scout_began_ + options_.deadline / 4) return;
    while (ready_.empty() && workers_.size() < most_workers()) {
      const auto index = scout_->take_unreported();
      if (!index) return;
      ready_.push_back(*index);
      const std::size_t before = workers_.size();
      start_workers(most_workers());
      if (workers_.size() == before) return;
    }
  }

  void start_workers(std::size_t most) {
    while (!ready_.empty() && workers_.size() < most) {
      const std::size_t index = ready_.front();
      try {
        workers_.emplace_back(index, services_[index], read_one_, options_.deadline);
      } catch (const std::system_error&) {
        // The system has no resources for another yet.
        if (workers_.empty() && !scout_ && !retrying_) throw;
        if (workers_.empty() && scout_) stop_scout();
        if (workers_.empty() && retrying_) ready_.clear();
        break;
      }
      ready_.pop_front();
      if (!retrying_) listener_.started(index);
    }
  }

  void wait_and_receive() {
    throw_if_interrupted();
    wait();
    listener_.waiting();
    throw_if_interrupted();
    hear_scout();
    for (auto worker = workers_.begin(); worker != workers_.end();) {
      if (auto reading = worker->take()) {
        worker = finish(worker, *std::move(reading));
      } else if (Clock::now() >= worker->deadline()) {
        worker = finish(worker, worker->timed_out());
      } else {
        ++worker;
      }
    }
    adapt();
  }

  /// Until a worker or the scout has written, or a deadline has come, but only for a moment.
  void wait() {
    std::vector<pollfd> waiting;
    auto wake = Clock::time_point::max();
    for (const Worker& worker : workers_) {
      waiting.push_back({worker.fd(), POLLIN, 0});
      wake = std::min(wake, worker.deadline());
    }
    if (scout_) waiting.push_back({scout_->fd(), POLLIN, 0});
    if (concurrency_.finds_its_level() && !ready_.empty()) wake = std::min(wake, adapted_ + Concurrency::interval);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(wake - Clock::now()).count();
    ::poll(waiting.data(), waiting.size(), static_cast<int>(std::clamp<std::int64_t>(left, 0, longest_wait)));
  }

  void hear_scout() {
    if (!scout_) return;
    for (ScoutReport& report : scout_->take()) {
      // A silence that is shorter than the deadline proves nothing.
      const bool silent = report.kind == ScoutReport::Kind::silent && Clock::now() - scout_began_ >= options_.deadline;
      if (silent) {
        listener_.started(report.index);
        listener_.finished(report.index, silent_reading(report));
        continue;
      }
      answered_[report.index] = report.kind == ScoutReport::Kind::answered;
      ready_.push_back(report.index);
    }
    // What it has not even begun with is read without it.
    const bool too_late = Clock::now() - scout_began_ > options_.deadline + options_.deadline / 4;
    if (!scout_->ended() && !too_late) return;
    stop_scout();
  }

  void stop_scout() {
    for (const ScoutTarget& target : scout_->unreported()) ready_.push_back(target.index);
    scout_.reset();
  }

  /// As a worker would have found it.
  [[nodiscard]] assess::Reading silent_reading(const ScoutReport& report) const {
    assess::Reading reading;
    reading.account = options_.account;
    reading.address = report.address;
    reading.finished_at = base::now();
    reading.started_at = reading.finished_at - options_.deadline;
    const std::string stage =
        report.address.empty() ? lookup_stage(services_[report.index]) : std::string(assess::connecting_stage);
    reading.result = tl::unexpected(out_of_time(options_.deadline, stage));
    return reading;
  }

  [[nodiscard]] std::list<Worker>::iterator finish(std::list<Worker>::iterator worker, assess::Reading reading) {
    const std::size_t index = worker->index();
    ++interval_.finished;
    if (reading.result) {
      ++interval_.read;
      interval_.read_for += std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - worker->began());
    }
    const bool late = !reading.result && reading.result.error().reason == assess::Reason::timed_out;
    if (late && may_be_repeated(*worker, reading)) {
      ++interval_.late;
      if (!retrying_) {
        late_.push_back({index, std::move(reading)});
        return workers_.erase(worker);
      }
    }
    if (retrying_) {
      if (reading.result) end_of_retries_ = Clock::now() + options_.deadline;
      const auto first = std::ranges::find(late_, index, &LateReading::index);
      if (!late) first->first = std::move(reading);
      listener_.finished(index, std::move(first->first));
      late_.erase(first);
    } else {
      listener_.finished(index, std::move(reading));
    }
    return workers_.erase(worker);
  }

  /// Whether the host had answered something before time ran out, and no answer to a logon can be on its way that would
  /// count.
  [[nodiscard]] bool may_be_repeated(const Worker& worker, const assess::Reading& reading) const {
    if (!reading.protocol.empty()) return true;  // there was a session
    return options_.logon_may_be_repeated && has_answered(worker.index(), reading.address);
  }

  /// Whether the host of the CA accepted a connection.
  [[nodiscard]] bool has_answered(std::size_t index, const std::string& address) const {
    const auto scouted = answered_.find(index);
    if (scouted != answered_.end()) return scouted->second;
    return unanswered_ && !address.empty() && !unanswered_->contains(address);
  }

  void adapt() {
    if (!concurrency_.finds_its_level() || Clock::now() < adapted_ + Concurrency::interval) return;
    adapted_ = Clock::now();
    interval_.running = workers_.size();
    interval_.load = observer_.observe();
    concurrency_.adapt(interval_);
    interval_ = {};
  }

  void read_late_ones_again() {
    retrying_ = true;
    end_of_retries_ = Clock::now() + options_.deadline;
    for (const LateReading& late : late_) ready_.push_back(late.index);
    while (!ready_.empty() || !workers_.empty()) {
      if (Clock::now() >= end_of_retries_) ready_.clear();
      start_workers(std::min<std::size_t>(retries_at_a_time, concurrency_.limit()));
      if (!workers_.empty()) wait_and_receive();
    }
    give_first_readings_of_late_ones();
  }

  void give_first_readings_of_late_ones() {
    for (LateReading& late : std::exchange(late_, {})) listener_.finished(late.index, std::move(late.first));
  }

  std::span<const discovery::EnrollmentService> services_;
  const ReadOne& read_one_;
  const SweepOptions& options_;
  SweepListener& listener_;
  base::StopSignal stop_;
  std::deque<std::size_t> ready_;                    // to be read, in this order
  bool outnumbered_ = false;                         // there were more CAs than workers
  Clock::time_point looked_{};                       // for silent hosts
  std::optional<std::set<std::string>> unanswered_;  // the addresses that were silent then; nullopt: not known
  std::size_t waiting_in_vain_ = 0;                  // the workers that waited for DNS or for one of these
  bool scouted_ = false;
  std::optional<Scout> scout_;
  Clock::time_point scout_began_{};
  std::map<std::size_t, bool> answered_;  // what the scout found
  std::list<Worker> workers_;
  std::vector<LateReading> late_;
  bool retrying_ = false;
  Clock::time_point end_of_retries_{};  ///< no further one begins then; later if one succeeds
  Concurrency concurrency_;
  LoadObserver observer_;
  Concurrency::Interval interval_{};
  Clock::time_point adapted_ = Clock::now();
};

}  // namespace

void sweep(std::span<const discovery::EnrollmentService> services, const ReadOne& read_one, const SweepOptions& options,
           SweepListener& listener, base::StopSignal stop, const AnswerAtOnce& answer_at_once) {
  prepare_confinement();
  Sweep(services, read_one, options, listener, stop).run(answer_at_once);
}

}  // namespace casweep::sweep
