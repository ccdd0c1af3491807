# SPDX-License-Identifier: GPL-3.0-or-later
# casweep_embed(<target> <name> <file>...): writes `<name>.inc`, which sources of <target> include between the braces of an array:
# one line {"file name", R"(content)"} for each file, sorted by name.

function(casweep_embed target name)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.inc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D "OUTPUT=${output}" -D "FILES=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
    DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/write_embedded.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()
