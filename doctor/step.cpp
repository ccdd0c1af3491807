// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/step.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/words.h"

namespace casweep::doctor {
namespace {

// Exported by 'casweep doctor': add, never rename.
constexpr auto check_words = base::words<Check>({
    {Check::history, "history"},
    {Check::client_library, "client-library"},
    {Check::confinement, "confinement"},
    {Check::user, "user"},
    {Check::account, "account"},
    {Check::resolver, "resolver"},
    {Check::domain_controllers, "domain-controllers"},
    {Check::directory_ports, "directory-ports"},
    {Check::kdcs, "kdcs"},
    {Check::kdc_ports, "kdc-ports"},
    {Check::clocks, "clocks"},
    {Check::ticket, "ticket"},
    {Check::directory, "directory"},
    {Check::listing, "listing"},
    {Check::ca_choice, "ca-choice"},
    {Check::ca, "ca"},
});

constexpr auto area_words = base::words<Area>({
    {Area::machine, "machine"},
    {Area::network, "network"},
    {Area::directory, "directory"},
    {Area::cas, "cas"},
});

constexpr auto outcome_words = base::words<Outcome>({
    {Outcome::skipped, "skipped"},
    {Outcome::ok, "ok"},
    {Outcome::warning, "warning"},
    {Outcome::failed, "failed"},
});

struct Meaning {
  Area area;
  std::string_view claim;
};

Meaning meaning_of(Check check) {
  switch (check) {
    case Check::history:
      return {Area::machine, "The history can be written"};
    case Check::client_library:
      return {Area::machine, "Samba's client library can read CA hosts"};
    case Check::confinement:
      return {Area::machine, "The workers that talk to CA hosts are confined"};
    case Check::user:
      return {Area::machine, "casweep does not run as root"};
    case Check::account:
      return {Area::machine, "There is an account to log on with"};
    case Check::resolver:
      return {Area::network, "This machine has DNS servers to ask"};
    case Check::domain_controllers:
      return {Area::network, "The domain controllers have names and addresses"};
    case Check::directory_ports:
      return {Area::network, "The domain controllers accept LDAP connections"};
    case Check::kdcs:
      return {Area::network, "The KDCs of the account are known"};
    case Check::kdc_ports:
      return {Area::network, "The KDCs accept connections"};
    case Check::clocks:
      return {Area::network, "This machine's clock agrees with the domain's"};
    case Check::ticket:
      return {Area::directory, "The account has a Kerberos ticket that lasts for a scan"};
    case Check::directory:
      return {Area::directory, "The directory is proven and accepts the account"};
    case Check::listing:
      return {Area::directory, "The account can list the CAs"};
    case Check::ca_choice:
      return {Area::directory, "Each --ca names one CA"};
    case Check::ca:
      break;
  }
  return {Area::cas, "The CA's host accepts the account and shows the CA's key"};
}

}  // namespace

std::span<const Check> all_checks() { return check_words.keys(); }
std::span<const Area> all_areas() { return area_words.keys(); }
std::span<const Outcome> all_outcomes() { return outcome_words.keys(); }
std::string_view word_of(Check check) { return check_words.word_of(check); }
std::string_view word_of(Area area) { return area_words.word_of(area); }
std::string_view word_of(Outcome outcome) { return outcome_words.word_of(outcome); }

Area area_of(Check check) { return meaning_of(check).area; }
std::string_view claim_of(Check check) { return meaning_of(check).claim; }

Finding failure(Cause cause, std::string text, std::string advice) {
  return {Outcome::failed, std::move(text), std::move(advice), cause};
}

const Step* first_failure(std::span<const Step> steps) {
  const auto found = std::ranges::find(steps, Outcome::failed, [](const Step& step) { return step.finding.outcome; });
  return found == steps.end() ? nullptr : &*found;
}

Outcome outcome_of(std::span<const Step> steps) {
  Outcome worst = Outcome::ok;
  for (const Step& step : steps) worst = std::max(worst, step.finding.outcome);
  return worst;
}

}  // namespace casweep::doctor
