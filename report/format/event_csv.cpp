// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/event_csv.h"

#include <array>
#include <cstddef>
#include <string>

#include "base/iso_time.h"
#include "report/format/csv_text.h"

namespace casweep::report {

void write_events_csv(std::ostream& out, std::span<const history::Event> events) {
  constexpr std::size_t columns = 10;
  using Row = std::array<std::string, columns>;
  // Part of the format: new columns go to the end.
  write_csv_record(out, Row{"at", "scan", "event", "name", "dns_host_name", "before", "after", "reason", "common_name",
                            "object_guid"});
  for (const history::Event& event : events) {
    write_csv_record(
        out, Row{base::iso_time(event.at), event.scan ? std::to_string(*event.scan) : "",
                 std::string(history::word_of(event.kind)), name_of(*event.identity), event.identity->dns_host_name,
                 event.before, event.after, event.reason, event.identity->common_name, event.object_guid.to_string()});
  }
}

}  // namespace casweep::report
