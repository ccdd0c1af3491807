# SPDX-License-Identifier: GPL-3.0-or-later
# All dependencies come from the system; scripts/dependencies lists the Debian packages.

find_package(PkgConfig REQUIRED)
pkg_check_modules(ldap REQUIRED IMPORTED_TARGET ldap)
pkg_check_modules(lber REQUIRED IMPORTED_TARGET lber)
# The name under which the library of the headers is loaded on demand. The tests' directory links it.
execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${ldap_LINK_LIBRARIES} OUTPUT_VARIABLE ldap_facts COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "SONAME +(libldap[^ \n]*)" soname "${ldap_facts}")
if(NOT soname)
  message(FATAL_ERROR "${ldap_LINK_LIBRARIES} has no SONAME")
endif()
set(CASWEEP_LDAP_LIBRARY ${CMAKE_MATCH_1})
pkg_check_modules(krb5 REQUIRED IMPORTED_TARGET krb5)
pkg_check_modules(gssapi REQUIRED IMPORTED_TARGET krb5-gssapi)
pkg_check_modules(samba REQUIRED dcerpc samba-credentials samba-hostconfig)  # headers only; the library is loaded on demand
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(talloc REQUIRED IMPORTED_TARGET talloc tevent)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost CONFIG REQUIRED COMPONENTS program_options)
