// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <charconv>
#include <regex>
#include <utility>

#include "hub/hub_error.h"
#include "hub/pq_library_internal.h"
#include "hub/refusal_internal.h"

namespace casweep::hub {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = HubError::Kind;

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// Between two looks at the stop signal.
constexpr auto slice = std::chrono::milliseconds{100};

/// For the server's answer to a request to cancel.
constexpr auto cancelling = std::chrono::seconds{2};

/// COPY data that is not yet sent.
constexpr std::size_t full_buffer = std::size_t{64} * 1024;

std::string one_line_of(const char* message) {
  std::string text = message == nullptr ? "" : message;
  if (const auto location = text.find("\nLOCATION:"); location != std::string::npos) text.resize(location);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : text;
}

HubError connect_error(const std::string& shown, const std::string& message) {
  static const std::regex with_state(R"(: +((?=[A-Z]*[0-9])[0-9A-Z]{5}): (.*))");
  std::smatch found;
  if (std::regex_search(message, found, with_state)) {
    const std::string state = found[1];
    const std::string said = found[2];
    if (state.starts_with("28")) {
      return {Kind::credentials, fmt::format("The hub ({}) refused the login: {}. A password comes from ~/.pgpass, "
                                             "PGPASSFILE or a service file, a client certificate from sslcert and "
                                             "sslkey.",
                                             shown, said)};
    }
    if (state == "3D000") {
      return {Kind::not_a_hub, fmt::format("The server has no such database ({}): {}.", shown, said)};
    }
    return RefusedByHub(shown, {.sqlstate = state, .message = said});
  }
  const auto says = [&](const char* part) { return message.find(part) != std::string::npos; };
  if (says("certificate") || says("SSL") || says("private key")) {
    return {Kind::certificate,
            fmt::format("The identity of the hub ({}) is not proven, or its certificates cannot be used: {}. Name the "
                        "server's CA with sslrootcert, and connect to a name in its certificate.",
                        shown, message)};
  }
  if (says("fe_sendauth") || says("password")) {
    return {Kind::credentials, fmt::format("The hub ({}) wants a password: put it into ~/.pgpass, the file that "
                                           "PGPASSFILE names, or a service file, with mode 0600.",
                                           shown)};
  }
  if (says("definition of service") || says("service file")) {
    return {Kind::conninfo, fmt::format("The hub cannot be found: {}.", message)};
  }
  return {Kind::unreachable, fmt::format("The hub ({}) cannot be reached: {}.", shown, message)};
}

}  // namespace

Rows::Rows(pg_result* result) : result_(result), size_(static_cast<std::size_t>(PQntuples(result))) {}

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

std::size_t Rows::columns() const { return static_cast<std::size_t>(PQnfields(result_.get())); }

bool Rows::is_null(std::size_t row, std::size_t column) const {
  return PQgetisnull(result_.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::string_view Rows::view(std::size_t row, std::size_t column) const {
  return {PQgetvalue(result_.get(), static_cast<int>(row), static_cast<int>(column)),
          static_cast<std::size_t>(PQgetlength(result_.get(), static_cast<int>(row), static_cast<int>(column)))};
}

std::optional<std::int64_t> Rows::number(std::size_t row, std::size_t column) const {
  if (is_null(row, column)) return std::nullopt;
  const std::string_view value = view(row, column);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) {
    throw HubError(Kind::failed, fmt::format("The hub returned '{}' instead of a number.", value));
  }
  return number;
}

struct Connection::Impl {
  std::unique_ptr<PGconn, Finish> handle;
  base::StopSignal stop;
  Waits waits;
  std::string shown;
  std::string buffer{};  ///< of COPY
  bool broken = false;

  [[nodiscard]] PGconn* get() const { return handle.get(); }

  void throw_if_stopped() {
    if (!stop.is_raised()) return;
    broken = true;
    throw HubError(Kind::interrupted, "Interrupted; what the hub did not confirm is sent again next time.");
  }

  HubError lost(const std::string& why) {
    broken = true;
    return {Kind::unreachable, fmt::format("The connection to the hub ({}) was lost ({}); what was not confirmed is "
                                           "sent again next time.",
                                           shown, why)};
  }

  /// Waits until the socket is ready for `events`; false: not before `deadline`.
  bool wait(short events, Clock::time_point deadline) {
    for (;;) {
      throw_if_stopped();
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return false;
      pollfd socket{PQsocket(get()), events, 0};
      if (socket.fd < 0) throw lost("the socket was closed");
      const int ready = poll(&socket, 1, static_cast<int>(std::min(left, slice + left * 0).count()));
      if (ready > 0) return true;
    }
  }

  void connect(const HubAddress& address) {
    std::vector<const char*> names;
    std::vector<const char*> values;
    auto parameters = address.parameters;
    // What the address does not say. A dead network is noticed by the kernel before our own deadline.
    for (const auto& [name, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"client_encoding", "UTF8"},
                                                                    {"fallback_application_name", "casweep"},
                                                                    {"keepalives_idle", "10"},
                                                                    {"keepalives_interval", "5"},
                                                                    {"keepalives_count", "3"},
                                                                    {"tcp_user_timeout", "20000"}}) {
      parameters.try_emplace(name, value);
    }
    for (const auto& [name, value] : parameters) {
      names.push_back(name.c_str());
      values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    handle.reset(PQconnectStartParams(names.data(), values.data(), /* expand_dbname= */ 0));
    if (!handle) throw HubError(Kind::failed, "There is no memory for a connection to the hub.");
    PQsetErrorVerbosity(get(), PQERRORS_VERBOSE);  // with the SQLSTATE, which a failed connection has nowhere else
    PQsetNoticeProcessor(
        get(), [](void*, const char*) {}, nullptr);

    auto patience = waits.connect;
    if (const auto given = parameters.find("connect_timeout"); given != parameters.end()) {
      int seconds = 0;
      const auto& text = given->second;
      if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec == std::errc{} && seconds > 0) {
        patience = std::chrono::seconds{seconds};
      }
    }
    const auto deadline = Clock::now() + patience;
    auto state = PQstatus(get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
      if (!wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
        throw HubError(Kind::unreachable,
                       fmt::format("The hub ({}) does not answer (no connection after {} s); check its address, the "
                                   "network and the firewall.",
                                   shown, std::chrono::duration_cast<std::chrono::seconds>(patience).count()));
      }
      state = PQconnectPoll(get());
    }
    if (state == PGRES_POLLING_FAILED) throw connect_error(shown, one_line_of(PQerrorMessage(get())));
    const std::string host = PQhost(get());
    const bool is_local = host.starts_with('/') || host.starts_with('@');
    if (!is_local && PQsslInUse(get()) == 0 && PQgssEncInUse(get()) == 0) {
      throw HubError(Kind::certificate, fmt::format("The connection to the hub ({}) is not encrypted.", shown));
    }
    PQsetnonblocking(get(), 1);
  }

  void flush(Clock::time_point deadline) {
    for (;;) {
      const int left = PQflush(get());
      if (left == 0) return;
      if (left < 0) throw lost(one_line_of(PQerrorMessage(get())));
      if (!wait(POLLOUT | POLLIN, deadline)) throw lost("the server no longer takes data");
      if (PQconsumeInput(get()) == 0) throw lost(one_line_of(PQerrorMessage(get())));
    }
  }

  /// The next result of the statement; null after the last one.
  Result next_result(Clock::time_point deadline) {
    flush(deadline);
    while (PQisBusy(get()) != 0) {
      if (!wait(POLLIN, deadline)) throw lost("the server no longer answers");
      if (PQconsumeInput(get()) == 0) throw lost(one_line_of(PQerrorMessage(get())));
    }
    return Result(PQgetResult(get()));
  }

  [[nodiscard]] Clock::time_point deadline() const { return Clock::now() + waits.statement + waits.silence; }

  /// Asks the server to cancel the statement of a program that was told to stop, so that it releases its locks.
  void cancel() noexcept {
    char problem[256];
    PGcancel* request = PQgetCancel(get());
    if (request == nullptr) return;
    PQcancel(request, problem, sizeof problem);
    PQfreeCancel(request);
  }

  RefusedByHub refused(const PGresult* result) {
    return {shown,
            {.sqlstate = field(result, PG_DIAG_SQLSTATE),
             .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
             .detail = field(result, PG_DIAG_MESSAGE_DETAIL),
             .table = field(result, PG_DIAG_TABLE_NAME)}};
  }

  /// Takes all results of a statement and returns the last; throws what the first error means.
  Result finish(Clock::time_point deadline) {
    Result last;
    Result error;
    try {
      for (;;) {
        Result result = next_result(deadline);
        if (!result) break;
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN) return result;
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
          if (!error) error = std::move(result);
          continue;
        }
        last = std::move(result);
      }
    } catch (const HubError& ended) {
      if (ended.kind() == Kind::interrupted) cancel();
      throw;
    }
    if (error) {
      const auto state = field(error.get(), PG_DIAG_SQLSTATE);
      if (state.empty()) throw lost(one_line_of(PQresultErrorMessage(error.get())));
      throw refused(error.get());
    }
    if (!last) throw lost(one_line_of(PQerrorMessage(get())));
    return last;
  }

  void require_usable() {
    throw_if_stopped();
    if (broken || PQstatus(get()) != CONNECTION_OK) throw lost("it ended before");
  }

  void send_buffer() {
    const auto by = deadline();
    for (;;) {
      const int sent = PQputCopyData(get(), buffer.data(), static_cast<int>(buffer.size()));
      if (sent == 1) break;
      if (sent < 0) throw lost(one_line_of(PQerrorMessage(get())));
      flush(by);
    }
    buffer.clear();
    flush(by);
  }
};

Connection::Connection(const HubAddress& address, base::StopSignal stop, Waits waits)
    : impl_(std::make_unique<Impl>(Impl{.handle = {}, .stop = stop, .waits = waits, .shown = address.shown()})) {
  impl_->connect(address);
  run(
      fmt::format("SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET standard_conforming_strings = on; "
                  "SET client_min_messages = error; SET jit = off; SET statement_timeout = {}; SET lock_timeout = {}; "
                  "SET idle_in_transaction_session_timeout = {}",
                  waits.statement.count(), waits.other.count(), waits.statement.count()));
}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

void Connection::run(const std::string& statements) {
  impl_->require_usable();
  if (PQsendQuery(impl_->get(), statements.c_str()) == 0) throw impl_->lost(one_line_of(PQerrorMessage(impl_->get())));
  impl_->finish(impl_->deadline());
}

Rows Connection::select(const std::string& statement, std::initializer_list<Parameter> parameters) {
  impl_->require_usable();
  std::vector<const char*> values;
  for (const Parameter& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  if (PQsendQueryParams(impl_->get(), statement.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                        nullptr, nullptr, /* resultFormat= */ 0) == 0) {
    throw impl_->lost(one_line_of(PQerrorMessage(impl_->get())));
  }
  return Rows(impl_->finish(impl_->deadline()).release());
}

void Connection::begin_copy(const std::string& statement) {
  impl_->require_usable();
  impl_->buffer.clear();
  if (PQsendQuery(impl_->get(), statement.c_str()) == 0) throw impl_->lost(one_line_of(PQerrorMessage(impl_->get())));
  if (PQresultStatus(impl_->finish(impl_->deadline()).get()) != PGRES_COPY_IN) {
    throw HubError(Kind::failed, fmt::format("The hub ({}) took no rows.", shown()));
  }
}

void Connection::copy(std::string_view lines) {
  impl_->buffer += lines;
  if (impl_->buffer.size() >= full_buffer) {
    impl_->throw_if_stopped();
    impl_->send_buffer();
  }
}

void Connection::end_copy() {
  if (!impl_->buffer.empty()) impl_->send_buffer();
  const auto by = impl_->deadline();
  for (;;) {
    const int sent = PQputCopyEnd(impl_->get(), nullptr);
    if (sent == 1) break;
    if (sent < 0) throw impl_->lost(one_line_of(PQerrorMessage(impl_->get())));
    impl_->flush(by);
  }
  impl_->finish(by);
}

const std::string& Connection::shown() const { return impl_->shown; }

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.run("BEGIN"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    connection_.run("ROLLBACK");
  } catch (const HubError&) {
    // The server rolls back when the connection ends.
  }
}

void Transaction::commit() {
  connection_.run("COMMIT");
  open_ = false;
}

}  // namespace casweep::hub
