// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>

#include <nlohmann/json.hpp>

#include "base/octets.h"
#include "base/utf8.h"
#include "store/foreign_text_internal.h"

namespace casweep::store {
namespace {

nlohmann::json json_of_text(const std::string& text) {
  if (base::is_utf8(text)) return text;
  return {{"hex", base::to_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()})}};
}

std::string text_of_json(const nlohmann::json& json) {
  if (json.is_string()) return json.get<std::string>();
  const auto octets = base::from_hex(json.at("hex").get<std::string>()).value_or(base::Octets{});
  return {octets.begin(), octets.end()};
}

}  // namespace

bool is_storable_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && base::is_utf8(text);
}

void bind_foreign_text(SQLite::Statement& statement, const char* parameter, std::string_view text) {
  if (text.empty()) {
    statement.bind(parameter);
  } else if (is_storable_text(text)) {
    statement.bind(parameter, std::string{text});
  } else {
    statement.bind(parameter, static_cast<const void*>(text.data()), static_cast<int>(text.size()));
  }
}

std::string json_of(std::span<const std::string> texts) {
  auto json = nlohmann::json::array();
  for (const auto& text : texts) json.push_back(json_of_text(text));
  return json.dump();
}

std::vector<std::string> texts_of_json(std::string_view json) {
  std::vector<std::string> texts;
  for (const auto& text : nlohmann::json::parse(json)) texts.push_back(text_of_json(text));
  return texts;
}

std::string json_of(std::span<const discovery::DuplicateObject> duplicates) {
  auto json = nlohmann::json::array();
  for (const auto& [object_guid, distinguished_name] : duplicates) {
    json.push_back(
        {{"object_guid", object_guid.to_string()}, {"distinguished_name", json_of_text(distinguished_name)}});
  }
  return json.dump();
}

std::vector<discovery::DuplicateObject> duplicates_of_json(std::string_view json) {
  std::vector<discovery::DuplicateObject> duplicates;
  for (const auto& duplicate : nlohmann::json::parse(json)) {
    const auto guid = base::ObjectGuid::from_string(duplicate.at("object_guid").get<std::string>());
    if (!guid) throw nlohmann::json::other_error::create(501, "an invalid objectGUID", nullptr);
    duplicates.push_back({*guid, text_of_json(duplicate.at("distinguished_name"))});
  }
  return duplicates;
}

}  // namespace casweep::store
