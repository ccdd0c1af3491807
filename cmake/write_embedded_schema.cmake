# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -D OUTPUT=… -D MIGRATIONS=…;… -P: writes each migration as a raw string, in the order of its number.

set(text "// Made from schema/*.sql at build time.\n#include \"store/migration_internal.h\"\n\nnamespace casweep::store {\n\n")
string(APPEND text "std::span<const Migration> embedded_migrations() {\n  static constexpr Migration migrations[] = {\n")
list(SORT MIGRATIONS)
foreach(file IN LISTS MIGRATIONS)
  get_filename_component(name ${file} NAME)
  string(REGEX MATCH "^[0-9]+" number ${name})
  math(EXPR number "${number}")
  file(READ ${file} sql)
  string(APPEND text "      {${number}, \"${name}\", R\"casweep_sql(${sql})casweep_sql\"},\n")
endforeach()
string(APPEND text "  };\n  return migrations;\n}\n\n}  // namespace casweep::store\n")
file(WRITE ${OUTPUT} "${text}")
