// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/scan_settings.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/whole_number.h"

namespace casweep::history {
namespace {

using nlohmann::ordered_json;

/// Thrown for a setting that has another type than casweep writes.
struct WrongType {};

/// Reads the member `name` of `object` into `value`, which does not change if the member is missing or null. Throws
/// nlohmann::json::exception if it has the wrong type.
template <typename Value>
void read_member(const ordered_json& object, const char* name, Value& value) {
  const auto found = object.find(name);
  if (found != object.end() && !found->is_null()) found->get_to(value);
}

/// The same for a whole number. Throws WrongType if the member is another number, or too large.
template <typename Number>
void read_number(const ordered_json& object, const char* name, Number& number) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return;
  const auto read = base::whole_number<Number>(*found);
  if (!read) throw WrongType{};
  number = *read;
}

base::ClockState read_clock(const ordered_json& object) {
  base::ClockState clock;
  std::int64_t estimated = 0;
  std::int64_t maximum = 0;
  read_number(object, "estimated_error_us", estimated);
  read_number(object, "maximum_error_us", maximum);
  read_member(object, "failure", clock.failure);
  if (const auto found = object.find("synchronized"); found != object.end() && !found->is_null()) {
    clock.synchronized = found->get<bool>();
  }
  clock.estimated_error = std::chrono::microseconds{estimated};
  clock.maximum_error = std::chrono::microseconds{maximum};
  return clock;
}

}  // namespace

ordered_json settings_json(const ScanSettings& settings, const RunContext& run) {
  return {
      {"domain", settings.domain},
      {"servers", settings.servers},
      {"start_tls", settings.start_tls},
      {"ca_cert", settings.ca_cert},
      {"user", settings.user},
      {"password_file", settings.password_file},
      {"keytab", settings.keytab},
      {"ntlm", settings.ntlm},
      {"jobs", settings.jobs},
      {"deadline_ms", settings.deadline.count()},
      {"cas", settings.cas},
      {"worker_confinement", settings.worker_confinement},
      {"db", settings.history_file},
      {"program_sha256", run.program_sha256},
      {"clock", clock_json(run.clock)},
      {"clock_behind_history_ms", run.clock_behind_history.count()},
  };
}

std::string recorded_settings(const ScanSettings& settings, const RunContext& run) {
  return settings_json(settings, run).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::optional<ScanSettings> read_settings(std::string_view json, RunContext& run) {
  const auto object = ordered_json::parse(json, nullptr, /* allow_exceptions= */ false);
  if (!object.is_object()) return std::nullopt;
  try {
    ScanSettings settings;
    std::int64_t deadline = settings.deadline.count();
    read_member(object, "domain", settings.domain);
    read_member(object, "servers", settings.servers);
    read_member(object, "start_tls", settings.start_tls);
    read_member(object, "ca_cert", settings.ca_cert);
    read_member(object, "user", settings.user);
    read_member(object, "password_file", settings.password_file);
    read_member(object, "keytab", settings.keytab);
    read_member(object, "ntlm", settings.ntlm);
    read_number(object, "jobs", settings.jobs);
    read_number(object, "deadline_ms", deadline);
    read_member(object, "cas", settings.cas);
    read_member(object, "worker_confinement", settings.worker_confinement);
    read_member(object, "db", settings.history_file);
    settings.deadline = std::chrono::milliseconds{deadline};
    read_member(object, "program_sha256", run.program_sha256);
    if (const auto clock = object.find("clock"); clock != object.end() && clock->is_object()) {
      run.clock = read_clock(*clock);
    }
    std::int64_t behind = 0;
    read_number(object, "clock_behind_history_ms", behind);
    run.clock_behind_history = std::chrono::milliseconds{behind};
    return settings;
  } catch (const ordered_json::exception&) {
    return std::nullopt;
  } catch (const WrongType&) {
    return std::nullopt;
  }
}

}  // namespace casweep::history
