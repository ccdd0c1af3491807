// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/bounded_exchange_internal.h"

#include <optional>
#include <utility>

#include "base/bounded_call.h"
#include "logon/kerberos_failure.h"

namespace casweep::logon {

namespace {

base::SlowCallError to_numbers(LogonError error) {
  return {static_cast<int>(error.kind), error.krb5_code, std::move(error.message)};
}

/// nullopt: the number is not a kind, so it was not written by casweep.
std::optional<LogonError> from_numbers(base::SlowCallError error) {
  if (error.kind < 0 || error.kind > static_cast<int>(LogonErrorKind::crashed)) return std::nullopt;
  return LogonError{static_cast<LogonErrorKind>(error.kind), std::move(error.message), error.code};
}

LogonError error_of(base::BoundedCallFailure failure, const std::string& principal) {
  using Kind = base::BoundedCallFailure::Kind;
  if (failure.kind == Kind::timed_out) return kdc_is_silent(principal);
  if (failure.kind == Kind::interrupted) {
    return {LogonErrorKind::interrupted, std::string(base::interrupted_sentence)};
  }
  if (failure.kind == Kind::failed) {
    if (auto error = from_numbers(std::move(failure.error))) return *std::move(error);
  }
  return {LogonErrorKind::crashed, std::string(base::crashed_sentence)};
}

}  // namespace

tl::expected<std::string, LogonError> bounded_exchange(
    const std::function<tl::expected<std::string, LogonError>()>& exchange, const base::Patience& patience,
    const std::string& principal) {
  return base::bounded_call([&] { return exchange().map_error(&to_numbers); }, patience)
      .map_error([&](base::BoundedCallFailure failure) { return error_of(std::move(failure), principal); });
}

}  // namespace casweep::logon
