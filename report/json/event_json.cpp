// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/event_json.h"

#include <nlohmann/json.hpp>

#include "base/iso_time.h"
#include "report/json/json_text.h"

namespace casweep::report {

nlohmann::ordered_json event_json(const history::Event& event) {
  return {{"kind", history::word_of(event.kind)},
          {"at", text_or_null(base::iso_time(event.at))},
          {"scan", event.scan ? nlohmann::ordered_json(*event.scan) : nullptr},
          {"object_guid", event.object_guid.to_string()},
          {"name", text_or_null(event.identity->common_name)},
          {"display_name", text_or_null(event.identity->display_name)},
          {"dns_host_name", text_or_null(event.identity->dns_host_name)},
          {"before", text_or_null(event.before)},
          {"after", text_or_null(event.after)},
          {"reason", text_or_null(event.reason)}};
}

}  // namespace casweep::report
