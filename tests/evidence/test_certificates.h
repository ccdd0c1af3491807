// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace casweep::evidence {

/// A certificate and its key, made for a test, in PEM.
struct TestIdentity {
  std::string certificate;
  std::string key;
};

/// `kind` is "EC P-256", "EC P-384", "RSA 3072", "RSA 1024", "EC secp256k1" or "ED25519". `issuer` is null for one that
/// signs itself.
[[nodiscard]] TestIdentity make_identity(const std::string& name, const std::string& kind, const TestIdentity* issuer,
                                         std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after);

/// Valid for a year around `test_now`.
[[nodiscard]] TestIdentity make_identity(const std::string& name, const TestIdentity* issuer = nullptr,
                                         const std::string& kind = "EC P-256");

inline constexpr std::chrono::sys_seconds test_now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25}};

}  // namespace casweep::evidence
