// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/worker_frame_internal.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <span>
#include <utility>

#include "base/whole_number.h"

namespace casweep::sweep {
namespace {

using nlohmann::json;

json to_json(const base::ForeignError& error) {
  return {{"domain", error.domain}, {"number", error.number}, {"symbol", error.symbol}};
}

json to_json(const assess::KeyIdentity& identity) {
  json hashes = json::array();
  for (const base::Octets& hash : identity.certificate_hashes) hashes.push_back(base::to_hex(hash));
  return {{"name", identity.name},
          {"common_name", identity.common_name ? json(*identity.common_name) : json(nullptr)},
          {"certificate_hashes", std::move(hashes)}};
}

json to_json(const assess::RegistryFacts& facts) {
  json out{{"key_path", facts.key_path},
           {"found_by", static_cast<int>(facts.found_by)},
           {"matched_by", static_cast<int>(facts.matched_by)},
           {"value", nullptr},
           {"key_last_write", nullptr},
           {"server_name", facts.server_name ? json(*facts.server_name) : json(nullptr)},
           {"identity", to_json(facts.identity)}};
  if (facts.interface_flags) {
    out["value"] = {{"type", facts.interface_flags->type}, {"data", base::to_hex(facts.interface_flags->data)}};
  }
  if (facts.key_last_write) out["key_last_write"] = facts.key_last_write->time_since_epoch().count();
  return out;
}

json to_json(const assess::Reading& reading) {
  json out{{"key_path", reading.key_path},
           {"address", reading.address},
           {"protocol", reading.protocol},
           {"account", reading.account},
           {"started_at", reading.started_at.time_since_epoch().count()},
           {"finished_at", reading.finished_at.time_since_epoch().count()}};
  if (reading.result) {
    out["facts"] = to_json(*reading.result);
  } else {
    const assess::ReadFailure& failure = reading.result.error();
    out["failure"] = {
        {"reason", word_of(failure.reason)}, {"detail", failure.detail}, {"error", to_json(failure.error)}};
  }
  return out;
}

// Decoding: nlohmann's at() and get() throw if something is missing or of another type; decode_frame catches that once.

template <typename T>
T required(std::optional<T> value) {
  if (!value) throw json::other_error::create(501, "no such value", nullptr);
  return *std::move(value);
}

template <typename T>
T whole_number(const json& in) {
  return required(base::whole_number<T>(in));
}

/// The number of one of `enumerators`, which count from 0.
template <typename Enum>
Enum enumerator(const json& in, std::span<const Enum> enumerators) {
  const auto number = whole_number<unsigned>(in);
  return required(number < enumerators.size() ? std::optional(enumerators[number]) : std::nullopt);
}

/// An instant within 2^53 ms (285,000 years) of 1970: every FILETIME fits, and converting such instants to
/// milliseconds, adding or subtracting them never overflows int64.
template <typename Time>
Time instant(const json& in) {
  using Unit = typename Time::duration;
  constexpr Unit furthest = std::chrono::duration_cast<Unit>(std::chrono::milliseconds(std::int64_t{1} << 53));
  const Unit since_1970(whole_number<std::int64_t>(in));
  const bool near = -furthest <= since_1970 && since_1970 <= furthest;
  return required(near ? std::optional(Time(since_1970)) : std::nullopt);
}

assess::KeyIdentity identity_of(const json& in) {
  assess::KeyIdentity identity;
  identity.name = in.at("name").get<std::string>();
  if (const json& name = in.at("common_name"); !name.is_null()) identity.common_name = name.get<std::string>();
  for (const json& hash : in.at("certificate_hashes")) {
    identity.certificate_hashes.push_back(required(base::from_hex(hash.get_ref<const std::string&>())));
  }
  return identity;
}

assess::RegistryFacts facts_of(const json& in) {
  assess::RegistryFacts facts;
  facts.key_path = in.at("key_path").get<std::string>();
  facts.found_by = enumerator(in.at("found_by"), assess::all_key_found_by());
  facts.matched_by = enumerator(in.at("matched_by"), assess::all_key_matched_by());
  if (const json& value = in.at("value"); !value.is_null()) {
    facts.interface_flags =
        winreg::RegistryValue{whole_number<std::uint32_t>(value.at("type")),
                              required(base::from_hex(value.at("data").get_ref<const std::string&>()))};
  }
  if (const json& time = in.at("key_last_write"); !time.is_null()) {
    facts.key_last_write = instant<std::chrono::sys_seconds>(time);
  }
  if (const json& name = in.at("server_name"); !name.is_null()) facts.server_name = name.get<std::string>();
  facts.identity = identity_of(in.at("identity"));
  return facts;
}

assess::ReadFailure failure_of(const json& in) {
  const json& error = in.at("error");
  return {required(assess::reason_of_word(in.at("reason").get_ref<const std::string&>())),
          in.at("detail").get<std::string>(),
          {error.at("domain").get<std::string>(), whole_number<std::int64_t>(error.at("number")),
           error.at("symbol").get<std::string>()}};
}

assess::Reading reading_of(const json& in) {
  assess::Reading reading;
  reading.key_path = in.at("key_path").get<std::string>();
  reading.address = in.at("address").get<std::string>();
  reading.protocol = in.at("protocol").get<std::string>();
  reading.account = in.at("account").get<std::string>();
  reading.started_at = instant<base::Instant>(in.at("started_at"));
  reading.finished_at = instant<base::Instant>(in.at("finished_at"));
  if (in.contains("facts")) {
    reading.result = facts_of(in.at("facts"));
  } else {
    reading.result = tl::unexpected(failure_of(in.at("failure")));
  }
  return reading;
}

std::optional<WorkerMessage> decode(std::string_view payload) {
  try {
    const json in = json::parse(payload);
    WorkerMessage message;
    const auto& kind = in.at("kind").get_ref<const std::string&>();
    if (kind != "stage" && kind != "result") return std::nullopt;
    message.kind = kind == "result" ? WorkerMessage::Kind::result : WorkerMessage::Kind::stage;
    message.stage = in.at("stage").get<std::string>();
    message.reading = reading_of(in.at("reading"));
    return message;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string encode_frame(const WorkerMessage& message) {
  const json out{{"kind", message.kind == WorkerMessage::Kind::result ? "result" : "stage"},
                 {"stage", message.stage},
                 {"reading", to_json(message.reading)}};
  // Directory text that is not UTF-8 would not be valid JSON: its bad bytes become U+FFFD.
  const std::string payload = out.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string frame;
  for (int shift = 0; shift < 32; shift += 8) frame.push_back(static_cast<char>((payload.size() >> shift) & 0xFF));
  return frame + payload;
}

std::optional<WorkerMessage> FrameReader::next() {
  constexpr std::size_t header = 4;
  if (broken_ || buffer_.size() < header) return std::nullopt;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < header; ++i) {
    length |= std::uint32_t{static_cast<unsigned char>(buffer_[i])} << (8 * i);
  }
  if (length > longest_frame) {
    broken_ = true;
    return std::nullopt;
  }
  if (buffer_.size() < header + length) return std::nullopt;
  auto message = decode(std::string_view(buffer_).substr(header, length));
  buffer_.erase(0, header + length);
  if (!message) broken_ = true;
  return message;
}

}  // namespace casweep::sweep
