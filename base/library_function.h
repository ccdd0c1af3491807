// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace casweep::base {

/// The address of the function `name` of some library, which the call loads if necessary.
using LibrarySymbol = void* (*)(const char* name);

template <typename Signature, LibrarySymbol symbol>
class LibraryFunction;

/// A function of a library that the first call of it loads, as `symbol` does; a call may throw what that throws. Some
/// libraries take longer to load than a command that does not use them takes to run.
template <typename Result, typename... Parameters, LibrarySymbol symbol>
class LibraryFunction<Result(Parameters...), symbol> {
 public:
  explicit constexpr LibraryFunction(const char* name) : name_(name) {}

  Result operator()(Parameters... arguments) const {
    Function* function = function_.load(std::memory_order_acquire);
    if (function == nullptr) {
      function = reinterpret_cast<Function*>(symbol(name_));
      function_.store(function, std::memory_order_release);
    }
    return function(arguments...);
  }

 private:
  using Function = Result(Parameters...);

  const char* name_;
  mutable std::atomic<Function*> function_{nullptr};
};

}  // namespace casweep::base
