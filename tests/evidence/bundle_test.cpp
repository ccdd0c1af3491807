// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "evidence/archive.h"
#include "evidence/checksums.h"
#include "evidence/evidence_error.h"
#include "evidence/side_file.h"
#include "evidence/verify.h"
#include "store/history_backup.h"
#include "tests/evidence/test_certificates.h"
#include "tests/support/history_testing.h"

namespace casweep::evidence {

using namespace test;
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Kind = EvidenceError::Kind;

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() {
    test::record_scan(history_,
                      {test::enforced_example(1, "A"), test::unknown_example(2, "B", assess::Reason::access_denied)});
  }

  /// Makes a bundle of the only scan in the folder `name`, and remembers it.
  fs::path create(const char* name, const TestIdentity* signer) {
    const auto snapshot = folder_ / (std::string(name) + ".db").c_str();
    (void)store::back_up_history(file_, snapshot, base::Existing::keep);
    std::optional<SigningIdentity> identity;
    if (signer != nullptr) {
      identity = SigningIdentity::read(
          signer->certificate, signer->key, [] { return base::Secret(); }, test_now);
    }
    const history::RunContext made{.started_at = test_now, .tool_version = "1.2.3", .clock = {.synchronized = true}};
    bundle_ = make_bundle(store::History::open_existing(snapshot), 1, made, identity ? &*identity : nullptr);
    const auto place = folder_ / name;
    fs::create_directories(place / "raw");
    for (const auto& file : bundle_.files) {
      std::ofstream out(place / file.name, std::ios::binary);
      file.read([&](std::string_view piece) { out << piece; });
    }
    history_.record_evidence_bundle(bundle_.record, [] {});
    return place;
  }

  VerifiedBundle verify(const fs::path& place, std::string_view version = "1.2.3") {
    return verify_bundle(place, {.signer_roots = Certificate::all_in_pem(root_.certificate)}, "", version, test_now);
  }

  std::string refusal_of(const fs::path& place) {
    try {
      (void)verify(place);
    } catch (const EvidenceError& error) {
      EXPECT_EQ(error.kind(), Kind::wrong) << error.what();
      return error.what();
    }
    return "it was not refused";
  }

  test::TestFolder folder_;
  fs::path file_ = folder_ / "history.db";
  store::History history_ = store::History::open(file_);
  const TestIdentity root_ = make_identity("Root");
  const TestIdentity auditor_ = make_identity("Auditor", &root_);
  Bundle bundle_;
};

TEST_F(BundleTest, IsVerifiedAsItWasMade) {
  const auto verified = verify(create("bundle", &auditor_));
  EXPECT_EQ(verified.number, 1);
  EXPECT_EQ(verified.scan, 1);
  EXPECT_EQ(verified.completeness, "2 CAs discovered = 1 assessed + 1 unknown + 0 not read");
  EXPECT_TRUE(verified.recomputed);
  EXPECT_EQ(verified.sums_sha256, base::to_hex(bundle_.record.sums_sha256));
  EXPECT_TRUE(verified.is_unmodified());
  EXPECT_EQ(verified.enforced, 1U);
  EXPECT_EQ(verified.unknown, 1U);
  EXPECT_TRUE(verify(folder_ / "bundle", "9.9.9").is_unmodified()) << "it is compared whatever version looks at it";
}

/// Every byte of what holds the bundle together, with nothing left that could tell but the bytes themselves.
TEST_F(BundleTest, WithAnyByteOfItsSealChangedIsRefused) {
  const auto place = create("bundle", &auditor_);
  for (const char* name : {"SHA256SUMS", "SHA256SUMS.p7s", "SHA256SUMS.p7s.tsq", "manifest.json"}) {
    const auto good = content_of(place / name);
    for (std::size_t at = 0; at < good.size(); ++at) {
      auto changed = good;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
      std::ofstream(place / name, std::ios::binary) << changed;
      ASSERT_NE(refusal_of(place), "it was not refused") << name << " at " << at;
    }
    std::ofstream(place / name, std::ios::binary) << good;
  }
  EXPECT_EQ(verify(place).number, 1);
}

TEST_F(BundleTest, SaysWhatIsWrongFirst) {
  const auto place = create("bundle", &auditor_);
  std::ofstream(place / "results.csv", std::ios::app) << "x";
  EXPECT_EQ(refusal_of(place), "results.csv was changed: it does not match SHA256SUMS.");
  fs::remove(place / "results.csv");
  EXPECT_EQ(refusal_of(place), "results.csv is missing.");
}

TEST(BundleFolder, HasASafeNameForAnyForest) {
  EXPECT_EQ(bundle_folder("Corp.Example", 12, 3), "casweep-evidence-corp.example-scan-12-bundle-3");
  EXPECT_EQ(bundle_folder("", 4, 1), "casweep-evidence-scan-4-bundle-1");
  EXPECT_EQ(bundle_folder("../..//x\n\x1b\xc3\xa4", 1, 1), "casweep-evidence-.__.___x____-scan-1-bundle-1");
  EXPECT_EQ(bundle_folder(std::string(300, 'a'), 1, 1).size(),
            std::string("casweep-evidence--scan-1-bundle-1").size() + 40);
  const auto longest = bundle_folder(std::string(300, '.'), INT64_MAX, INT64_MAX);
  EXPECT_TRUE(is_plain_name(longest)) << longest;
  EXPECT_LE(longest.size(), 155U);
}

TEST(SideFile, IsOneThatASystemOrAReaderLeaves) {
  for (const char* name : {"verify.log", ".DS_Store", "Thumbs.db", "desktop.ini", "._manifest.json", "._.DS_Store"}) {
    EXPECT_TRUE(is_side_file(name)) << name;
  }
  for (const char* name :
       {"", "._", "._-", "._..", "._a..b", "._a b", "._a\n", "._/a", "verify.log.txt", ".ds_store", "note.txt"}) {
    EXPECT_FALSE(is_side_file(name)) << name;
  }
}

TEST_F(BundleTest, ThatIsSignedNeedsSomebodyToTrust) {
  const auto place = create("bundle", &auditor_);
  try {
    (void)verify_bundle(place, {}, "", "1.2.3", test_now);
    FAIL() << "it was verified";
  } catch (const EvidenceError& error) {
    EXPECT_EQ(error.kind(), Kind::whom_to_trust);
  }
}

TEST_F(BundleTest, NamesTheOneBeforeAndGoesOnFromIt) {
  const auto first = verify(create("first", &auditor_));
  const auto second = verify(create("second", &auditor_));
  EXPECT_EQ(second.previous_sha256, first.sums_sha256);
  EXPECT_NO_THROW(require_successor(first, second));
  try {
    require_successor(second, first);
    ADD_FAILURE() << "they are in the wrong order";
  } catch (const EvidenceError& error) {
    EXPECT_EQ(error.kind(), Kind::out_of_order) << error.what();  // nobody forged anything
  }
  auto put_back = first;
  put_back.made_at = "2099-01-01T00:00:00.000Z";  // made later, of a history that had been put back
  try {
    require_successor(second, put_back);
    ADD_FAILURE() << "the ledger lost entries";
  } catch (const EvidenceError& error) {
    EXPECT_EQ(error.kind(), Kind::wrong) << error.what();
  }
  auto other = second;
  other.previous_sha256 = std::string(64, '0');
  EXPECT_THROW(require_successor(first, other), EvidenceError);
  other = second;
  other.ledger[0].hash = other.ledger[first.ledger.size() - 1].hash = std::string(64, '0');
  EXPECT_THROW(require_successor(first, other), EvidenceError);
}

TEST_F(BundleTest, HasTheSameFilesOfTheSameHistory) {
  const auto snapshot = folder_ / "snapshot.db";
  (void)store::back_up_history(file_, snapshot, base::Existing::keep);
  const auto again = folder_ / "again.db";
  (void)store::back_up_history(file_, again, base::Existing::keep);
  EXPECT_EQ(content_of(snapshot), content_of(again));
  const auto history = store::History::open_existing(snapshot);
  const auto files = derived_files(history, history.scan(1), "1.2.3");
  EXPECT_EQ(files, derived_files(history, history.scan(1), "1.2.3"));
  EXPECT_TRUE(files.contains("report.html"));
}

/// What nests deeper than any manifest must not be walked by recursion.
TEST_F(BundleTest, WithAManifestOfAnotherKindIsRefused) {
  const auto place = create("bundle", nullptr);
  const auto trust_nobody = [&] { return verify_bundle(place, {}, "", "1.2.3", test_now); };
  EXPECT_NO_THROW((void)trust_nobody());
  const auto sums = content_of(place / "SHA256SUMS");
  for (const std::string& manifest : {std::string(100000, '['), std::string("{}"), std::string("null"),
                                      std::string("{\"a\""), std::string("{\n  \"bundle\": 1\n}\n")}) {
    std::ofstream(place / "manifest.json", std::ios::binary) << manifest;
    auto fitted = sums;
    const auto at = fitted.find("  manifest.json") - 64;
    fitted.replace(at, 64, base::to_hex(base::sha256(manifest)));
    std::ofstream(place / "SHA256SUMS", std::ios::binary) << fitted;
    EXPECT_THROW((void)trust_nobody(), EvidenceError) << manifest.substr(0, 20);
  }
}

}  // namespace
}  // namespace casweep::evidence
