// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/hub_address.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "hub/hub_error.h"
#include "hub/pq_library_internal.h"

namespace casweep::hub {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

HubError wrong(const std::string& why) { return {HubError::Kind::conninfo, why}; }

constexpr std::string_view where_passwords_are =
    "put it into the password file ~/.pgpass (or the one that PGPASSFILE names), or into the service file "
    "~/.pg_service.conf, with mode 0600";

}  // namespace

std::string HubAddress::shown() const {
  const auto of = [&](const char* name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
  };
  if (!of("service").empty()) return fmt::format("service {}", of("service"));
  std::string text = of("dbname").empty() ? "the default database" : fmt::format("database {}", of("dbname"));
  const std::string host = of("host").empty() ? of("hostaddr") : of("host");
  if (!host.empty()) text += fmt::format(" on {}", host);
  if (!of("port").empty()) text += fmt::format(" port {}", of("port"));
  return text;
}

HubAddress read_hub_address(std::string_view conninfo) {
  const bool has_assignment = conninfo.find('=') != std::string_view::npos;
  const bool is_uri = conninfo.starts_with("postgresql://") || conninfo.starts_with("postgres://");
  if (!has_assignment && !is_uri) {
    throw wrong(
        "The address of the hub is neither a list such as 'host=hub.corp.example dbname=casweep', nor "
        "'service=NAME', nor a URI such as 'postgresql://hub.corp.example/casweep'.");
  }
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(std::string(conninfo).c_str(), &problem));
  const std::unique_ptr<char, void (*)(char*)> owned(problem, [](char* text) { PQfreemem(text); });
  if (!options) {
    // libpq repeats parts of the text, which may be a password.
    throw wrong("The address of the hub cannot be read; write it like 'host=hub.corp.example dbname=casweep'.");
  }
  HubAddress address;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string name = option->keyword;
    if (name == "password" || name == "sslpassword") {
      throw wrong(fmt::format("The address of the hub holds a password ({}), which others could read there; {}.", name,
                              where_passwords_are));
    }
    address.parameters[name] = option->val;
  }
  if (std::getenv("PGPASSWORD") != nullptr) {
    throw wrong(fmt::format("The variable PGPASSWORD holds a password, which others could read there; {}.",
                            where_passwords_are));
  }
  const auto mode = address.parameters.find("sslmode");
  if (mode != address.parameters.end() && mode->second != "verify-full") {
    throw wrong(
        fmt::format("The address of the hub has sslmode={}; casweep connects with verify-full only, so that "
                    "the server proves its identity. Remove sslmode, and name the server's CA with sslrootcert.",
                    mode->second));
  }
  address.parameters["sslmode"] = "verify-full";
  // Encryption by Kerberos proves the server too; without either there is no connection.
  const auto gss = address.parameters.find("gssencmode");
  if (gss == address.parameters.end() || gss->second != "require") address.parameters["gssencmode"] = "disable";
  return address;
}

}  // namespace casweep::hub
