// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/example_certificates.h"

namespace casweep::explain {

using namespace test;
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using discovery::Computer;
using discovery::DirectoryError;
using discovery::DirectoryErrorKind;
using test::example_certificate;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr sys_seconds now = sys_days(2026y / November / 23) + 12h;
const discovery::ForestDomain corp{"DC=corp,DC=example", "corp.example"};
const discovery::ForestDomain old{"DC=old,DC=corp,DC=example", "old.corp.example"};

const Computer windows_2000{.name = "W2K", .operating_system = "Windows 2000 Server"};
const Computer windows_xp{.name = "XP", .operating_system = "Windows XP Professional"};
const Computer windows_11{.name = "W11", .operating_system = "Windows 11 Enterprise"};
const Computer silent{.name = "SILENT"};

DomainAnswer answer(std::vector<Computer> computers, std::optional<days> interval = std::nullopt) {
  return {corp, explain::ActiveComputers{"ldap://dc1.corp.example", interval, std::move(computers)}};
}

/// A forest with one CA, its surroundings and the answers of its domains, which tests change.
struct Forest {
  discovery::EnrollmentService ca{.object_guid = *base::ObjectGuid::from_octets(std::vector<std::uint8_t>(16, 0x01))};
  explain::EnrollmentSurroundings surroundings{.domains = std::vector{corp},
                                               .templates = std::vector<discovery::CertificateTemplate>{},
                                               .nt_auth_certificates = std::vector<base::Octets>{}};
  std::vector<DomainAnswer> answers{answer({windows_11})};

  [[nodiscard]] Explanation explained() const { return explain(ca, surroundings, answers, now); }
};

auto speaks(Bearing bearing, const std::string& words) {
  return AllOf(Field(&Consideration::bearing, bearing), Field(&Consideration::sentence, HasSubstr(words)));
}

auto missing(const std::string& reason, const std::string& what) {
  return AllOf(Field(&Unseen::reason, reason), Field(&Unseen::what, HasSubstr(what)));
}

TEST(Explanation, CountsComputersOf45Days) {
  EXPECT_EQ(Forest().explained().active_since, sys_days(2026y / October / 9) + 12h);
}

TEST(Explanation, OfOnlyNewComputersCountsFor) {
  const auto explanation = Forest().explained();

  EXPECT_THAT(explanation.considerations,
              Contains(speaks(Bearing::speaks_for, "No computer that logged on since 2026-10-09 reports")));
  EXPECT_THAT(explanation.unseen, IsEmpty());
}

TEST(Explanation, OfComputersOlderThanXpCountsAgainst) {
  Forest forest;
  forest.answers = {answer({windows_11, windows_2000, windows_xp})};

  const auto explanation = forest.explained();

  EXPECT_THAT(explanation.considerations, Contains(speaks(Bearing::speaks_against, "1 computer that logged on")));
  EXPECT_THAT(explanation.considerations, Contains(speaks(Bearing::neither, "Windows XP or Windows Server 2003")));
  EXPECT_THAT(explanation.considerations, Not(Contains(Field(&Consideration::sentence, HasSubstr("No computer")))));
  ASSERT_EQ(explanation.old_clients.size(), 2U);
  EXPECT_EQ(explanation.old_clients[0].computer.name, "W2K");
  EXPECT_EQ(explanation.old_clients[1].system, ClientSystem::xp_or_2003);
  EXPECT_EQ(explanation.domains[0].active(), 3U);
}

/// The domain that did not answer may be the one with the old computers.
TEST(Explanation, WithAnUnseenDomainDoesNotCountFor) {
  Forest forest;
  forest.answers.push_back({old, tl::unexpected(DirectoryError{DirectoryErrorKind::name_not_resolved, "No SRV."})});

  const auto explanation = forest.explained();

  EXPECT_THAT(explanation.considerations, Contains(speaks(Bearing::neither, "No computer")));
  EXPECT_THAT(explanation.unseen, ElementsAre(missing("name-not-resolved", "computers of old.corp.example")));
  EXPECT_FALSE(explanation.domains[1].seen);
}

TEST(Explanation, WithoutAVisibleDomainSaysNothingAboutClients) {
  Forest forest;
  forest.surroundings.domains = tl::unexpected(DirectoryError{DirectoryErrorKind::container_missing, "Not there."});
  forest.answers.clear();

  const auto explanation = forest.explained();

  EXPECT_THAT(explanation.considerations, Not(Contains(Field(&Consideration::sentence, HasSubstr("computer")))));
  EXPECT_THAT(explanation.unseen, Contains(missing("container-missing", "domains of the forest")));
}

TEST(Explanation, ReportsComputersThatDoNotStateTheirSystem) {
  Forest forest;
  forest.answers = {answer({windows_11, silent, silent})};
  EXPECT_THAT(forest.explained().unseen,
              ElementsAre(missing("no-operating-system", "operating system of 2 computers in corp.example")));
}

/// Every domain has a controller, which logs on: an empty list means that nothing was readable.
TEST(Explanation, DoesNotCountAnEmptyDomainAsEvidence) {
  Forest forest;
  forest.answers = {answer({})};

  const auto explanation = forest.explained();

  EXPECT_THAT(explanation.unseen, ElementsAre(missing("no-active-computer", "corp.example")));
  EXPECT_FALSE(explanation.domains[0].seen);
}

TEST(Explanation, KnowsWhenLogonsAreNotRecorded) {
  Forest forest;
  forest.answers = {answer({windows_11}, days(0))};
  EXPECT_THAT(forest.explained().unseen, ElementsAre(missing("logons-not-recorded", "corp.example")));
  forest.answers = {answer({windows_11}, days(60))};
  EXPECT_THAT(forest.explained().unseen, ElementsAre(missing("logons-recorded-rarely", "corp.example")));
  forest.answers = {answer({windows_11}, days(44))};
  EXPECT_THAT(forest.explained().unseen, IsEmpty());
}

TEST(Explanation, OfACaWithoutTemplatesCountsFor) {
  EXPECT_THAT(Forest().explained().considerations, Contains(speaks(Bearing::speaks_for, "publishes no template")));
}

TEST(Explanation, DistinguishesExistingFromMissingTemplates) {
  Forest forest;
  forest.ca.certificate_templates = {"user", "Gone"};  // the directory compares names without case
  forest.surroundings.templates = std::vector<discovery::CertificateTemplate>{{"Machine", ""}, {"User", "Benutzer"}};

  const auto explanation = forest.explained();

  ASSERT_EQ(explanation.templates.size(), 2U);
  EXPECT_EQ(explanation.templates[0].exists, false);
  EXPECT_EQ(explanation.templates[1].exists, true);
  EXPECT_EQ(explanation.templates[1].display_name, "Benutzer");
  EXPECT_THAT(explanation.considerations, Contains(speaks(Bearing::neither, "1 template published by the CA has no")));
}

TEST(Explanation, DoesNotReportATemplateAsMissingIfItCouldNotSearch) {
  Forest forest;
  forest.ca.certificate_templates = {"User"};
  forest.surroundings.templates = tl::unexpected(DirectoryError{DirectoryErrorKind::timed_out, "Too slow."});

  const auto explanation = forest.explained();

  EXPECT_EQ(explanation.templates[0].exists, std::nullopt);
  EXPECT_THAT(explanation.unseen, ElementsAre(missing("timed-out", "templates")));
}

TEST(Explanation, SortsEnrollmentWebServicesByPriority) {
  Forest forest;
  forest.ca.enrollment_servers = {"odd", "10\n4\n0\nhttps://second", "2\n2\n0\nhttps://first"};

  const auto explanation = forest.explained();

  ASSERT_EQ(explanation.enrollment_web_services.size(), 3U);
  EXPECT_EQ(explanation.enrollment_web_services[0].parsed->uri, "https://first");
  EXPECT_EQ(explanation.enrollment_web_services[1].parsed->uri, "https://second");
  EXPECT_EQ(explanation.enrollment_web_services[2].raw, "odd");
  EXPECT_THAT(explanation.unseen, ElementsAre(missing("malformed", "1 enrollment web service")));
}

TEST(Explanation, UsesTheNewestValidCertificate) {
  Forest forest;
  forest.ca.ca_certificates = {
      example_certificate(now - days(2000), now - days(1)), example_certificate(now - days(10), now + days(2000)),
      example_certificate(now + days(1), now + days(3000)), example_certificate(now - days(500), now + days(500))};

  const auto explanation = forest.explained();

  std::vector<bool> current;
  for (const auto& certificate : explanation.certificates) current.push_back(certificate.current);
  EXPECT_EQ(current, (std::vector{false, true, false, false}));
  EXPECT_EQ(explanation.certificates[1].parsed->not_before, now - days(10));
}

TEST(Explanation, ComparesWithNtAuthCertificatesByteForByte) {
  Forest forest;
  forest.ca.certificate_templates = {"User"};
  forest.surroundings.templates = std::vector<discovery::CertificateTemplate>{{"User", ""}};
  forest.ca.ca_certificates = {example_certificate(now - days(10), now + days(10))};
  forest.surroundings.nt_auth_certificates =
      std::vector<base::Octets>{example_certificate(now - days(10), now + days(10))};
  EXPECT_EQ(forest.explained().certificates[0].in_nt_auth, false);
  EXPECT_THAT(forest.explained().considerations, Contains(speaks(Bearing::neither, "does not contain")));

  forest.surroundings.nt_auth_certificates->push_back(forest.ca.ca_certificates[0]);
  EXPECT_EQ(forest.explained().certificates[0].in_nt_auth, true);
  EXPECT_THAT(forest.explained().considerations, Contains(speaks(Bearing::speaks_for, "NTAuthCertificates contains")));

  forest.surroundings.nt_auth_certificates =
      tl::unexpected(DirectoryError{DirectoryErrorKind::container_missing, "Not there."});
  EXPECT_EQ(forest.explained().certificates[0].in_nt_auth, std::nullopt);
  EXPECT_THAT(forest.explained().considerations,
              Not(Contains(Field(&Consideration::sentence, HasSubstr("NTAuthCertificates")))));
}

TEST(Explanation, SaysThatNoCertificateIsValid) {
  Forest forest;
  forest.ca.ca_certificates = {example_certificate(now - days(10), now - seconds(1))};
  EXPECT_THAT(forest.explained().considerations, Contains(speaks(Bearing::neither, "None of the CA's certificates")));
  forest.ca.ca_certificates = {example_certificate(now - days(10), now)};
  EXPECT_TRUE(forest.explained().certificates[0].current) << "the last second counts";
}

/// The unreadable certificate may be the valid one.
TEST(Explanation, DoesNotReportACaAsExpiredIfACertificateIsUnreadable) {
  Forest forest;
  forest.ca.ca_certificates = {example_certificate(now - days(10), now - days(1)), {0x30, 0x00}};

  const auto explanation = forest.explained();

  EXPECT_THAT(explanation.considerations, Not(Contains(Field(&Consideration::sentence, HasSubstr("valid today")))));
  EXPECT_THAT(explanation.unseen, ElementsAre(missing("malformed", "certificates")));
}

}  // namespace
}  // namespace casweep::explain
