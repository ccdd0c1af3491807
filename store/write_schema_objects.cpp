// SPDX-License-Identifier: GPL-3.0-or-later
// write_schema_objects OUTPUT MIGRATION...: runs one migration after the other and writes what SQLite then holds as
// schema, for store/schema.cpp to include. Part of the build, not of the program.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string content_of(const char* file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_objects(std::ostream& out, SQLite::Database& database, int version) {
  SQLite::Statement row(database, "SELECT type, name, tbl_name, ifnull(sql, '') FROM sqlite_schema");
  while (row.executeStep()) {
    out << '{' << version;
    for (int column = 0; column < 4; ++column) {
      out << ", R\"casweep_sql(" << row.getColumn(column).getString() << ")casweep_sql\"";
    }
    out << "},\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::ofstream out(argv[1], std::ios::binary);
    SQLite::Database database(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (int i = 2; i < argc; ++i) {
      database.exec(content_of(argv[i]));
      write_objects(out, database, std::stoi(std::filesystem::path(argv[i]).filename().string()));
    }
    return out.flush() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
