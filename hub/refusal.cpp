// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "base/instant.h"
#include "base/iso_time.h"
#include "hub/refusal_internal.h"

namespace casweep::hub {
namespace {

using nlohmann::json;
using Kind = HubError::Kind;

/// The members of a detail; what is missing or has another type is empty or 0.
struct Detail {
  explicit Detail(const std::string& text) : object(json::parse(text, nullptr, /* allow_exceptions= */ false)) {}

  [[nodiscard]] std::int64_t number(const char* name) const {
    if (!object.is_object()) return 0;
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
  }
  [[nodiscard]] std::string text(const char* name) const {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
  }

  json object;
};

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& letter : text) {
    if (letter == '\n' || letter == '\t') letter = ' ';
  }
  return text;
}

struct Meaning {
  Kind kind;
  std::string sentence;
};

Meaning meaning_of_casweep(const std::string& hub, const Refusal& refusal) {
  const Detail detail(refusal.detail);
  const std::string& state = refusal.sqlstate;
  if (state == "ZC001") {
    return {Kind::not_enrolled,
            fmt::format("The hub ({}) does not accept the site {} from the login {}: ask its owner to run 'casweep hub "
                        "enroll {} --login {}'.",
                        hub, detail.text("site"), detail.text("login"), detail.text("site"), detail.text("login"))};
  }
  if (state == "ZC002") {
    return {Kind::other_chain, sentence_of_other_chain(detail.number("seq"), detail.number("received_at"))};
  }
  if (state == "ZC003") {
    return {Kind::refused_rows, fmt::format("The hub ({}) expected ledger entry {} and got entry {}: check the history "
                                            "with 'casweep db check'.",
                                            hub, detail.number("expected"), detail.number("seq"))};
  }
  if (state == "ZC004") {
    return {Kind::refused_rows, fmt::format("The hub ({}) refused ledger entry {}, whose hash is not that of its "
                                            "content: check the history with 'casweep db check'.",
                                            hub, detail.number("seq"))};
  }
  if (state == "ZC005") {
    const std::string row = detail.text("table").empty() ? "a row"
                                                         : fmt::format("{} {} of ledger entry {}", detail.text("table"),
                                                                       detail.number("id"), detail.number("seq"));
    return {Kind::refused_rows, fmt::format("The hub ({}) refused {}: {}. Check the history with 'casweep db check'.",
                                            hub, row, refusal.message)};
  }
  if (state == "ZC006") {
    return {Kind::failed, fmt::format("The hub ({}) refused a change: {}.", hub, refusal.message)};
  }
  if (state == "ZC007") {
    return {Kind::older, fmt::format("The hub ({}) has an older schema than this program publishes to: ask its owner "
                                     "to run 'casweep hub upgrade'.",
                                     hub)};
  }
  if (state == "ZC008") {
    return {Kind::busy, fmt::format("Another publisher sent the same history to the hub ({}) in the meantime: run "
                                    "'casweep publish' again.",
                                    hub)};
  }
  if (state == "ZC009") {
    return {Kind::refused_rows, fmt::format("This history is not the site {}, for which it was sent to the hub ({}).",
                                            detail.text("site"), hub)};
  }
  if (state == "ZC020") {
    return {Kind::failed,
            fmt::format("The server of the hub ({}) is older than PostgreSQL 15; use a newer server.", hub)};
  }
  if (state == "ZC021") {
    return {Kind::failed, fmt::format("The database of the hub ({}) has another encoding than UTF8; create one with "
                                      "'createdb --encoding=UTF8 --template=template0'.",
                                      hub)};
  }
  return {Kind::failed, fmt::format("The hub ({}) refused: {}.", hub, refusal.message)};
}

Meaning meaning_of(const std::string& hub, const Refusal& refusal) {
  const std::string& state = refusal.sqlstate;
  const std::string said = one_line(refusal.message);
  if (state.starts_with("ZC")) return meaning_of_casweep(hub, refusal);
  if (state == "3F000" || state == "42883" || state == "42P01") {
    return {Kind::not_a_hub,
            fmt::format("The database ({}) is not a hub of casweep ({}): 'casweep hub init' makes one.", hub, said)};
  }
  if (state == "42501") {
    return {Kind::credentials, fmt::format("The login may not do this on the hub ({}): {}.", hub, said)};
  }
  if (state == "23505") {
    return {Kind::refused_rows,
            fmt::format("The hub ({}) has another row with the key of one that was sent (table {}): check the history "
                        "with 'casweep db check', and the hub with 'casweep hub check'.",
                        hub, refusal.table)};
  }
  if (state == "23503" || state.starts_with("23") || state.starts_with("22")) {
    return {Kind::refused_rows, fmt::format("The hub ({}) refused what was sent ({}): check the history with 'casweep "
                                            "db check'.",
                                            hub, said)};
  }
  if (state == "53100" || state == "53400") {
    return {Kind::disk_full, fmt::format("The disk of the hub ({}) is full ({}); nothing was recorded there. Make "
                                         "room, then publish again.",
                                         hub, said)};
  }
  if (state == "55P03") {
    return {Kind::busy, fmt::format("Another publisher of the same history is at work on the hub ({}); try again when "
                                    "it has ended.",
                                    hub)};
  }
  if (state == "57014") {
    return {Kind::unreachable, fmt::format("The hub ({}) took too long ({}); nothing was recorded there. Try again "
                                           "later.",
                                           hub, said)};
  }
  if (state.starts_with("57P") || state.starts_with("08") || state == "53300" || state.starts_with("25P")) {
    return {Kind::unreachable, fmt::format("The connection to the hub ({}) was lost ({}); what was not confirmed is "
                                           "sent again next time.",
                                           hub, said)};
  }
  return {Kind::failed, fmt::format("The hub ({}) reports an error: {} ({}).", hub, said, state)};
}

}  // namespace

RefusedByHub::RefusedByHub(const std::string& hub, Refusal refusal)
    : HubError(meaning_of(hub, refusal).kind, meaning_of(hub, refusal).sentence), refusal_(std::move(refusal)) {}

std::string sentence_of_other_chain(std::int64_t seq, std::int64_t received_at) {
  const std::string when = base::iso_time(base::Instant{std::chrono::milliseconds{received_at}});
  return fmt::format(
      "The hub received another ledger entry {} of this history{}: the history was rewritten since then, or a copy of "
      "it was continued elsewhere. Nothing was published. Compare both with 'casweep db check --hub'; if this history "
      "is the right one, begin a new one and have it enrolled.",
      seq, received_at == 0 ? "" : " on " + when);
}

}  // namespace casweep::hub
