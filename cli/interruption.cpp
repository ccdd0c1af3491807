// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/interruption.h"

#include <poll.h>

#include <cerrno>
#include <cstddef>
#include <iterator>

namespace casweep::cli {
namespace {

// What a handler may write to ([support.signal]).
volatile std::sig_atomic_t signalled = 0;

extern "C" void note_signal(int signal) { signalled = signal; }

}  // namespace

Interruption::Interruption() {
  signalled = 0;
  for (std::size_t i = 0; i < std::size(signals_); ++i) {
    sigaction(signals_[i], nullptr, &before_[i]);
    if (signals_[i] != SIGPIPE && before_[i].sa_handler == SIG_IGN) continue;  // of nohup, or of a shell for its "&"
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = signals_[i] == SIGPIPE ? SIG_IGN : note_signal;
    // No SA_RESTART: whatever waits is to notice. Back to the default after the first, so that a second one kills.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signals_[i], &action, nullptr);
  }
}

Interruption::~Interruption() {
  for (std::size_t i = 0; i < std::size(signals_); ++i) sigaction(signals_[i], &before_[i], nullptr);
}

const volatile std::sig_atomic_t* Interruption::flag() { return &signalled; }

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
