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

/// A computer that logged on within this time counts as in use. Well above the 14 days by which lastLogonTimestamp may
/// lag.
inline constexpr std::chrono::days active_within{45};

/// What an observation in the directory means for the decision to turn IF_ENFORCEENCRYPTICERTREQUEST on.
enum class Bearing { neither, speaks_for, speaks_against };

[[nodiscard]] std::span<const Bearing> all_bearings();

/// Stable word: "neither", "for", "against".
[[nodiscard]] std::string_view word_of(Bearing bearing);

/// An observation in the directory and its meaning according to the specification, as a sentence.
struct Consideration {
  Bearing bearing = Bearing::neither;
  std::string sentence{};
};

/// A fact from a document, not observed by casweep.
struct SpecifiedFact {
  std::string_view sentence;
  std::string_view source;
};

[[nodiscard]] std::span<const SpecifiedFact> specified_facts();

/// What is missing in an answer of the directory.
enum class Gap {
  logons_not_recorded,
  logons_recorded_rarely,
  no_active_computer,
  no_operating_system,
  unrecognised,  ///< a computer runs a Windows of unknown age
  malformed,
};

[[nodiscard]] std::span<const Gap> all_gaps();

/// Stable word, e.g. "no-active-computer".
[[nodiscard]] std::string_view word_of(Gap gap);

/// A part of the answer that could not be seen. Foreign text in it is unchanged.
struct Unseen {
  std::string what{};    ///< "the computers of old.corp.example"
  std::string reason{};  ///< stable word of a DirectoryErrorKind or of a Gap
  std::string detail{};  ///< a sentence
};

/// The computers of one domain that logged on recently, by operating system.
struct DomainClients {
  discovery::ForestDomain domain{};
  bool seen = false;               ///< the members below are valid
  std::string directory_server{};  ///< the server that answered
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
  std::optional<bool> exists{};  ///< as an object of the directory; nullopt: not visible
};

struct EnrollmentWebService {
  std::string raw{};
  std::optional<explain::EnrollmentServer> parsed{};  ///< nullopt: malformed
};

/// One of the CA's certificates in its enrollment object.
struct CaCertificate {
  std::optional<base::Certificate> parsed{};  ///< nullopt: not an X.509 certificate
  bool current = false;                       ///< the newest of those that are valid now
  std::optional<bool> in_nt_auth{};           ///< byte for byte; nullopt: not visible
};

/// What the directory shows for and against enforcing encryption on one CA, and what it does not show.
struct Explanation {
  discovery::EnrollmentService ca;
  std::chrono::sys_seconds active_since{};
  std::vector<DomainClients> domains{};  ///< empty: unknown
  std::vector<OldClient> old_clients{};  ///< oldest system first, then by domain and name
  std::vector<PublishedTemplate> templates{};
  std::vector<EnrollmentWebService> enrollment_web_services{};  ///< by priority
  std::vector<CaCertificate> certificates{};                    ///< newest first
  std::vector<Consideration> considerations{};
  std::vector<Unseen> unseen{};
};

/// The answer of one domain, or why there is none.
struct DomainAnswer {
  discovery::ForestDomain domain{};
  tl::expected<explain::ActiveComputers, discovery::DirectoryError> computers{};
};

/// A computer must have logged on since this instant to count as in use at `now`.
[[nodiscard]] std::chrono::sys_seconds active_since(std::chrono::sys_seconds now);

/// Combines the answers of the directory at `now`. `answers` has one for each of `surroundings.domains`.
[[nodiscard]] Explanation explain(const discovery::EnrollmentService& ca,
                                  const explain::EnrollmentSurroundings& surroundings,
                                  std::span<const DomainAnswer> answers, std::chrono::sys_seconds now);

}  // namespace casweep::explain
