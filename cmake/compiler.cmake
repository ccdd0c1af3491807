# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings, hardening and sanitizers, as targets that each library names for itself.

add_library(casweep_compiler INTERFACE)
target_include_directories(casweep_compiler INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(casweep_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wformat=2 -fstack-protector-strong)
target_compile_definitions(casweep_compiler INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
target_link_options(casweep_compiler INTERFACE -Wl,-z,relro,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CASWEEP_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(CASWEEP_SANITIZE)
  target_compile_options(casweep_compiler INTERFACE
    -fsanitize=${CASWEEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(casweep_compiler INTERFACE -fsanitize=${CASWEEP_SANITIZE})
endif()

# casweep_precompile(<target> <header>...): compiles what nearly every file of a library includes only once. The presets
# tidy and fuzz do without, so that a missing include does not stay hidden; so do the tests, because from a precompiled
# header GCC 12 warns of the standard library's own string concatenation.
function(casweep_precompile target)
  target_precompile_headers(${target} PRIVATE
    <algorithm> <chrono> <functional> <map> <optional> <ostream> <span> <string> <string_view> <vector> ${ARGN})
endfunction()
