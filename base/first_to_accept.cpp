// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/first_to_accept.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <utility>

#include "base/bounded_call.h"

namespace casweep::base {
namespace {

using std::chrono::steady_clock;

/// More than one thread each for these would only load the resolver.
constexpr std::size_t most_endpoints = 256;

/// The answers of endpoints that are asked by threads. The threads outlive the question: the process ends with it.
class Answers {
 public:
  explicit Answers(std::size_t count) : answers_(count) {}

  /// nullopt: it accepted.
  void record(std::size_t index, std::optional<Refusal> refusal) {
    const std::lock_guard lock(mutex_);
    answers_[index] = {refusal ? State::failed : State::accepted, refusal.value_or(Refusal::silent)};
    changed_.notify_all();
  }

  /// Waits until the first endpoint has answered.
  void wait_for_first(steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return answers_.front().state != State::awaited; });
  }

  /// Waits until the best endpoint that accepts is known, at most until `deadline`, and `grace` after any acceptance.
  Acceptance wait_for_best(steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return best() < answers_.size() || nothing_is_awaited(); });
    const auto graced = std::min(deadline, steady_clock::now() + grace);
    changed_.wait_until(lock, graced, [&] { return nothing_better_is_awaited(); });
    Acceptance acceptance;
    if (best() < answers_.size()) acceptance.accepted = best();
    for (std::size_t index = 0; index < best(); ++index)
      acceptance.passed_over.push_back({index, answers_[index].refusal});
    return acceptance;
  }

  /// What is known of each endpoint when all have answered, or at `deadline`.
  std::vector<std::optional<Refusal>> wait_for_all(steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return nothing_is_awaited(); });
    std::vector<std::optional<Refusal>> refusals;
    for (const Answer& answer : answers_)
      refusals.push_back(answer.state == State::accepted ? std::nullopt : std::optional(answer.refusal));
    return refusals;
  }

 private:
  enum class State { awaited, accepted, failed };
  struct Answer {
    State state = State::awaited;
    Refusal refusal = Refusal::silent;
  };

  [[nodiscard]] std::size_t best() const {
    return static_cast<std::size_t>(std::ranges::find(answers_, State::accepted, &Answer::state) - answers_.begin());
  }
  [[nodiscard]] bool nothing_is_awaited() const {
    return std::ranges::count(answers_, State::awaited, &Answer::state) == 0;
  }
  [[nodiscard]] bool nothing_better_is_awaited() const {
    return std::ranges::find(answers_, State::awaited, &Answer::state) - answers_.begin() >=
           static_cast<std::ptrdiff_t>(best());
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Answer> answers_;
};

/// nullopt: `endpoint` accepts.
std::optional<Refusal> refusal_of(const Endpoint& endpoint, const Patience& patience) {
  const auto addresses = resolve(endpoint.host);
  if (!addresses) return Refusal::not_resolved;
  const auto socket = connect_tcp(*addresses, endpoint.port, patience);
  if (socket) return std::nullopt;
  switch (socket.error().code) {
    case ECONNREFUSED:
      return Refusal::refused;
    case ETIMEDOUT:
      return Refusal::silent;
    default:
      return Refusal::unreachable;
  }
}

/// Asks endpoints of a list, each by a thread. In a process of its own, which does not wait for the threads.
class Questions {
 public:
  Questions(std::span<const Endpoint> endpoints, const Patience& patience)
      : endpoints_(endpoints), time_(patience.time), answers_(std::make_shared<Answers>(endpoints.size())) {}

  void ask(std::size_t index) {
    try {
      std::thread([answers = answers_, index, endpoint = endpoints_[index], time = time_] {
        answers->record(index, refusal_of(endpoint, {.time = time}));
      }).detach();
    } catch (const std::system_error&) {  // a limit on processes: the threads that did start suffice
      answers_->record(index, Refusal::unreachable);
    }
  }

  [[nodiscard]] Answers& answers() { return *answers_; }

 private:
  std::span<const Endpoint> endpoints_;
  std::chrono::milliseconds time_;
  std::shared_ptr<Answers> answers_;
};

Acceptance ask_for_best(std::span<const Endpoint> endpoints, const Patience& patience) {
  const auto now = steady_clock::now();
  Questions questions(endpoints, patience);
  questions.ask(0);
  questions.answers().wait_for_first(now + head_start);
  for (std::size_t index = 1; index < endpoints.size(); ++index) questions.ask(index);
  return questions.answers().wait_for_best(now + patience.time);
}

std::vector<std::optional<Refusal>> ask_all(std::span<const Endpoint> endpoints, const Patience& patience) {
  const auto now = steady_clock::now();
  Questions questions(endpoints, patience);
  for (std::size_t index = 0; index < endpoints.size(); ++index) questions.ask(index);
  return questions.answers().wait_for_all(now + patience.time);
}

constexpr auto no_endpoint = static_cast<std::size_t>(-1);

std::string text_of(const Acceptance& acceptance) {
  std::string text = std::to_string(acceptance.accepted.value_or(no_endpoint));
  for (const auto& [index, refusal] : acceptance.passed_over)
    text += ' ' + std::to_string(index) + ' ' + std::to_string(static_cast<int>(refusal));
  return text;
}

Acceptance acceptance_of(const std::string& text) {
  Acceptance acceptance;
  std::istringstream numbers(text);
  if (std::size_t accepted = no_endpoint; numbers >> accepted && accepted != no_endpoint)
    acceptance.accepted = accepted;
  int refusal = 0;
  for (std::size_t index = 0; numbers >> index >> refusal;)
    acceptance.passed_over.push_back({index, static_cast<Refusal>(refusal)});
  return acceptance;
}

constexpr int accepted_number = -1;

std::string text_of(const std::vector<std::optional<Refusal>>& refusals) {
  std::string text;
  for (const auto& refusal : refusals)
    text += std::to_string(refusal ? static_cast<int>(*refusal) : accepted_number) + ' ';
  return text;
}

std::span<const Endpoint> asked_of(std::span<const Endpoint> endpoints) {
  return endpoints.first(std::min(endpoints.size(), most_endpoints));
}

/// The process of `call` ends in time by itself; the limit from outside is for a signal, and for a process that is
/// stopped.
template <typename Call>
tl::expected<std::string, BoundedCallFailure> call_with_reserve(const Call& call, Patience patience) {
  patience.time += grace;
  return bounded_call([&]() -> tl::expected<std::string, SlowCallError> { return call(); }, patience);
}

TcpFailure no_answer_of(const BoundedCallFailure& failure) {
  const bool interrupted = failure.kind == BoundedCallFailure::Kind::interrupted;
  return {interrupted ? TcpFailure::Kind::interrupted : TcpFailure::Kind::crashed, 0};
}

}  // namespace

std::string_view words_for(Refusal refusal) {
  switch (refusal) {
    case Refusal::silent:
      break;
    case Refusal::refused:
      return "refused the connection";
    case Refusal::not_resolved:
      return "could not be resolved";
    case Refusal::unreachable:
      return "could not be reached";
  }
  return "did not answer";
}

tl::expected<Acceptance, TcpFailure> first_to_accept(std::span<const Endpoint> endpoints, const Patience& patience) {
  if (endpoints.empty()) return Acceptance{};
  const auto asked = asked_of(endpoints);
  const auto answer = call_with_reserve([&] { return text_of(ask_for_best(asked, patience)); }, patience);
  if (answer) return acceptance_of(*answer);
  if (answer.error().kind != BoundedCallFailure::Kind::timed_out) return tl::unexpected(no_answer_of(answer.error()));
  Acceptance none;
  for (std::size_t index = 0; index < asked.size(); ++index) none.passed_over.push_back({index, Refusal::silent});
  return none;
}

tl::expected<std::vector<std::optional<Refusal>>, TcpFailure> refusals_of(std::span<const Endpoint> endpoints,
                                                                          const Patience& patience) {
  const auto asked = asked_of(endpoints);
  const auto answer = call_with_reserve([&] { return text_of(ask_all(asked, patience)); }, patience);
  if (!answer && answer.error().kind != BoundedCallFailure::Kind::timed_out)
    return tl::unexpected(no_answer_of(answer.error()));
  std::vector<std::optional<Refusal>> refusals(asked.size(), Refusal::silent);
  std::istringstream numbers(answer.value_or(std::string{}));
  int number = 0;
  for (auto refusal = refusals.begin(); refusal != refusals.end() && numbers >> number; ++refusal)
    *refusal = number == accepted_number ? std::nullopt : std::optional(static_cast<Refusal>(number));
  return refusals;
}

}  // namespace casweep::base
