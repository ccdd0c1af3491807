# SPDX-License-Identifier: GPL-3.0-or-later
# All dependencies come from the system; scripts/dependencies lists the Debian packages.

find_package(PkgConfig REQUIRED)
pkg_check_modules(ldap REQUIRED IMPORTED_TARGET ldap)
pkg_check_modules(lber REQUIRED IMPORTED_TARGET lber)

# casweep_soname(<variable> <library>): the name under which a library is loaded on demand.
function(casweep_soname variable library)
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE facts COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "SONAME +(lib[^ \n]*)" soname "${facts}")
  if(NOT soname)
    message(FATAL_ERROR "${library} has no SONAME")
  endif()
  set(${variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

casweep_soname(CASWEEP_LDAP_LIBRARY ${ldap_LINK_LIBRARIES})  # the tests' directory links it
pkg_check_modules(krb5 REQUIRED IMPORTED_TARGET krb5)
pkg_check_modules(gssapi REQUIRED IMPORTED_TARGET krb5-gssapi)
pkg_check_modules(samba REQUIRED dcerpc samba-credentials samba-hostconfig)  # headers only; the library is loaded on demand
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(talloc REQUIRED IMPORTED_TARGET talloc tevent)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)  # the tests link it
casweep_soname(CASWEEP_PQ_LIBRARY ${libpq_LINK_LIBRARIES})
find_package(SQLiteCpp REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost CONFIG REQUIRED COMPONENTS program_options)
