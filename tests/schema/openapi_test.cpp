#include "schema/openapi.hpp"

#include "schema/catalogue.hpp"
#include "tests/schema/samples.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

json written(schema_shape shape, const dialect& habits = native_dialect) {
  std::string text;
  json_writer out{text};
  write_schema(samples::dish_entity, shape, habits, out);
  auto doc = json::parse(text);
  REQUIRE(doc);
  return *doc;
}

bool has(json_value list, std::string_view word) {
  for (const auto item : list.items())
    if (item.as_string() == word)
      return true;
  return false;
}

}  // namespace

TEST_CASE("entities are named as types are") {
  CHECK(schema_name(samples::dish_entity, schema_shape::read) == "Dish");
  entity group = samples::dish_entity;
  group.name = "study_group";
  CHECK(schema_name(group, schema_shape::create) == "StudyGroupCreate");
  CHECK(schema_name(group, schema_shape::change) == "StudyGroupChange");
}

TEST_CASE("the three shapes show to each what concerns it") {
  const auto read = written(schema_shape::read);
  CHECK(read.root()["properties"].find("id"));
  CHECK_FALSE(read.root()["properties"].find("secret"));
  CHECK(has(read.root()["required"], "note"));
  const auto create = written(schema_shape::create);
  const auto members = create.root()["properties"];
  CHECK_FALSE(members.find("id"));
  CHECK_FALSE(members.find("createdAt"));
  CHECK_FALSE(members.find("secret"));
  CHECK(members.find("servedAt"));
  CHECK(create.root()["required"].text() == R"(["name"])");
  CHECK(create.root()["additionalProperties"].as_bool() == false);
  const auto change = written(schema_shape::change);
  CHECK_FALSE(change.root()["properties"].find("servedAt"));
  CHECK(change.root()["required"].size() == 0);
}

TEST_CASE("limits, words and defaults are in the document") {
  const auto create = written(schema_shape::create);
  const auto of = [&](const char* name) { return create.root()["properties"][name].text(); };
  CHECK(of("name") == R"({"type":"string","minLength":1,"maxLength":10})");
  CHECK(of("note") == R"({"type":["string","null"],"maxLength":5})");
  CHECK(of("stars") ==
        R"({"type":"integer","format":"int32","minimum":1,"maximum":5,"default":3})");
  CHECK(of("price") == R"({"type":"string","pattern":"^-?[0-9]+\\.[0-9]{2}$","default":"0.00"})");
  CHECK(of("taste") == R"({"type":"string","enum":["sweet","sour"],"default":"sweet"})");
  CHECK(of("tags") ==
        R"({"type":"array","maxItems":3,"items":{"type":"string","minLength":1,"maxLength":4},)"
        R"("default":[]})");
  CHECK(of("servedAt") == R"({"type":["string","null"],"format":"date-time"})");
  CHECK(of("extra") == R"({"description":"any JSON of at most 40 bytes"})");
  const auto french = written(schema_shape::create, samples::french);
  CHECK(french.root()["properties"]["status"].text() ==
        R"({"type":"string","enum":["brouillon","active"],"default":"brouillon"})");
  CHECK_FALSE(french.root().find("additionalProperties"));
  CHECK(french.root()["properties"]["servedAt"].text() ==
        R"({"type":["integer","null"],"format":"int64"})");
}

TEST_CASE("the components hold every entity and the error body of the dialect") {
  std::string text;
  json_writer out{text};
  write_component_schemas(catalogue(), samples::french, out);
  const auto doc = json::parse(text);
  REQUIRE(doc);
  CHECK(doc->root().size() == catalogue().size() * 3 + 1);
  CHECK(doc->root()["Fault"]["required"].text() == R"(["message","error"])");
}

TEST_CASE("the parameters in the document are the ones that are understood") {
  std::string text;
  json_writer out{text};
  out.begin_array();
  write_list_parameters(samples::dish_entity, native_dialect, {}, out);
  out.end_array();
  const auto doc = json::parse(text);
  REQUIRE(doc);
  std::size_t filters = 0;
  for (const auto one : doc->root().items()) {
    const auto name = std::string{*one["name"].as_string()};
    const auto understood = read_query(samples::dish_entity, native_dialect,
                                       std::vector<query_parameter>{{name, "\xff"}});
    REQUIRE_FALSE(understood);  // the value is wrong, the name must not be
    CAPTURE(name, understood.error().text);
    CHECK_THAT(understood.error().text,
               !Catch::Contains("is not a parameter") && !Catch::Contains("operator"));
    ++filters;
  }
  CHECK(filters > 30);
}

TEST_CASE("a list is an array or a page, as the dialect says") {
  const auto list = [](const dialect& habits) {
    std::string text;
    json_writer out{text};
    write_list_schema(samples::dish_entity, habits, out);
    return text;
  };
  CHECK(list(samples::french) ==
        R"({"type":"array","items":{"$ref":"#/components/schemas/Dish"}})");
  CHECK(list(native_dialect) ==
        R"({"type":"object","properties":{"items":{"type":"array","items":)"
        R"({"$ref":"#/components/schemas/Dish"}},"nextCursor":{"type":["string","null"]}},)"
        R"("required":["items"]})");
}
