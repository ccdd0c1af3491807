# SPDX-License-Identifier: GPL-3.0-or-later
# Embeds schema/NNNN_*.sql into a library, as `casweep::store::embedded_migrations()` in store/embedded_schema.cpp.

function(casweep_embed_schema target)
  file(GLOB migrations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/schema/[0-9]*.sql)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded_schema.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D "OUTPUT=${source}" -D "MIGRATIONS=${migrations}"
            -P ${PROJECT_SOURCE_DIR}/cmake/write_embedded_schema.cmake
    DEPENDS ${migrations} ${PROJECT_SOURCE_DIR}/cmake/write_embedded_schema.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
