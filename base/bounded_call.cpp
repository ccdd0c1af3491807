// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/bounded_call.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <utility>

#include "base/child_process.h"

namespace casweep::base {
namespace {

using Answer = tl::expected<std::string, BoundedCallFailure>;
using Kind = BoundedCallFailure::Kind;

/// The first byte of a child's answer. Then follow the text of the result, or the two numbers and the text of the
/// failure.
constexpr char result_mark = 'R';
constexpr char failure_mark = 'F';
constexpr std::size_t longest_answer = std::size_t{1024} * 1024;

std::string encode(const tl::expected<std::string, SlowCallError>& answer) {
  if (answer) return result_mark + *answer;
  const std::array<int, 2> numbers{answer.error().kind, answer.error().code};
  std::string text(sizeof numbers, '\0');
  std::memcpy(text.data(), numbers.data(), sizeof numbers);
  return failure_mark + text + answer.error().message;
}

std::optional<Answer> decode(const std::string& answer) {
  std::array<int, 2> numbers{};
  if (answer.starts_with(result_mark)) return answer.substr(1);
  if (!answer.starts_with(failure_mark) || answer.size() < 1 + sizeof numbers) return std::nullopt;
  std::memcpy(numbers.data(), answer.data() + 1, sizeof numbers);
  return tl::unexpected(BoundedCallFailure{Kind::failed, {numbers[0], numbers[1], answer.substr(1 + sizeof numbers)}});
}

}  // namespace

tl::expected<std::string, BoundedCallFailure> bounded_call(const SlowCall& call, const Patience& patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience.time;
  ChildProcess child([&](int to_parent) { return write_all(to_parent, encode(call())) ? 0 : 1; });
  std::string answer;
  pollfd waiting{.fd = child.from_child(), .events = POLLIN, .revents = 0};
  while (wait_until_ready(waiting, deadline, patience)) {
    std::array<char, 4096> bytes{};
    const ssize_t got = read(child.from_child(), bytes.data(), bytes.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got > 0 && answer.size() < longest_answer) {
      answer.append(bytes.data(), static_cast<std::size_t>(got));
      continue;
    }
    const bool done = got == 0 && child.end() == 0;
    if (auto decoded = done ? decode(answer) : std::nullopt) return *std::move(decoded);
    return tl::unexpected(BoundedCallFailure{Kind::crashed});
  }
  return tl::unexpected(BoundedCallFailure{patience.stop.is_raised() ? Kind::interrupted : Kind::timed_out});
}

}  // namespace casweep::base
