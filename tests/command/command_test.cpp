// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the real program.
#include <dlfcn.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gnu/libc-version.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history.h"
#include "tests/support/example_scans.h"
#include "tests/support/test_folder.h"

namespace casweep::cli {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Verdict {
  int code;
  std::string out;
  std::string err;
};

class Casweep : public ::testing::Test {
 protected:
  /// Runs `casweep ARGUMENTS` without a terminal and with no variables but `variables_`.
  Verdict run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), CASWEEP_BINARY);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<std::string> variables;
    for (const auto& [name, value] : variables_) variables.push_back(name + "=" + value);
    std::vector<char*> envp;
    for (std::string& variable : variables) envp.push_back(variable.data());
    envp.push_back(nullptr);

    const auto out = folder_.path() / "out";
    const auto err = folder_.path() / "err";
    const pid_t child = fork();
    if (child == 0) {
      setsid();  // no /dev/tty
      const int flags = O_WRONLY | O_CREAT | O_TRUNC;
      dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
      dup2(open(out.c_str(), flags, 0600), STDOUT_FILENO);
      dup2(open(err.c_str(), flags, 0600), STDERR_FILENO);
      execve(CASWEEP_BINARY, argv.data(), envp.data());
      _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(out), content_of(err)};
  }

  /// A history with one complete scan; returns its file.
  std::string history_with(history::ScanRecord scan) {
    const auto file = folder_.path() / "data" / "casweep" / "history.db";
    auto history = store::History::open(file);
    const auto lock = history.lock_for_scan([](int) {});
    const auto id = history.begin_scan(lock, scan.start, scan.settings);
    std::vector<discovery::EnrollmentService> listed;
    for (const auto& ca : scan.cas) listed.push_back(ca.service);
    history.finish_scan(id, history::ScanState::complete, *scan.finished_at, *scan.listing, listed, scan.cas);
    return file.string();
  }

  const TestFolder folder_;
  std::map<std::string, std::string> variables_{{"HOME", folder_.path().string()},
                                                {"XDG_DATA_HOME", (folder_.path() / "data").string()},
                                                {"KRB5CCNAME", "FILE:/nonexistent/ccache"}};
};

/// A directory's library and the twelve that it needs would be half of what every command loads.
TEST_F(Casweep, StartsWithoutTheLibraryOfTheDirectory) {
  variables_["LD_DEBUG"] = "libs";
  const Verdict version = run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.err, HasSubstr("libsqlite3.so"));
  EXPECT_THAT(version.err, Not(HasSubstr("libldap")));
  EXPECT_THAT(version.err, Not(HasSubstr("libpq")));
  EXPECT_THAT(version.err, Not(HasSubstr("libgnutls")));
}

TEST_F(Casweep, WithoutACommandHelpsOnStderr) {
  const Verdict verdict = run({});
  EXPECT_EQ(verdict.code, 64);
  EXPECT_EQ(verdict.out, "");
  EXPECT_THAT(verdict.err, HasSubstr("Usage: casweep COMMAND"));
}

TEST_F(Casweep, HelpsOnStdoutWhenAsked) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}}) {
    const Verdict verdict = run(arguments);
    EXPECT_EQ(verdict.code, 0);
    EXPECT_THAT(verdict.out, HasSubstr("Usage: casweep COMMAND"));
  }
  for (const char* command : {"scan", "list", "show", "explain", "export"}) {
    const Verdict verdict = run({command, "--help"});
    EXPECT_EQ(verdict.code, 0);
    EXPECT_THAT(verdict.out, StartsWith(std::string("casweep ") + command));
    EXPECT_EQ(run({"help", command}).out, verdict.out);
  }
}

TEST_F(Casweep, TellsItsVersion) {
  for (const auto* option : {"--version", "-V"}) EXPECT_EQ(run({option}).out, "casweep " CASWEEP_VERSION "\n");
}

TEST_F(Casweep, HintsAtTheNearestCommand) {
  const Verdict verdict = run({"scann"});
  EXPECT_EQ(verdict.code, 64);
  EXPECT_EQ(verdict.err, "casweep: There is no command 'scann'. Did you mean 'scan'? See 'casweep --help'.\n");
}

TEST_F(Casweep, MakesWhatWasTypedSafe) {
  EXPECT_THAT(run({"\x1b[2J"}).err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(run({"show", "a\x1b[2J", "--db", history_with(test::mixed_scan())}).err, Not(HasSubstr("\x1b")));
}

TEST_F(Casweep, ScanWithoutATicketIsACredentialsErrorOnRecord) {
  const Verdict verdict = run({"scan"});

  EXPECT_EQ(verdict.code, 77) << verdict.err;
  EXPECT_EQ(verdict.out, "");
  const auto scans = store::History::open_existing(folder_.path() / "data/casweep/history.db").headlines({});
  ASSERT_EQ(scans.size(), 1U);
  EXPECT_EQ(scans[0].state, history::ScanState::failed);
}

TEST_F(Casweep, ScanWithAUserAndNobodyToAskIsACredentialsError) {
  const Verdict verdict = run({"scan", "--user", "auditor@CORP.EXAMPLE"});
  EXPECT_EQ(verdict.code, 77);
  EXPECT_THAT(verdict.err, HasSubstr("--password-file or --keytab"));
}

/// A scheduled scan that fails every night must not look like nights without a scan.
TEST_F(Casweep, ScanThatFailsBeforeItAsksAnybodyIsOnRecord) {
  EXPECT_EQ(run({"scan", "--user", "auditor@CORP.EXAMPLE"}).code, 77);
  EXPECT_EQ(run({"scan", "--user", "auditor@CORP.EXAMPLE", "--password-file", "/nonexistent"}).code, 77);
  EXPECT_EQ(run({"scan", "--user", "auditor@CORP.EXAMPLE", "--keytab", "/nonexistent"}).code, 77);

  const Verdict scans = run({"scans"});
  EXPECT_THAT(scans.out, HasSubstr("Scan 1: There is no terminal to ask for the password of auditor@CORP.EXAMPLE"));
  EXPECT_THAT(scans.out, HasSubstr("Scan 2: The password file '/nonexistent' cannot be read"));
  EXPECT_THAT(scans.out, HasSubstr("Scan 3: Keytab /nonexistent cannot be read"));
  const auto history = store::History::open_existing(folder_.path() / "data/casweep/history.db");
  for (const auto& scan : history.headlines({})) {
    EXPECT_EQ(scan.state, history::ScanState::failed);
    EXPECT_EQ(history.scan(scan.id).start.account, "auditor@CORP.EXAMPLE");
  }
}

/// A scan that cannot start must not ask for a password.
TEST_F(Casweep, ScanWithoutSambasLibrarySaysWhatToInstallBeforeItAsksForAPassword) {
  folder_.file("libdcerpc.so.0", "");
  variables_["LD_LIBRARY_PATH"] = folder_.path().string();

  const Verdict verdict = run({"scan", "--user", "auditor@CORP.EXAMPLE"});

  EXPECT_EQ(verdict.code, 69);
  EXPECT_THAT(verdict.err, HasSubstr("install Debian's package samba-libs"));
  EXPECT_THAT(run({"scans"}).out, HasSubstr("Scan 1: Samba's client library cannot be loaded"));
}

TEST_F(Casweep, ScanWithAnotherSambaThanItWasBuiltForSaysSo) {
  Dl_info of_libc{};
  ASSERT_NE(dladdr(reinterpret_cast<const void*>(&gnu_get_libc_version), &of_libc), 0);
  std::filesystem::create_symlink(std::filesystem::canonical(of_libc.dli_fname), folder_.path() / "libdcerpc.so.0");
  variables_["LD_LIBRARY_PATH"] = folder_.path().string();

  const Verdict verdict = run({"scan"});

  EXPECT_EQ(verdict.code, 69);
  EXPECT_THAT(verdict.err, HasSubstr("not the one casweep was built for"));
}

TEST_F(Casweep, ScanThatWasTypedWrongIsNoScan) {
  EXPECT_EQ(run({"scan", "--jobs", "0"}).code, 64);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data"));
}

TEST_F(Casweep, ScanIntoAFileThatIsNoHistoryIsAFileError) {
  EXPECT_EQ(run({"scan", "--db", folder_.file("notes.txt", "not a database, but long enough to look at")}).code, 74);
}

/// An attacker added something that a command would run, or would read endlessly.
TEST_F(Casweep, RefusesAPoisonedHistoryWhateverItIsAskedFor) {
  const auto file = history_with(test::mixed_scan());
  for (const auto* poison :
       {"CREATE TRIGGER x AFTER INSERT ON observation BEGIN SELECT 1; END",
        "ALTER TABLE scan RENAME TO s2; CREATE VIEW scan AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM n) SELECT s2.* FROM s2, n"}) {
    SQLite::Database(file, SQLite::OPEN_READWRITE).exec(poison);
    const auto in_folder = [&](const char* name) { return (folder_.path() / name).string(); };
    for (const auto& command : std::vector<std::vector<std::string>>{
             {"scan"},
             {"status"},
             {"scans"},
             {"trend"},
             {"diff", "1", "1"},
             {"show", "x"},
             {"history", "x"},
             {"accept", "--list"},
             {"export", "json"},
             {"report", "-o", in_folder("page.html")},
             {"evidence", "create", "-o", in_folder("bundle")},
             {"db", "backup", in_folder("backup.db")},
         }) {
      const auto done = run(command);
      EXPECT_EQ(done.code, 74) << command.front();
      EXPECT_EQ(done.out, "") << command.front();
      EXPECT_THAT(done.err, HasSubstr("is not to be trusted")) << command.front();
      EXPECT_THAT(done.err, HasSubstr("that casweep did not make")) << command.front();
    }
    const auto check = run({"db", "check"});
    EXPECT_EQ(check.code, 74);
    EXPECT_THAT(check.out, HasSubstr("that casweep did not make"));
  }
}

/// One situation has one exit code and one sentence in all commands.
TEST_F(Casweep, WithoutACompleteScanSaysSo) {
  ASSERT_EQ(run({"scan"}).code, 77);  // on record as failed
  const auto in_folder = [&](const char* name) { return (folder_.path() / name).string(); };
  for (const auto& command : std::vector<std::vector<std::string>>{{"diff"},
                                                                   {"diff", "previous", "1"},
                                                                   {"export", "json"},
                                                                   {"export", "plan"},
                                                                   {"report", "-o", in_folder("page.html")},
                                                                   {"evidence", "create", "-o", in_folder("bundle")}}) {
    const Verdict verdict = run(command);
    EXPECT_EQ(verdict.code, 65) << command.front();
    EXPECT_EQ(verdict.err, "casweep: The history '" + in_folder("data/casweep/history.db") +
                               "' has no complete scan yet; run 'casweep scan' to make one, or 'casweep scans' to list "
                               "others.\n");
  }
}

/// Monitoring needs the failure; a person needs to know that the CAs are missing.
TEST_F(Casweep, ExportsMetricsWithoutACompleteScanAndSaysSo) {
  ASSERT_EQ(run({"scan"}).code, 77);
  const Verdict verdict = run({"export", "prometheus"});
  EXPECT_EQ(verdict.code, 0);
  EXPECT_THAT(verdict.out, HasSubstr("adcs_esc11_last_scan_outcome"));
  EXPECT_THAT(verdict.err, HasSubstr("no scan has been complete yet"));
}

TEST_F(Casweep, ExportsTheLastCompleteScan) {
  (void)history_with(test::mixed_scan());

  const Verdict json = run({"export", "json"});
  const Verdict csv = run({"export", "csv"});

  EXPECT_EQ(json.code, 0) << json.err;
  EXPECT_EQ(nlohmann::json::parse(json.out)["scan"]["counts"]["not-enforced"], 2);
  EXPECT_EQ(csv.code, 0);
  EXPECT_THAT(csv.out, StartsWith("forest,scan_id,scan_started_at,ca,dns_host_name,verdict,"));
}

TEST_F(Casweep, ExportNeverOverwritesUnlessForced) {
  (void)history_with(test::mixed_scan());
  const std::string file = folder_.file("esc11.csv", "precious");

  const Verdict refused = run({"export", "csv", "-o", file});
  EXPECT_EQ(refused.code, 74);
  EXPECT_THAT(refused.err, HasSubstr("--force"));
  EXPECT_EQ(content_of(file), "precious");

  EXPECT_EQ(run({"export", "csv", "-o", file, "--force"}).code, 0);
  EXPECT_EQ(content_of(file), run({"export", "csv"}).out);
}

TEST_F(Casweep, ExportLeavesNothingButTheFile) {
  (void)history_with(test::mixed_scan());
  const auto target = folder_.path() / "exports";
  std::filesystem::create_directory(target);

  EXPECT_EQ(run({"export", "json", "-o", (target / "scan.json").string()}).code, 0);

  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(target), {}), 1);
}

TEST_F(Casweep, ExportNeverReplacesADevice) {
  (void)history_with(test::mixed_scan());
  EXPECT_EQ(run({"export", "json", "-o", "/dev/null", "--force"}).code, 74);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(Casweep, ExportWithoutAHistoryIsAFileError) { EXPECT_EQ(run({"export", "json"}).code, 74); }

TEST_F(Casweep, ExportOfAScanThatIsNotThereIsUsage) {
  (void)history_with(test::mixed_scan());
  EXPECT_EQ(run({"export", "json", "--scan", "99"}).code, 64);
}

/// A file without lines must not look like a forest without CAs.
TEST_F(Casweep, ExportOfAScanThatFailedSaysSo) {
  EXPECT_EQ(run({"scan", "--user", "auditor@CORP.EXAMPLE"}).code, 77);

  for (const char* format : {"csv", "jsonl", "ocsf"}) {
    const Verdict verdict = run({"export", format, "--scan", "1"});
    EXPECT_EQ(verdict.code, 65) << format;
    EXPECT_EQ(verdict.out, "") << format;
    EXPECT_THAT(verdict.err, HasSubstr("Scan 1 has no CAs to export: it failed: There is no terminal")) << format;
    EXPECT_THAT(verdict.err, HasSubstr("'casweep export json --scan 1'")) << format;
  }
  const Verdict json = run({"export", "json", "--scan", "1"});
  EXPECT_EQ(json.code, 0);
  EXPECT_THAT(json.err, HasSubstr("scan 1 failed: There is no terminal"));
}

TEST_F(Casweep, ExportMakesNoFileThatIsCalledLikeStandardOutput) {
  (void)history_with(test::mixed_scan());
  const Verdict verdict = run({"export", "csv", "-o", "-"});
  EXPECT_EQ(verdict.code, 64);
  EXPECT_THAT(verdict.err, HasSubstr("omit -o for standard output"));
}

TEST_F(Casweep, ExportAsSomethingElseIsUsage) {
  EXPECT_EQ(run({"export", "xml"}).code, 64);
  EXPECT_EQ(run({"export"}).code, 64);
}

TEST_F(Casweep, ShowsACaWithItsEvidence) {
  (void)history_with(test::mixed_scan());

  const Verdict table = run({"show", "contoso issuing ca 02"});
  EXPECT_THAT(table.out, HasSubstr("Status: To address."));
  const Verdict json = run({"show", "Contoso Issuing CA 02", "--format", "json"});

  EXPECT_EQ(table.code, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("+IF_ENFORCEENCRYPTICERTREQUEST"));
  EXPECT_EQ(nlohmann::json::parse(json.out)["ca"]["verdict"], "not-enforced");
}

TEST_F(Casweep, ShowOfAnUnknownCaIsUsage) {
  (void)history_with(test::mixed_scan());
  EXPECT_EQ(run({"show", "nobody"}).code, 64);
}

TEST_F(Casweep, ShowNamesTheCandidatesOfAnAmbiguousName) {
  history::ScanRecord scan = test::mixed_scan();
  scan.cas[1].service.display_name = scan.cas[0].service.display_name;
  (void)history_with(scan);

  const Verdict verdict = run({"show", scan.cas[0].service.display_name});

  EXPECT_EQ(verdict.code, 64);
  EXPECT_THAT(verdict.err, HasSubstr("8b1e0c52-0000-4000-8000-000000000001"));
  EXPECT_THAT(verdict.err, HasSubstr("8b1e0c52-0000-4000-8000-000000000002"));
}

TEST_F(Casweep, ExplainWithoutACaIsUsage) {
  const Verdict verdict = run({"explain"});
  EXPECT_EQ(verdict.code, 64);
  EXPECT_THAT(verdict.err, HasSubstr("'explain' needs the argument CA"));
}

TEST_F(Casweep, ExplainWithoutATicketIsACredentialsError) {
  const Verdict verdict = run({"explain", "Contoso Issuing CA 03"});
  EXPECT_EQ(verdict.code, 77) << verdict.err;
  EXPECT_EQ(verdict.out, "");
}

TEST_F(Casweep, HasNoColourAwayFromATerminal) {
  (void)history_with(test::mixed_scan());
  EXPECT_THAT(run({"show", "Contoso Issuing CA 02"}).out, Not(HasSubstr("\x1b")));
}

TEST_F(Casweep, SaysSoIfItsOutputIsLost) {
  const std::string command = "'" CASWEEP_BINARY "' --help > /dev/full 2> '" + (folder_.path() / "err").string() + "'";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 74);
}

}  // namespace
}  // namespace casweep::cli
