// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/duplicate_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/reading_text.h"

namespace casweep::report {

std::string duplicate_text(const discovery::DuplicateObject& duplicate) {
  return duplicate.object_guid.to_string() + " " + duplicate.distinguished_name;
}

std::string duplicates_text(const discovery::EnrollmentService& ca) {
  std::string text;
  for (const auto& duplicate : ca.duplicates) text += (text.empty() ? "" : "; ") + duplicate_text(duplicate);
  return text;
}

nlohmann::ordered_json duplicates_json(const discovery::EnrollmentService& ca) {
  auto array = nlohmann::ordered_json::array();
  for (const auto& [object_guid, distinguished_name] : ca.duplicates) {
    array.push_back(
        {{"object_guid", object_guid.to_string()}, {"distinguished_name", text_or_null(distinguished_name)}});
  }
  return array;
}

void write_duplicates(std::ostream& out, const discovery::EnrollmentService& ca, const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  for (const auto& duplicate : ca.duplicates) {
    write_wrapped(out,
                  fmt::format("Note: the directory has a duplicate object of the CA {}: {}. It is not counted; remove "
                              "the object that is no longer needed.",
                              base::terminal_name(name_of(ca), ca.object_guid, charset),
                              base::terminal_safe(duplicate_text(duplicate), charset)),
                  0, 0, style.columns);
  }
}

}  // namespace casweep::report
