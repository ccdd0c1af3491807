// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "base/private_directory.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/commands/publishing.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/noted_head.h"
#include "cli/options/output_format.h"
#include "cli/options/scan_choice.h"
#include "cli/options/signing_options.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/note.h"
#include "cli/terminal/output_file.h"
#include "cli/terminal/output_folder.h"
#include "cli/version.h"
#include "evidence/archive.h"
#include "evidence/bundle.h"
#include "evidence/bundle_report.h"
#include "evidence/evidence_error.h"
#include "evidence/verify.h"
#include "report/table/hub_report.h"
#include "store/history.h"
#include "store/history_backup.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

bool is_archive(const fs::path& place) { return place.extension() == ".tar"; }

/// The output of a bundle: a folder or an archive, which gets its name when the history has recorded it.
class BundleOutput {
 public:
  explicit BundleOutput(fs::path place) : place_(std::move(place)) {
    if (is_archive(place_)) {
      file_.emplace(place_, Force::not_offered, base::Readers::owner);
    } else {
      folder_.emplace(place_);
    }
  }

  void write(const evidence::Bundle& bundle) {
    if (file_) return evidence::write_archive(file_->stream(), bundle.files, bundle.folder);
    for (const auto& file : bundle.files) {
      Interruption::throw_if_signalled();
      folder_->add(file.name, [&](std::ostream& out) { file.read([&](std::string_view piece) { out << piece; }); });
    }
  }

  void publish() {
    if (file_) file_->publish();
    if (folder_) folder_->publish();
    published_ = true;
  }

  /// If the history could not record the bundle after all.
  void take_back() {
    std::error_code ignored;
    if (published_) fs::remove_all(place_, ignored);
  }

 private:
  fs::path place_;
  std::optional<OutputFile> file_;
  std::optional<OutputFolder> folder_;
  bool published_ = false;
};

fs::path output_of(const po::variables_map& values) {
  fs::path place = text_of(values, "output");
  if (place.empty())
    throw CommandError(ExitCode::usage,
                       "'evidence create' needs -o with the name of the bundle: a folder, or FILE.tar.");
  if (place == "-") {
    throw CommandError(ExitCode::usage,
                       "A bundle cannot be written to standard output; use -o with a folder, or FILE.tar.");
  }
  constexpr std::array others{".zip", ".gz", ".tgz", ".xz", ".txz", ".bz2", ".zst", ".7z", ".tar"};
  std::string ending = place.extension().string();
  std::ranges::transform(ending, ending.begin(), [](char letter) { return base::ascii_lower(letter); });
  if (!is_archive(place) && std::ranges::find(others, ending) != others.end()) {
    throw CommandError(
        ExitCode::usage,
        fmt::format("'{}' cannot be written: -o takes a folder or FILE.tar; compress it afterwards.", place.string()));
  }
  return place;
}

/// Beside the output: a snapshot may be too large for a memory file system.
base::PrivateDirectory folder_for_snapshot(const fs::path& output) {
  const auto parent = fs::absolute(output.has_filename() ? output : output.parent_path()).parent_path();
  auto folder = base::PrivateDirectory::make_below(parent.string());
  if (folder) return *std::move(folder);
  throw CommandError(ExitCode::file, fmt::format("'{}' cannot be created ({}); choose another place.", output.string(),
                                                 std::generic_category().message(folder.error())));
}

OptionGroup place_option() {
  OptionGroup group{.heading = "Bundle", .source = Source::arguments_only};
  group.options.add_options()("output,o", po::value<std::string>()->value_name("FILE.tar|FOLDER"),
                              "the bundle: a new archive, or a new folder");
  return group;
}

int run_evidence_create(const po::variables_map& values, const Environment& environment) {
  const auto place = output_of(values);
  const auto file = history_file(values, environment);
  const auto history = store::History::open_existing(file);  // only a scan creates a history
  const auto scan = history.scan(chosen_scan(values, history));
  const auto address = chosen_hub(values);
  const auto identity = signing_identity(values, environment);
  const auto receipt = address ? receipt_of_history(file, *address) : std::nullopt;
  std::optional<Interruption> interruption(std::in_place);  // a snapshot of the history must not be left behind
  BundleOutput output(place);

  const auto folder = folder_for_snapshot(place);
  const auto snapshot = fs::path(folder.path()) / evidence::snapshot_name;
  (void)Interruption::or_interrupted(
      [&] { return store::back_up_history(file, snapshot, base::Existing::keep, Interruption::flag()); });
  const auto made = history::this_run(environment.now(), std::string(version()), {});
  const auto bundle = Interruption::or_interrupted([&] {
    return evidence::make_bundle(store::History::open_existing(snapshot, Interruption::flag()), scan.id, made,
                                 identity ? &*identity : nullptr, receipt ? &*receipt : nullptr);
  });
  Interruption::throw_if_signalled();
  output.write(bundle);
  try {
    store::History::open(file).record_evidence_bundle(bundle.record, [&] { output.publish(); });
  } catch (...) {
    output.take_back();
    throw;
  }
  interruption.reset();
  evidence::write_bundle_made(environment.out, place, bundle, identity ? &identity->certificate() : nullptr,
                              charset_of(environment));
  environment.out << std::flush;
  tell_of_state(scan, environment);
  if (address && !receipt) {
    note(environment, "the hub has received nothing of this history yet; 'casweep publish' sends it.");
  } else if (receipt) {
    note(environment, fmt::format("with the receipt of the hub ({}): {}.", base::terminal_safe(address->shown()),
                                  report::receipt_text(*receipt)));
  }
  for (const auto& warning : evidence::warnings_about(bundle)) {
    note(environment, base::terminal_safe(warning));
  }
  return static_cast<int>(ExitCode::ok);
}

std::vector<evidence::Certificate> certificates_in(const po::variables_map& values, const char* option) {
  if (values.count(option) == 0) return {};
  const auto file = values[option].as<std::string>();
  auto certificates = evidence::Certificate::all_in_pem(read_pem_file(file));
  if (!certificates.empty()) return certificates;
  throw CommandError(ExitCode::data, fmt::format("The --{} file '{}' contains no certificate in PEM.", option, file));
}

evidence::Trust trust_of(const po::variables_map& values) {
  evidence::Trust trust{.signer_roots = certificates_in(values, "signer-ca"),
                        .signer = {},
                        .timestamp_roots = certificates_in(values, "timestamp-ca")};
  const auto signer = certificates_in(values, "signer");
  if (signer.empty()) return trust;
  if (trust.signer_roots.empty()) {
    throw CommandError(ExitCode::usage, "--signer needs --signer-ca with the root certificate that it leads to.");
  }
  trust.signer = signer.front();
  return trust;
}

OptionGroup trust_options() {
  OptionGroup group{.heading = "Trust", .source = Source::arguments_only};
  auto add = group.options.add_options();
  add("signer-ca", po::value<std::string>()->value_name("FILE"),
      "root certificates that you trust for the signature, in PEM; required for a signed bundle");
  add("signer", po::value<std::string>()->value_name("FILE"),
      "the certificate, in PEM, that must have made the signature; needs --signer-ca");
  add("timestamp-ca", po::value<std::string>()->value_name("FILE"),
      "root certificates that you trust for the timestamp, in PEM; the bundle must then have one");
  return group;
}

int run_evidence_verify(const po::variables_map& values, const Environment& environment) {
  const auto trust = trust_of(values);
  const auto head = noted_head(values);
  const auto now = std::chrono::floor<std::chrono::seconds>(environment.now());
  const auto charset = charset_of(environment);

  const auto& places = values["BUNDLE"].as<std::vector<std::string>>();
  const Interruption interruption;  // a copy of a bundle's snapshot must not be left behind
  const auto verified_bundle = [&](const std::string& place) {
    try {
      return Interruption::or_interrupted(
          [&] { return evidence::verify_bundle(place, trust, head, version(), now, Interruption::flag()); });
    } catch (const evidence::EvidenceError& error) {
      if (places.size() == 1) throw;
      throw evidence::EvidenceError(error.kind(), fmt::format("{}: {}", place, error.what()));
    }
  };
  std::optional<evidence::VerifiedBundle> last;
  std::optional<evidence::VerifiedBundle> unproven;  // the first bundle that could not be compared completely
  for (const auto& place : places) {
    auto verified = verified_bundle(place);
    if (last) evidence::require_successor(*last, verified);
    evidence::write_bundle_verified(environment.out, place, verified, charset);
    environment.out << std::flush;
    if (!unproven && !verified.is_unmodified()) unproven = verified;
    last = std::move(verified);
    Interruption::throw_if_signalled();
  }
  if (unproven) evidence::require_unmodified(*unproven, version());
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command evidence_create_command() {
  return {.line = {.command = "evidence create",
                   .options = {place_option(), scan_option("Bundle"), signing_options(),
                               hub_options("write into the bundle what this hub has received of the history, "
                                           "and when"),
                               history_options()}},
          .run = run_evidence_create,
          .summary = "create a signed bundle of a scan for an auditor",
          .usage = {"-o FILE.tar|FOLDER [OPTION]..."},
          .description =
              {"Creates a bundle that proves years later what a scan found, to an auditor who has neither casweep "
               "nor trust in the person who ran it. It contains the verdicts, the raw observations, which account "
               "asked which servers and how completely, the ledger and a snapshot of the history. SHA256SUMS and "
               "its signature cover all of it. VERIFY.txt in the bundle describes how to verify it with coreutils "
               "and openssl alone."},
          .sections =
              {{.heading = "Notes",
                .paragraphs = {"A bundle is never partial and never overwrites a file. FILE.tar unpacks into one "
                               "folder, for example casweep-evidence-corp.example-scan-12-bundle-3. Each bundle names "
                               "the one before it, and the history records each bundle.",
                               "The signature is a detached CMS signature (DER, SHA-256). The key is RSA with at "
                               "least 2048 bits (casweep warns below 3072), or EC on P-256 or P-384. The certificate "
                               "must be issued for signing. casweep warns if the certificate leads to a CA that does "
                               "not enforce encryption or is unknown in the same scan: such a CA can be abused to "
                               "sign in your name.",
                               "With --hub, the hub's receipt is part of the bundle: the newest ledger entry that it "
                               "had, and when it received it. Only a witness outside this system shows that a history "
                               "was not rewritten before the bundle was made.",
                               "Beside the signature is a request for a timestamp authority (RFC 3161). Its answer is "
                               "the only file that may be added."}}},
          .examples = {{"Create a signed bundle of the last complete scan",
                        "casweep evidence create -o esc11-2026-11.tar \\\n--sign auditor.pem --key auditor.key"}},
          .exit_codes = {{"0", "the bundle was created"},
                         {"64", "no such scan"},
                         {"65", "no complete scan yet, or the certificate or key cannot be used"},
                         {"69", "the hub cannot be reached"},
                         {"74", "the history or a file cannot be used"},
                         {"77", "the passphrase is wrong or missing, or other users can read the key"}}};
}

Command evidence_verify_command() {
  return {.line = {.command = "evidence verify",
                   .operands = {{.name = "BUNDLE",
                                 .text = "a folder or an archive; several in the order in which they were made",
                                 .count = OperandCount::many,
                                 .kind = OperandKind::file}},
                   .options = {trust_options(), head_option()}},
          .run = run_evidence_verify,
          .summary = "verify bundles and their signatures",
          .usage = {"BUNDLE... [OPTION]..."},
          .description =
              {"Verifies bundles. Prints the first thing that is wrong, or what the bundle is and what could not "
               "be compared. casweep renders every file again from the snapshot. Of several bundles, each must "
               "continue the ledger of the one before."},
          .sections =
              {{.heading = "Notes",
                .paragraphs = {"If another version of casweep made the bundle and wrote a file in another way, "
                               "casweep compares the verdicts, flags and counts, names the file, and ends with 65: "
                               "the bundle is then not known to be unmodified.",
                               "Signatures with MD5 or SHA-1, RSA keys below 2048 bits, weak curves, and certificates "
                               "that are not for signing (key usage without digitalSignature and nonRepudiation, or "
                               "for TLS servers only) are rejected. Files that a system or a reader leaves in the "
                               "folder (.DS_Store, ._*, Thumbs.db, desktop.ini, verify.log) are reported as notes."}}},
          .examples = {{"Verify a bundle", "casweep evidence verify esc11-2026-11.tar --signer-ca corp-root.pem"},
                       {"Verify all bundles of a year, with their timestamps",
                        "casweep evidence verify esc11-2026-*.tar \\\n--signer-ca corp-root.pem --timestamp-ca "
                        "tsa-root.pem"}},
          .exit_codes = {{"0", "the bundles are unmodified"},
                         {"64", "roots of trust are missing, or the bundles are in another order"},
                         {"65", "a bundle could not be compared completely"},
                         {"74", "a bundle is wrong, or a file cannot be used"}}};
}

}  // namespace casweep::cli
