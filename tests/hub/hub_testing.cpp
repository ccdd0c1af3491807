// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/hub/hub_testing.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "hub/administration.h"
#include "tests/support/history_testing.h"

namespace casweep::test {

PostgresServer& shared_server() {
  static PostgresServer server;
  return server;
}

namespace {

/// A new database with an empty hub: a copy of one that init_hub() made, because that is faster.
std::string make_hub(const PostgresServer& server, int partitions) {
  static std::map<std::pair<const PostgresServer*, int>, std::string> templates;
  static int number = 0;
  hub::Connection admin(hub::read_hub_address(server.socket("postgres", "postgres")));
  std::string& original = templates[{&server, partitions}];
  if (original.empty()) {
    original = fmt::format("template_{}", ++number);
    admin.run("CREATE DATABASE " + original);
    hub::Connection owner(hub::read_hub_address(server.socket("postgres", original)));
    hub::init_hub(owner, partitions);
  }
  const std::string name = fmt::format("hub_{}", ++number);
  admin.run(fmt::format("CREATE DATABASE {} TEMPLATE {}", name, original));
  return name;
}

}  // namespace

HubOnServer::HubOnServer(const PostgresServer& server, int partitions)
    : server_(server), database_(make_hub(server, partitions)) {}

hub::Connection HubOnServer::as(const std::string& login, hub::Waits waits, base::StopSignal stop) const {
  return hub::Connection(hub::read_hub_address(server_.socket(login, database_)), stop, waits);
}

std::string HubOnServer::enroll(const std::filesystem::path& history, const std::string& login) const {
  auto owner = admin();
  const std::string site = site_of(history);
  hub::enroll_site(owner, site, login);
  return site;
}

hub::Publication HubOnServer::publish(const std::filesystem::path& history, const std::string& login) const {
  auto connection = as(login);
  return hub::publish(store::PublicationReader(history), connection);
}

std::string HubOnServer::value(const std::string& query) const { return admin().select(query).text(0, 0); }

void HubOnServer::expect_sound() const {
  auto owner = admin();
  for (const hub::HubDamage& damage : hub::check_hub(owner).damages) {
    ADD_FAILURE() << damage.site_id << " " << damage.table << " " << damage.row.value_or(0) << ": " << damage.what;
  }
}

void copy_long_history(const std::filesystem::path& file) {
  static const TestFolder folder;
  static const auto made = [] {
    record_scans(folder / "long.db", long_history);
    return folder / "long.db";
  }();
  std::filesystem::copy_file(made, file);
}

void record_scans(const std::filesystem::path& file, int scans) {
  auto history = store::History::open(file);
  for (int scan = 0; scan < scans; ++scan) {
    std::vector<history::Observation> cas{enforced_example(1, "Contoso CA 1")};
    cas.push_back(scan % 3 == 0 ? not_enforced_example(2, "Contoso CA 2") : enforced_example(2, "Contoso CA 2"));
    if (scan % 4 != 1) cas.push_back(unknown_example(3, "Contoso CA 3", assess::Reason::timed_out));
    record_scan(history, cas, scan % 5 == 4 ? history::ScanState::partial : history::ScanState::complete);
  }
}

std::string site_of(const std::filesystem::path& history) {
  return store::History::open_existing(history).site_id().value();
}

hub::HubError error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const hub::HubError& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {hub::HubError::Kind::failed, "nothing was thrown"};
}

}  // namespace casweep::test
