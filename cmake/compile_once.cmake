# SPDX-License-Identifier: GPL-3.0-or-later
# Shortens a full build: several sources are compiled as one (CMAKE_UNITY_BUILD), so names in unnamed namespaces must be unique
# in a library, and common headers are precompiled once. The presets gcc, tidy and fuzz use neither, to find missing includes.

set(casweep_library_headers
  <algorithm> <chrono> <functional> <map> <optional> <ostream> <span> <string> <string_view> <vector>
  <fmt/format.h> <nlohmann/json.hpp> <tl/expected.hpp>)
set(casweep_test_headers ${casweep_library_headers} <gmock/gmock.h> <gtest/gtest.h>)

# casweep_compile_once(<target> library|test): the common headers of that kind are compiled with the first such target and reused
# by all others.
function(casweep_compile_once target kind)
  get_property(first GLOBAL PROPERTY casweep_first_${kind})
  if(first)
    target_precompile_headers(${target} REUSE_FROM ${first})
  else()
    target_precompile_headers(${target} PRIVATE ${casweep_${kind}_headers})
    set_property(GLOBAL PROPERTY casweep_first_${kind} ${target})
  endif()
endfunction()
