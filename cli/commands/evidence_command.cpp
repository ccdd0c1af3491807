// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
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
#include "base/nearest_word.h"
#include "base/private_directory.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/noted_head.h"
#include "cli/options/output_format.h"
#include "cli/options/scan_choice.h"
#include "cli/options/signing_options.h"
#include "cli/terminal/interruption.h"
#include "cli/terminal/output_file.h"
#include "cli/terminal/output_folder.h"
#include "cli/version.h"
#include "evidence/archive.h"
#include "evidence/bundle.h"
#include "evidence/bundle_report.h"
#include "evidence/evidence_error.h"
#include "evidence/verify.h"
#include "store/history.h"
#include "store/history_backup.h"

namespace casweep::cli {
namespace {

namespace fs = std::filesystem;

bool is_archive(const fs::path& place) { return place.extension() == ".tar"; }

/// Where a bundle is made: a folder or an archive, that gets its name when the history knows of it.
class BundleOutput {
 public:
  explicit BundleOutput(fs::path place) : place_(std::move(place)) {
    if (is_archive(place_)) {
      file_.emplace(place_, Existing::keep, Readers::owner);
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

  /// For a history that could not remember it after all.
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
  if (place.empty()) throw CommandError(ExitCode::usage, "-o says where the bundle goes: a folder, or a FILE.tar.");
  if (place == "-") {
    throw CommandError(ExitCode::usage, "-o - would be a bundle of that name; name a folder, or a FILE.tar.");
  }
  constexpr std::array others{".zip", ".gz", ".tgz", ".xz", ".txz", ".bz2", ".zst", ".7z", ".tar"};
  std::string ending = place.extension().string();
  std::ranges::transform(ending, ending.begin(), [](char letter) { return base::ascii_lower(letter); });
  if (!is_archive(place) && std::ranges::find(others, ending) != others.end()) {
    throw CommandError(ExitCode::usage, fmt::format("The bundle '{}' would be no such archive: -o takes a folder or a "
                                                    "FILE.tar; compress that afterwards.",
                                                    place.string()));
  }
  return place;
}

/// Beside the output: a snapshot may be more than a memory file system takes.
base::PrivateDirectory folder_for_snapshot(const fs::path& output) {
  const auto parent = fs::absolute(output.has_filename() ? output : output.parent_path()).parent_path();
  auto folder = base::PrivateDirectory::make_below(parent.string());
  if (folder) return *std::move(folder);
  throw CommandError(ExitCode::file, fmt::format("'{}' cannot be made ({}); choose another place.", output.string(),
                                                 std::generic_category().message(folder.error())));
}

int create(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"evidence create", {}, {}, {}};
  line.configurable.add(history_options()).add(signing_options());
  line.arguments_only.add(scan_option()).add_options()("output,o", po::value<std::string>());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  const auto place = output_of(values);
  const auto file = history_file(values, environment);
  const auto history = store::History::open_existing(file);  // only scans make histories
  const auto scan = history.scan(chosen_scan(values, history));
  const auto identity = signing_identity(values, environment);
  std::optional<Interruption> interruption(std::in_place);  // a snapshot of the history must not be left behind
  BundleOutput output(place);

  const auto folder = folder_for_snapshot(place);
  const auto snapshot = fs::path(folder.path()) / evidence::snapshot_name;
  (void)Interruption::or_interrupted(
      [&] { return store::back_up_history(file, snapshot, store::ExistingBackup::keep, Interruption::flag()); });
  const auto made = history::this_run(environment.now(), std::string(version()), {});
  const auto bundle = Interruption::or_interrupted([&] {
    return evidence::make_bundle(store::History::open_existing(snapshot, Interruption::flag()), scan.id, made,
                                 identity ? &*identity : nullptr);
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
  for (const auto& warning : evidence::warnings_about(bundle)) {
    environment.err << "casweep: " << base::terminal_safe(warning) << '\n';
  }
  return static_cast<int>(ExitCode::compliant);
}

std::vector<evidence::Certificate> certificates_in(const po::variables_map& values, const char* option) {
  if (values.count(option) == 0) return {};
  const auto file = values[option].as<std::string>();
  auto certificates = evidence::Certificate::all_in_pem(read_pem_file(file));
  if (!certificates.empty()) return certificates;
  throw CommandError(ExitCode::data, fmt::format("--{}: '{}' holds no certificate in PEM.", option, file));
}

evidence::Trust trust_of(const po::variables_map& values) {
  evidence::Trust trust{.signer_roots = certificates_in(values, "signer-ca"),
                        .signer = {},
                        .timestamp_roots = certificates_in(values, "timestamp-ca")};
  const auto signer = certificates_in(values, "signer");
  if (signer.empty()) return trust;
  if (trust.signer_roots.empty()) {
    throw CommandError(ExitCode::usage, "--signer says which certificate; give the root it leads to with --signer-ca.");
  }
  trust.signer = signer.front();
  return trust;
}

int verify(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"evidence verify", {}, {}, {}};
  line.arguments_only.add_options()("signer-ca", po::value<std::string>())("signer", po::value<std::string>())(
      "timestamp-ca", po::value<std::string>())("head", po::value<std::string>());
  line.more_operands = "BUNDLE";
  const po::variables_map values = parse_command_line(line, arguments, environment);
  if (values.count("BUNDLE") == 0) {
    throw CommandError(ExitCode::usage, "Verify which bundle? See 'casweep evidence --help'.");
  }
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
  std::optional<evidence::VerifiedBundle> unproven;  // the first of which not everything could be compared
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
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace

int run_evidence(std::span<const std::string> arguments, const Environment& environment) {
  if (arguments.empty()) {
    throw CommandError(ExitCode::usage, "evidence create or evidence verify? See 'casweep evidence --help'.");
  }
  const std::string& word = arguments.front();
  const auto rest = arguments.subspan(1);
  if (word == "create") return create(rest, environment);
  if (word == "verify") return verify(rest, environment);
  const std::vector<std::string> words{"create", "verify"};
  throw CommandError(ExitCode::usage, fmt::format("There is no 'evidence {}'.{} See 'casweep evidence --help'.", word,
                                                  base::did_you_mean(word, words)));
}

}  // namespace casweep::cli
