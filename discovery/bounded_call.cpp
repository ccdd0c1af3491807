// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/bounded_call_internal.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>

#include "base/child_process.h"

namespace casweep::discovery {
namespace {

/// A child's answer is its first byte, and then the text: of the result, or of the failure whose kind the byte tells.
constexpr char result_mark = 'R';
constexpr char first_kind = 'a';
constexpr std::size_t longest_answer = std::size_t{1024} * 1024;

std::string encode(const tl::expected<std::string, DirectoryError>& answer) {
  if (answer) return result_mark + *answer;
  return static_cast<char>(first_kind + static_cast<char>(answer.error().kind)) + answer.error().message;
}

std::optional<tl::expected<std::string, DirectoryError>> decode(const std::string& answer) {
  if (answer.empty()) return std::nullopt;
  if (answer.front() == result_mark) return answer.substr(1);
  const auto kind = static_cast<DirectoryErrorKind>(answer.front() - first_kind);
  if (std::ranges::find(all_directory_error_kinds(), kind) == all_directory_error_kinds().end()) return std::nullopt;
  return tl::unexpected(DirectoryError{kind, answer.substr(1)});
}

}  // namespace

DirectoryError interrupted_error() { return {DirectoryErrorKind::interrupted, "Interrupted."}; }

tl::expected<std::string, DirectoryError> bounded_call(const SlowCall& call, const base::Patience& patience,
                                                       const DirectoryError& if_silent) {
  const auto deadline = std::chrono::steady_clock::now() + patience.time;
  base::ChildProcess child([&](int to_parent) { return base::write_all(to_parent, encode(call())) ? 0 : 1; });
  std::string answer;
  pollfd waiting{.fd = child.from_child(), .events = POLLIN, .revents = 0};
  while (base::wait_until_ready(waiting, deadline, patience)) {
    std::array<char, 4096> bytes{};
    const ssize_t got = read(child.from_child(), bytes.data(), bytes.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got > 0 && answer.size() < longest_answer) {
      answer.append(bytes.data(), static_cast<std::size_t>(got));
      continue;
    }
    const bool done = got == 0 && child.end() == 0;
    if (auto decoded = done ? decode(answer) : std::nullopt) return *std::move(decoded);
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::malformed_answer,
        "A process of casweep that asked the network crashed: the answer that it got may be an attack."});
  }
  return tl::unexpected(patience.is_interrupted() ? interrupted_error() : if_silent);
}

}  // namespace casweep::discovery
