// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/interruption.h"

#include <poll.h>
#include <time.h>

#include <cerrno>
#include <cstddef>
#include <iterator>

namespace casweep::cli {
namespace {

// What a handler may write to ([support.signal]).
volatile std::sig_atomic_t signalled = 0;

timespec first_signal{};  // only the handler touches it, which no other signal of ours interrupts

/// The first signal raises the flag, a later one kills. timeout(1) sends its signal to the process and then to its
/// group, which is one signal to a person.
extern "C" void note_signal(int signal) {
  constexpr long same_ms = 500;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (signalled == 0) {
    first_signal = now;
    signalled = signal;
    return;
  }
  const long passed_ms =
      static_cast<long>(now.tv_sec - first_signal.tv_sec) * 1000 + (now.tv_nsec - first_signal.tv_nsec) / 1'000'000;
  if (passed_ms < same_ms) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

Interruption::Interruption() {
  signalled = 0;
  for (std::size_t i = 0; i < std::size(signals_); ++i) {
    sigaction(signals_[i], nullptr, &before_[i]);
    if (signals_[i] != SIGPIPE && before_[i].sa_handler == SIG_IGN) continue;  // of nohup, or of a shell for its "&"
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    for (const int signal : signals_) sigaddset(&action.sa_mask, signal);
    action.sa_handler = signals_[i] == SIGPIPE ? SIG_IGN : note_signal;
    action.sa_flags = 0;  // no SA_RESTART: whatever waits is to notice
    sigaction(signals_[i], &action, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < std::size(signals_); ++i) sigaction(signals_[i], &before_[i], nullptr);
}

base::StopSignal Interruption::flag() { return base::StopSignal(signalled); }

void Interruption::wait_for_input(int fd) {
  sigset_t ours;
  sigset_t before;
  sigemptyset(&ours);
  for (const int signal : signals_) sigaddset(&ours, signal);
  pthread_sigmask(SIG_BLOCK, &ours, &before);
  pollfd input{fd, POLLIN, 0};
  while (signalled == 0 && ppoll(&input, 1, nullptr, &before) < 0 && errno == EINTR) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  throw_if_signalled();
}

void Interruption::throw_if_signalled(const std::string& message) {
  if (signalled != 0) throw Interrupted{signalled, message};
}

}  // namespace casweep::cli
