// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/server_certificate_internal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace casweep::discovery {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct ServerKind {
  std::string subject;
  std::string alternative_names;   ///< as OpenSSL's configuration has them: "DNS:dc1.corp.example"; empty: none
  std::string extended_key_usage;  ///< empty: none
};

void add_extension(X509* certificate, int nid, const std::string& value) {
  if (value.empty()) return;
  X509_EXTENSION* extension = X509V3_EXT_nconf_nid(nullptr, nullptr, nid, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

base::Octets certificate_of(const ServerKind& kind) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(kind.subject.c_str()), -1, -1, 0);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  add_extension(certificate.get(), NID_subject_alt_name, kind.alternative_names);
  add_extension(certificate.get(), NID_ext_key_usage, kind.extended_key_usage);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  unsigned char* made = nullptr;
  const int size = i2d_X509(certificate.get(), &made);
  base::Octets der(made, made + size);
  OPENSSL_free(made);
  return der;
}

std::string objection(const ServerKind& kind, const std::string& host = "dc1.corp.example") {
  return objection_to_certificate(certificate_of(kind), host);
}

TEST(ServerCertificate, ThatNamesTheHostProvesIt) {
  EXPECT_THAT(objection({"dc1", "DNS:DC1.corp.example", "serverAuth"}), IsEmpty());
  EXPECT_THAT(objection({"", "DNS:corp.example, DNS:dc1.corp.example", "clientAuth, serverAuth"}), IsEmpty());
  EXPECT_THAT(objection({"dc1", "DNS:dc1.corp.example", ""}), IsEmpty());
  EXPECT_THAT(objection({"dc1", "IP:10.20.0.1", "serverAuth"}, "10.20.0.1"), IsEmpty());
}

TEST(ServerCertificate, WithAWildcardProvesNoHost) {
  EXPECT_THAT(objection({"*.corp.example", "DNS:*.corp.example", "serverAuth"}), HasSubstr("wildcard"));
}

TEST(ServerCertificate, WhoseSubjectAloneNamesTheHostProvesNoHost) {
  EXPECT_THAT(objection({"dc1.corp.example", "", "serverAuth"}), HasSubstr("subjectAltName"));
  EXPECT_THAT(objection({"dc1.corp.example", "DNS:www.corp.example", "serverAuth"}), HasSubstr("subjectAltName"));
  EXPECT_THAT(objection({"dc1.corp.example", "email:dc1@corp.example", "serverAuth"}), HasSubstr("subjectAltName"));
}

TEST(ServerCertificate, ThatIsNotForServersProvesNoHost) {
  EXPECT_THAT(objection({"dc1", "DNS:dc1.corp.example", "clientAuth"}), HasSubstr("server authentication"));
  EXPECT_THAT(objection({"dc1", "DNS:dc1.corp.example", "codeSigning"}), HasSubstr("server authentication"));
}

TEST(ServerCertificate, ThatIsMalformedProvesNoHost) {
  EXPECT_THAT(objection_to_certificate({0x30, 0x00}, "dc1.corp.example"), HasSubstr("cannot be read"));
  EXPECT_FALSE(certificate_names({}, "dc1.corp.example"));
}

}  // namespace
}  // namespace casweep::discovery
