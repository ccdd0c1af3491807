// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "store/row_internal.h"
#include "store/schema_internal.h"

namespace casweep::store {
namespace {

struct EmbeddedObject {
  int version;
  std::string_view type;
  std::string_view name;
  std::string_view table;
  std::string_view sql;
};

// Made at build time by running the migrations: running them each time a history is opened would take a millisecond.
constexpr auto embedded_objects = std::to_array<EmbeddedObject>({
#include "schema_objects.inc"
});

using ObjectName = std::pair<std::string_view, std::string_view>;  ///< type and name

ObjectName name_of(const SchemaObject& object) { return {object.type, object.name}; }

/// A row of sqlite_schema, with the columns that only a prepared file can have wrong.
struct FoundObject {
  SchemaObject object;
  std::int64_t root_page = 0;
  bool has_usual_types = true;
};

std::vector<FoundObject> read_schema(SQLite::Database& database) {
  Row row(database, R"(
      SELECT type, name, tbl_name, sql, rootpage,
             typeof(type) = 'text' AND typeof(name) = 'text' AND typeof(tbl_name) = 'text'
               AND typeof(rootpage) = 'integer' AND typeof(sql) IN ('text', 'null')
      FROM main.sqlite_schema)");
  std::vector<FoundObject> found;
  while (row.executeStep()) {
    found.push_back(
        {.object = {.type = text_in(row, 0), .name = text_in(row, 1), .table = text_in(row, 2), .sql = text_in(row, 3)},
         .root_page = row.getColumn(4).getInt64(),
         .has_usual_types = row.getColumn(5).getInt() != 0});
  }
  return found;
}

/// The tables of ANALYZE say nothing about the history. They have no index.
bool is_statistics(const SchemaObject& object) {
  return object.type == "table" && object.table == object.name &&
         ((object.name == "sqlite_stat1" && object.sql == "CREATE TABLE sqlite_stat1(tbl,idx,stat)") ||
          (object.name == "sqlite_stat4" && object.sql == "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"));
}

bool is_table(const SchemaObject& object) { return object.type == "table"; }

class SchemaComparison {
 public:
  SchemaComparison(std::vector<FoundObject> found, std::vector<SchemaObject> expected)
      : found_(std::move(found)), expected_(std::move(expected)) {}

  std::vector<SchemaDifference> run() {
    for (const auto& expected : expected_) missing_[name_of(expected)] = &expected;
    for (const auto& found : found_) {
      compare(found);
      compare_page(found);
    }
    for (const auto& [name, object] : missing_) {
      add(*object, is_table(*object), "has lost its {} {}", object->type, object->name);
    }
    return std::move(differences_);
  }

 private:
  template <typename... Parts>
  void add(const SchemaObject& object, bool of_a_table, fmt::format_string<std::string, std::string> what,
           const std::string& type, const std::string& name) {
    differences_.push_back({.table = shortened(object.table),
                            .what = fmt::format(what, shortened(type), shortened(name)),
                            .of_a_table = of_a_table});
  }

  void compare(const FoundObject& found) {
    const auto& object = found.object;
    if (is_statistics(object)) return;
    const auto expected = missing_.find(name_of(object));
    if (expected == missing_.end()) {  // or it is there twice
      const bool takes_a_table = std::ranges::any_of(
          expected_, [&](const SchemaObject& own) { return is_table(own) && own.name == object.name; });
      add(object, takes_a_table && object.type != "trigger" && object.type != "index",
          "has a {} {} that casweep did not make", object.type, object.name);
      return;
    }
    if (*expected->second != object || !found.has_usual_types) {
      add(object, is_table(object), "has another {} {} than it was made with", object.type, object.name);
    }
    missing_.erase(expected);
  }

  /// Each table and index has a page of its own; other objects have none.
  void compare_page(const FoundObject& found) {
    const auto& object = found.object;
    const bool has_page = is_table(object) || object.type == "index";
    if (!has_page && found.root_page == 0) return;
    constexpr std::int64_t page_of_schema = 1;
    if (has_page && found.root_page > page_of_schema && pages_.insert(found.root_page).second) return;
    add(object, is_table(object), "has its {} {} at the page of another", object.type, object.name);
  }

  std::vector<FoundObject> found_;
  std::vector<SchemaObject> expected_;
  std::map<ObjectName, const SchemaObject*> missing_;
  std::set<std::int64_t> pages_;
  std::vector<SchemaDifference> differences_;
};

}  // namespace

std::vector<SchemaObject> schema_of_version(int version, Migrations migrations) {
  std::vector<SchemaObject> objects;
  if (migrations.data() == embedded_migrations().data()) {
    for (const auto& object : embedded_objects) {
      if (object.version != version) continue;
      objects.push_back({.type = std::string(object.type),
                         .name = std::string(object.name),
                         .table = std::string(object.table),
                         .sql = std::string(object.sql)});
    }
  } else {
    SQLite::Database as_made(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    const auto end = std::ranges::upper_bound(migrations, version, {}, &Migration::version);
    migrate(as_made, [](int) {}, {migrations.begin(), end});
    for (auto& found : read_schema(as_made)) objects.push_back(std::move(found.object));
  }
  std::ranges::sort(objects);
  return objects;
}

std::vector<SchemaDifference> schema_differences(SQLite::Database& database, int version, Migrations migrations) {
  return SchemaComparison(read_schema(database), schema_of_version(version, migrations)).run();
}

std::string shortened(const std::string& name) {
  constexpr std::size_t longest = 60;
  return name.size() <= longest ? name : name.substr(0, longest) + "...";
}

bool has_unreleased_layout(SQLite::Database& database) {
  Row row(database, R"(
      SELECT count(*) FILTER (WHERE name = 'observation_of_ca' AND type = 'index') = 1
             AND count(*) FILTER (WHERE name = 'ledger' AND type = 'table') = 0
      FROM main.sqlite_schema)");
  row.executeStep();
  return row.getColumn(0).getInt() != 0;
}

}  // namespace casweep::store
