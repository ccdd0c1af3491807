# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings, hardening and sanitizers, as targets that each library links explicitly.

add_library(casweep_compiler INTERFACE)
target_include_directories(casweep_compiler INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(casweep_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wformat=2 -fstack-protector-strong)
target_compile_definitions(casweep_compiler INTERFACE $<$<CONFIG:Release,RelWithDebInfo>:_FORTIFY_SOURCE=2>)
target_link_options(casweep_compiler INTERFACE -Wl,-z,relro,-z,now)
include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(CASWEEP_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined")
if(CASWEEP_SANITIZE)
  # Sanitized code holds the address of every check. In position-independent code the dynamic loader would relocate millions.
  set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(casweep_compiler INTERFACE
    -fsanitize=${CASWEEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  target_link_options(casweep_compiler INTERFACE -fsanitize=${CASWEEP_SANITIZE})
endif()
