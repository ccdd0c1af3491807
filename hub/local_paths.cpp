// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/local_paths.h"

#include <cstddef>
#include <nlohmann/json.hpp>

#include "base/ascii_case.h"

namespace casweep::hub {
namespace {

bool is_letter_or_digit(char letter) { return base::is_ascii_letter(letter) || base::is_ascii_digit(letter); }

/// Whether the slash at `place` begins the name of a file.
bool begins_path(std::string_view text, std::size_t place) {
  constexpr std::string_view inside_a_name = ".-_/]*%";
  if (place > 0) {
    const char before = text[place - 1];
    if (is_letter_or_digit(before) || inside_a_name.find(before) != std::string_view::npos) return false;
    if ((static_cast<unsigned char>(before) & 0x80U) != 0) return false;  // the end of a letter beyond ASCII
  }
  if (place + 1 >= text.size()) return false;
  const char after = text[place + 1];
  return after != '/' && after != ' ';
}

/// The end of the name that begins at `place`: in quotes, the closing quote; otherwise what no such name has.
std::size_t end_of_path(std::string_view text, std::size_t place) {
  const char before = place > 0 ? text[place - 1] : ' ';
  if (before == '\'' || before == '"') {
    const auto quote = text.find(before, place);
    if (quote != std::string_view::npos) return quote;
  }
  auto end = text.find_first_of(" \t\n'\"()<>,;", place);
  if (end == std::string_view::npos) end = text.size();
  while (end > place + 1 && (text[end - 1] == '.' || text[end - 1] == ':')) --end;  // of the sentence
  return end;
}

}  // namespace

std::string without_local_paths(std::string_view text) {
  std::string kept;
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text[place] != '/' || !begins_path(text, place)) {
      kept += text[place];
      continue;
    }
    kept += "…";
    place = end_of_path(text, place) - 1;
  }
  return kept;
}

std::string settings_without_files(std::string_view recorded) {
  using nlohmann::ordered_json;
  const auto object = ordered_json::parse(recorded, nullptr, /* allow_exceptions= */ false);
  auto kept = ordered_json::object();
  if (!object.is_object()) return kept.dump();
  for (const char* name : {"domain", "servers", "start_tls", "user", "ntlm", "jobs", "deadline_ms", "cas",
                           "worker_confinement", "program_sha256", "clock_behind_history_ms"}) {
    if (const auto found = object.find(name); found != object.end()) kept[name] = *found;
  }
  if (const auto clock = object.find("clock"); clock != object.end() && clock->is_object()) {
    if (const auto found = clock->find("synchronized"); found != clock->end()) {
      kept["clock"] = {{"synchronized", *found}};
    }
  }
  return kept.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace casweep::hub
