// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/checkup_json.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>
#include <variant>

#include "base/iso_time.h"
#include "report/json/json_text.h"

namespace casweep::report {
namespace {

using nlohmann::ordered_json;

ordered_json ca_of_step_json(const doctor::Step& step) {
  if (!step.ca) return nullptr;
  ordered_json reason = nullptr;
  if (const auto& cause = step.finding.cause) {
    if (const auto* const of_ca = std::get_if<assess::Reason>(&*cause)) reason = word_of(*of_ca);
  }
  return {{"name", text_or_null(step.ca->name)}, {"host", text_or_null(step.ca->host)}, {"reason", std::move(reason)}};
}

ordered_json step_json(const doctor::Step& step) {
  return {{"check", word_of(step.check)},
          {"area", word_of(area_of(step.check))},
          {"proves", claim_of(step.check)},
          {"ca", ca_of_step_json(step)},
          {"outcome", word_of(step.finding.outcome)},
          {"because_of", step.because_of ? ordered_json(word_of(*step.because_of)) : ordered_json(nullptr)},
          {"duration_ms", step.duration.count()},
          {"found", text_or_null(step.finding.text)},
          {"advice", text_or_null(step.finding.advice)}};
}

}  // namespace

void write_checkup_json(std::ostream& out, const doctor::Checkup& checkup, int exit_code) {
  ordered_json steps = ordered_json::array();
  for (const doctor::Step& step : checkup.steps) steps.push_back(step_json(step));
  write_json(out, {{"schema_version", schema_version},
                   {"started_at", text_or_null(base::iso_time(checkup.started_at))},
                   {"directory", text_or_null(checkup.directory)},
                   {"account", text_or_null(checkup.principal)},
                   {"outcome", word_of(outcome_of(checkup.steps))},
                   {"exit_code", exit_code},
                   {"steps", std::move(steps)}});
}

}  // namespace casweep::report
