// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgres_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

namespace casweep::test {
namespace {

namespace fs = std::filesystem;

/// The newest version that is installed.
fs::path programs_of_postgres() {
  fs::path found;
  int newest = 0;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int number = std::atoi(version.path().filename().c_str());
    if (number > newest && fs::exists(version.path() / "bin/postgres")) {
      newest = number;
      found = version.path() / "bin";
    }
  }
  if (found.empty()) throw std::runtime_error("PostgreSQL is missing: run scripts/dependencies test");
  return found;
}

/// The account of the server, which PostgreSQL does not let be root.
std::optional<std::pair<uid_t, gid_t>> server_account() {
  if (geteuid() != 0) return std::nullopt;
  const passwd* nobody = getpwnam("nobody");
  if (nobody == nullptr) throw std::runtime_error("there is no account 'nobody'");
  return std::pair{nobody->pw_uid, nobody->pw_gid};
}

void give_to_server(const fs::path& file) {
  if (const auto account = server_account()) {
    if (chown(file.c_str(), account->first, account->second) != 0) throw std::runtime_error("chown");
  }
}

/// Starts `program` as the server's account, with its output in the file `log`. It ends with this process.
pid_t start_program(const fs::path& program, const std::vector<std::string>& arguments, const fs::path& log) {
  const auto account = server_account();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  if (account && (setgroups(0, nullptr) != 0 || setgid(account->second) != 0 || setuid(account->first) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(126);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  if (chdir("/") != 0) _exit(126);
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  setenv("LC_ALL", "C", 1);
  execv(program.c_str(), words.data());
  _exit(127);
}

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(listener, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  close(listener);
  return ntohs(address.sin_port);
}

void run_shell(const std::string& command) {
  if (std::system(("(" + command + ") >/dev/null 2>&1").c_str()) != 0) throw std::runtime_error("failed: " + command);
}

void make_authority(const std::string& name) {
  run_shell(
      fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=test "
                  "-addext keyUsage=critical,keyCertSign -keyout {0}.key -out {0}.crt",
                  name));
}

void issue_certificate(const std::string& authority, const std::string& file, const std::string& name,
                       const std::string& extension) {
  run_shell(
      fmt::format("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN={1} -keyout "
                  "{0}.key -out {0}.csr && printf '%s' '{3}' > {0}.ext && openssl x509 -req -in {0}.csr -CA "
                  "{2}.crt -CAkey {2}.key -CAcreateserial -days 10 -extfile {0}.ext -out {0}.crt && chmod 0600 "
                  "{0}.key",
                  file, name, authority, extension));
}

}  // namespace

PostgresServer::PostgresServer(bool tls, const std::vector<std::string>& settings)
    : programs_(programs_of_postgres()), settings_(settings), tls_(tls) {
  give_to_server(folder_.path());
  // Made before anything connects: the certificates of clients are read by this process, the others by the server.
  run_tool("initdb", {"-D", (folder_ / "data").string(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
                      "--no-sync", "--no-instructions"});
  if (tls_) {
    port_ = free_port();
    make_certificates();
    std::ofstream(folder_ / "data/pg_hba.conf") << "local all all trust\nhostssl all all 127.0.0.1/32 cert\n";
  }
  start();
}

PostgresServer::~PostgresServer() {
  if (process_ > 0) stop();
}

void PostgresServer::make_certificates() const {
  make_authority(authority().substr(0, authority().size() - 4));
  make_authority(other_authority().substr(0, other_authority().size() - 4));
  const std::string server = (folder_ / "server").string();
  issue_certificate((folder_ / "ca").string(), server, "server", "subjectAltName=DNS:localhost");
  for (const char* ending : {".key", ".crt"}) give_to_server(server + ending);
}

void PostgresServer::start() {
  std::vector<std::string> arguments{"-D", (folder_ / "data").string(), "-k", folder_.path().string()};
  const auto set = [&](const std::string& setting) {
    arguments.emplace_back("-c");
    arguments.push_back(setting);
  };
  set("fsync=off");
  set("full_page_writes=off");
  set(fmt::format("listen_addresses={}", tls_ ? "127.0.0.1" : ""));
  if (tls_) {
    set(fmt::format("port={}", port_));
    set("ssl=on");
    set("ssl_ca_file=" + authority());
    set("ssl_cert_file=" + (folder_ / "server.crt").string());
    set("ssl_key_file=" + (folder_ / "server.key").string());
  }
  for (const std::string& setting : settings_) set(setting);
  process_ = start_program(programs_ / "postgres", arguments, folder_ / "log");
  const std::string address = socket("postgres", "postgres");
  for (int tries = 0; tries < 600; ++tries) {
    if (PQping(address.c_str()) == PQPING_OK) return;
    if (waitpid(process_, nullptr, WNOHANG) == process_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  process_ = -1;
  throw std::runtime_error("PostgreSQL did not start: " + content_of(folder_ / "log"));
}

void PostgresServer::stop() {
  kill(process_, SIGQUIT);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

std::string PostgresServer::socket(const std::string& user, const std::string& database) const {
  return fmt::format("host={} {}user={} dbname={}", folder_.path().string(),
                     port_ == 0 ? "" : fmt::format("port={} ", port_), user, database);
}

std::string PostgresServer::tls(const std::string& user, const std::string& database) const {
  return fmt::format(
      "host=localhost hostaddr=127.0.0.1 port={} user={} dbname={} sslrootcert={} sslcert={}.crt "
      "sslkey={}.key",
      port_, user, database, authority(), (folder_ / user.c_str()).string(), (folder_ / user.c_str()).string());
}

std::string PostgresServer::issue(const std::string& user) const {
  const std::string file = (folder_ / user.c_str()).string();
  issue_certificate((folder_ / "ca").string(), file, user, "");
  return file;
}

void PostgresServer::give(const std::filesystem::path& file) { give_to_server(file); }

std::string PostgresServer::authority() const { return (folder_ / "ca.crt").string(); }
std::string PostgresServer::other_authority() const { return (folder_ / "other.crt").string(); }

void PostgresServer::run_tool(const std::string& name, const std::vector<std::string>& arguments) const {
  const pid_t child = start_program(programs_ / name, arguments, folder_ / "tool.log");
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error(name + " failed: " + content_of(folder_ / "tool.log"));
}

}  // namespace casweep::test
