// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

#include "logon/kerberos_failure.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// A context of libkrb5 and the request it is used for. Everything libkrb5 gives is freed through it.
class Kerberos {
 public:
  explicit Kerberos(KerberosRequest asked) : request(std::move(asked)) {
    krb5_context context = nullptr;
    made_ = krb5_init_context(&context);
    context_.reset(context);
  }

  [[nodiscard]] krb5_context get() const { return context_.get(); }

  /// Not 0 if there is no context because krb5.conf does not parse.
  [[nodiscard]] krb5_error_code made() const { return made_; }

  [[nodiscard]] tl::unexpected<LogonError> failure(krb5_error_code code) const {
    const char* text = krb5_get_error_message(get(), code);
    LogonError error = kerberos_failure(code, text, request);
    krb5_free_error_message(get(), text);
    return tl::unexpected(std::move(error));
  }

  template <auto Free>
  struct Deleter {
    krb5_context context;
    void operator()(auto* handle) const { Free(context, handle); }
  };
  template <typename Handle, auto Free>
  using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Deleter<Free>>;
  using Principal = Owned<krb5_principal, krb5_free_principal>;
  using Cache = Owned<krb5_ccache, krb5_cc_close>;
  using Keytab = Owned<krb5_keytab, krb5_kt_close>;
  using Options = Owned<krb5_get_init_creds_opt*, krb5_get_init_creds_opt_free>;
  using Exchange = Owned<krb5_init_creds_context, krb5_init_creds_free>;

  /// Takes ownership of an object that libkrb5 allocated.
  template <typename Holder>
  [[nodiscard]] Holder adopt(typename Holder::pointer handle) const {
    return Holder(handle, {get()});
  }

  [[nodiscard]] std::string name_of(krb5_const_principal principal) const {
    char* text = nullptr;
    if (krb5_unparse_name(get(), principal, &text) != 0) return {};
    std::string name(text);
    krb5_free_unparsed_name(get(), text);
    return name;
  }

  KerberosRequest request;

 private:
  struct FreeContext {
    void operator()(krb5_context context) const { krb5_free_context(context); }
  };
  std::unique_ptr<_krb5_context, FreeContext> context_;
  krb5_error_code made_ = 0;
};

}  // namespace casweep::logon
