// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "store/scan_comparison_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

using discovery::EnrollmentService;

const EnrollmentService& service_in(const history::Observation& ca) { return ca.service; }
const EnrollmentService& service_in(const EnrollmentService& service) { return service; }

std::string quoted_name(const EnrollmentService& service) {
  return fmt::format("'{}'", base::name_or_guid(name_of(service), service.object_guid));
}

std::string verdict_words(const history::Observation& ca) {
  return fmt::format("{} ({})", word_of(ca.judgement.verdict), word_of(ca.judgement.reason));
}

std::string difference_between(const history::Observation& judged, const history::Observation& given_back) {
  if (verdict_words(judged) != verdict_words(given_back)) {
    return fmt::format("the verdict is {}, but the history returns {}", verdict_words(judged),
                       verdict_words(given_back));
  }
  return "the history does not return the evidence that was read";
}

std::string difference_between(const EnrollmentService& /*judged*/, const EnrollmentService& /*given_back*/) {
  return "the history does not return its description from the directory";
}

/// CAs by objectGUID. A directory lists each once.
template <typename Ca>
std::map<base::ObjectGuid, const Ca*> by_guid(const std::vector<Ca>& cas) {
  std::map<base::ObjectGuid, const Ca*> all;
  for (const Ca& ca : cas) all.emplace(service_in(ca).object_guid, &ca);
  return all;
}

template <typename Ca>
void require_same_cas(const std::vector<Ca>& judged, const std::vector<Ca>& given_back, std::string_view verb) {
  const auto found = by_guid(given_back);
  for (const Ca& ca : judged) {
    const auto same = found.find(service_in(ca).object_guid);
    if (same == found.end()) {
      throw Altered(
          fmt::format("the CA {} was {}, but the history does not return it", quoted_name(service_in(ca)), verb));
    }
    if (*same->second != ca) {
      throw Altered(
          fmt::format("of the CA {}, {}", quoted_name(service_in(ca)), difference_between(ca, *same->second)));
    }
  }
  const auto known = by_guid(judged);
  for (const Ca& ca : given_back) {
    if (known.contains(service_in(ca).object_guid)) continue;
    throw Altered(fmt::format("the history returns the CA {}, which was not {}", quoted_name(service_in(ca)), verb));
  }
  if (judged.size() != given_back.size()) {
    throw Altered(fmt::format("the history returns {} CAs, but {} were {}", given_back.size(), judged.size(), verb));
  }
}

template <typename Value>
void require_same_value(const Value& judged, const Value& given_back, std::string_view what) {
  if (judged == given_back) return;
  throw Altered(fmt::format("the history does not return the {} of the scan", what));
}

}  // namespace

history::Observation as_kept(history::Observation ca) {
  if (!ca.reading) return ca;
  auto& reading = *ca.reading;
  if (reading.result) {
    reading.key_path.clear();  // the facts have it
    reading.result->identity = {};
    if (auto& name = reading.result->server_name; name && name->empty()) name.reset();
  } else if (auto& error = reading.result.error().error; error.domain.empty()) {
    error = {};
  }
  return ca;
}

void require_same_scan(const history::ScanRecord& judged, const history::ScanRecord& given_back) {
  require_same_cas(judged.cas, given_back.cas, "read");
  require_same_cas(judged.not_read, given_back.not_read, "listed");
  require_same_value(judged.start, given_back.start, "beginning");
  require_same_value(judged.settings, given_back.settings, "settings");
  require_same_value(judged.state, given_back.state, "state");
  require_same_value(judged.finished_at, given_back.finished_at, "end");
  require_same_value(judged.failure, given_back.failure, "failure");
  require_same_value(judged.listing, given_back.listing, "listing");
  require_same_value(judged.discovered, given_back.discovered, "number of CAs");
}

}  // namespace casweep::store
