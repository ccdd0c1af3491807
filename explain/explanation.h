// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/certificate.h"
#include "discovery/enrollment_service.h"
#include "explain/active_computers.h"
#include "explain/client_system.h"
#include "explain/enrollment_server.h"
#include "explain/enrollment_surroundings.h"

namespace casweep::explain {

/// How long ago a computer may have logged on last and still be in use. Well above the 14 days that the directory may
/// be behind.
inline constexpr std::chrono::days active_within{45};

/// Which way something seen in the directory points, for who thinks about turning IF_ENFORCEENCRYPTICERTREQUEST on.
enum class Bearing { neither, speaks_for, speaks_against };

[[nodiscard]] std::span<const Bearing> all_bearings();

/// Stable word: "neither", "for", "against".
[[nodiscard]] std::string_view word_of(Bearing bearing);

/// Something seen in the directory, and what it means by the specification, in a sentence of ours.
struct Consideration {
  Bearing bearing = Bearing::neither;
  std::string sentence{};
};

/// What a document says and casweep has not seen.
struct SpecifiedFact {
  std::string_view sentence;
  std::string_view source;
};

[[nodiscard]] std::span<const SpecifiedFact> specified_facts();

/// What is missing from an answer that the directory did give.
enum class Gap {
  logons_not_recorded,
  logons_recorded_rarely,
  no_active_computer,
  no_operating_system,
  unrecognised,  ///< a computer runs a Windows whose age cannot be told
  malformed,
};

[[nodiscard]] std::span<const Gap> all_gaps();

/// Stable word, e.g. "no-active-computer".
[[nodiscard]] std::string_view word_of(Gap gap);

/// Something that would belong to the answer and could not be seen. Foreign text in it is as it came.
struct Unseen {
  std::string what{};    ///< "the computers of old.corp.example"
  std::string reason{};  ///< stable word of a DirectoryErrorKind or of a Gap
  std::string detail{};  ///< a sentence
};

/// The computers of one domain that logged on lately, by what they run.
struct DomainClients {
  discovery::ForestDomain domain{};
  bool seen = false;               ///< what follows holds
  std::string directory_server{};  ///< that answered
  std::optional<std::chrono::days> logon_time_sync_interval{};
  std::array<std::size_t, client_systems> count{};  ///< by ClientSystem

  [[nodiscard]] std::size_t of(ClientSystem system) const { return count.at(static_cast<std::size_t>(system)); }
  [[nodiscard]] std::size_t active() const;
};

/// A computer in use that runs Windows Server 2003 or something older.
struct OldClient {
  std::string domain{};  ///< its DNS name
  discovery::Computer computer{};
  ClientSystem system = ClientSystem::unreported;
};

struct PublishedTemplate {
  std::string name{};
  std::string display_name{};
  std::optional<bool> exists{};  ///< as an object of the directory; nullopt: that could not be seen
};

struct EnrollmentWebService {
  std::string raw{};
  std::optional<explain::EnrollmentServer> parsed{};  ///< nullopt: written as nothing known
};

/// One of the CA's certificates in its enrollment object.
struct CaCertificate {
  std::optional<base::Certificate> parsed{};  ///< nullopt: no X.509 certificate
  bool current = false;                       ///< of those that are valid now the one that began last
  std::optional<bool> in_nt_auth{};           ///< byte for byte; nullopt: that could not be seen
};

/// What the directory says for or against having one CA enforce encryption, and what it does not say.
struct Explanation {
  discovery::EnrollmentService ca;
  std::chrono::sys_seconds active_since{};
  std::vector<DomainClients> domains{};  ///< empty: they are not known
  std::vector<OldClient> old_clients{};  ///< oldest system first, then by domain and name
  std::vector<PublishedTemplate> templates{};
  std::vector<EnrollmentWebService> enrollment_web_services{};  ///< by priority
  std::vector<CaCertificate> certificates{};                    ///< newest first
  std::vector<Consideration> considerations{};
  std::vector<Unseen> unseen{};
};

/// What one domain answered, or why it did not.
struct DomainAnswer {
  discovery::ForestDomain domain{};
  tl::expected<explain::ActiveComputers, discovery::DirectoryError> computers{};
};

/// Since when a computer must have logged on to count as in use at `now`.
[[nodiscard]] std::chrono::sys_seconds active_since(std::chrono::sys_seconds now);

/// Puts together what was asked of the directory at `now`. `answers` has one for each of `surroundings.domains`.
[[nodiscard]] Explanation explain(const discovery::EnrollmentService& ca,
                                  const explain::EnrollmentSurroundings& surroundings,
                                  std::span<const DomainAnswer> answers, std::chrono::sys_seconds now);

}  // namespace casweep::explain
