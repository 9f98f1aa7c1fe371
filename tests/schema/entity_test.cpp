#include "schema/catalogue.hpp"
#include "schema/people.hpp"
#include "schema/shapes.hpp"
#include "tests/schema/samples.hpp"

#include <catch2/catch.hpp>

using namespace stoa;
using samples::dish;

namespace {

std::vector<complaint> complaints_about(std::string_view body,
                                        const dialect& habits = native_dialect) {
  const auto doc = json::parse(body);
  REQUIRE(doc);
  auto row = read_create<dish>(doc->root(), habits);
  if (row)
    return {};
  CHECK(row.error().code == fault_code::invalid);
  CHECK(row.error().text == row.error().complaints.at(0).message);
  return row.error().complaints;
}

struct refused_body {
  const char* members;
  const char* path;
  const char* says;
};

}  // namespace

TEST_CASE("a body becomes a row") {
  const auto doc = json::parse(R"({"name":"Soupe","note":null,"isPublic":true,"stars":5,
      "eatenTimes":9007199254740993,"weight":1,"price":"4.5","taste":"sour","status":"active",
      "tags":["a","b\"c"],"aliases":null,"extra":{"k":[1,2.50,"\u00e9"]},
      "servedAt":"2025-08-08T14:34:56.789+02:00","cookedAt":1754656496789})");
  REQUIRE(doc);
  const auto row = read_create<dish>(doc->root());
  REQUIRE(row);
  CHECK(row->name == "Soupe");
  CHECK_FALSE(row->note);
  CHECK(row->is_public);
  CHECK(row->stars == 5);
  CHECK(row->eaten == 9'007'199'254'740'993);
  CHECK(row->weight == 1.0);
  CHECK(row->price.text == "4.50");
  CHECK(row->taste == samples::flavour::sour);
  CHECK(row->status == "active");
  CHECK(row->tags == std::vector<std::string>{"a", "b\"c"});
  CHECK_FALSE(row->aliases);
  CHECK(row->extra->text == R"({"k":[1,2.5,"é"]})");
  CHECK(row->served_at == iso_time{1'754'656'496'789'000});
  CHECK(row->cooked_at == epoch_ms{1'754'656'496'789'000});
}

TEST_CASE("what is left out keeps the struct's default") {
  const auto doc = json::parse(R"({"name":"x"})");
  const auto row = read_create<dish>(doc->root());
  REQUIRE(row);
  dish plain;
  plain.name = "x";
  CHECK(*row == plain);
}

TEST_CASE("each wrong member gets its own sentence") {
  const std::vector<refused_body> table = {
      {R"("name":null)", "name", "name is required"},
      {R"("name":"")", "name", "name must not be empty"},
      {R"("name":"   ")", "name", "name must not be blank"},
      {R"("name":"12345678901")", "name", "name must have at most 10 characters, not 11"},
      {R"("name":"éééééééééé")", "", ""},
      {R"("name":7)", "name", "name must be a string, not a number"},
      {R"("name":"x","note":"123456")", "note", "note must have at most 5 characters, not 6"},
      {R"("name":"x","isPublic":"yes")", "isPublic",
       "isPublic must be true or false, not a string"},
      {R"("name":"x","isPublic":null)", "isPublic", "isPublic must not be null"},
      {R"("name":"x","stars":6)", "stars", "stars must be between 1 and 5"},
      {R"("name":"x","stars":2.5)", "stars", "stars must be a whole number"},
      {R"("name":"x","stars":"3")", "stars", "stars must be a whole number, not a string"},
      {R"("name":"x","stars":99999999999)", "stars", "stars must be between 1 and 5"},
      {R"("name":"x","eatenTimes":9223372036854775808)", "eatenTimes",
       "eatenTimes must be between -9223372036854775808 and 9223372036854775807"},
      {R"("name":"x","weight":-0.1)", "weight", "weight must be between 0 and 100"},
      {R"("name":"x","weight":[])", "weight", "weight must be a number, not an array"},
      {R"("name":"x","price":"1.234")", "price", "price must have at most 2 decimals"},
      {R"("name":"x","price":"cheap")", "price", "price must be a decimal number"},
      {R"("name":"x","price":1000.01)", "price", "price must be between 0 and 1000"},
      {R"("name":"x","price":{})", "price", "price must be a decimal number, not an object"},
      {R"("name":"x","taste":"salty")", "taste", "taste must be one of sweet, sour"},
      {R"("name":"x","taste":1)", "taste", "taste must be a string, not a number"},
      {R"("name":"x","status":"gone")", "status", "status must be one of draft, active"},
      {R"("name":"x","tags":"a,b")", "tags", "tags must be an array of strings, not a string"},
      {R"("name":"x","tags":["a",1])", "tags.1", "tags.1 must be a string, not a number"},
      {R"("name":"x","tags":["a","12345"])", "tags.1",
       "tags.1 must have at most 4 characters, not 5"},
      {R"("name":"x","tags":["a","b","c","d"])", "tags", "tags must have at most 3 items, not 4"},
      {R"("name":"x","extra":"12345678901234567890123456789012345678901")", "extra",
       "extra must have at most 40 bytes of JSON, not 43"},
      {R"("name":"x","servedAt":"soon")", "servedAt",
       "servedAt must be a moment such as 2025-08-08T12:34:56.789Z"},
      {R"("name":"x","servedAt":1e300)", "servedAt",
       "servedAt must be a moment (ISO 8601 or milliseconds since 1970), not a number"},
      {R"("name":"x","servedAt":9000000000000000)", "servedAt",
       "servedAt must be a moment between the years 1 and 9999"},
      {R"("name":"x","id":"mine")", "id", "id is set by the server"},
      {R"("name":"x","createdAt":1)", "createdAt", "createdAt is set by the server"},
      {R"("name":"x","secret":"s")", "secret", "secret is not a field of this resource"},
      {R"("name":"x","titel":1)", "titel", "titel is not a field of this resource"},
      {R"("note":"n")", "name", "name is required"},
  };
  for (const auto& row : table) {
    CAPTURE(row.members);
    const auto found = complaints_about("{" + std::string{row.members} + "}");
    if (*row.says == '\0') {
      CHECK(found.empty());
    } else {
      REQUIRE(found.size() == 1);
      CHECK(found[0].path == row.path);
      CHECK(found[0].message == row.says);
    }
  }
}

TEST_CASE("all complaints come together, up to a number that helps") {
  const auto three = complaints_about(R"({"stars":9,"weight":"x"})");
  REQUIRE(three.size() == 3);
  CHECK(three[0].path == "stars");
  CHECK(three[1].path == "weight");
  CHECK(three[2].path == "name");
  std::string flood = R"({"name":"x")";
  for (int i = 0; i < 1'000; ++i)
    flood += ",\"unknown" + std::to_string(i) + "\":1";
  CHECK(complaints_about(flood + "}").size() == 32);
  CHECK(complaints_about("[]")[0].message == "the body must be an object, not an array");
}

TEST_CASE("a dialect may ignore what it does not know, and never takes what is the server's") {
  const auto doc = json::parse(
      R"({"name":"x","titel":1,"id":"mine","authorId":"eve","secret":"s","createdAt":"2020-01-01",
          "taste":"acide","status":"brouillon","servedAt":"","stars":4})");
  REQUIRE(doc);
  const auto row = read_create<dish>(doc->root(), samples::french);
  REQUIRE(row);
  CHECK(row->id.empty());
  CHECK(row->author.empty());
  CHECK(row->secret == "sauce");
  CHECK(row->created_at == iso_time{});
  CHECK(row->taste == samples::flavour::sour);
  CHECK(row->status == "draft");
  CHECK_FALSE(row->served_at);
  const auto text = to_json(*row, samples::french);
  CHECK_THAT(text, Catch::Contains(R"("taste":"acide","status":"brouillon")"));
  CHECK_THAT(text, Catch::Contains(R"("createdAt":0)"));
}

TEST_CASE("a word that a dialect respells is not understood in our spelling") {
  CHECK(complaints_about(R"({"name":"x","taste":"sour"})", samples::french)[0].message ==
        "taste must be one of sucré, acide");
}

TEST_CASE("a change says which members it has") {
  const auto doc = json::parse(R"({"note":null,"stars":4})");
  const auto change = read_change<dish>(doc->root());
  REQUIRE(change);
  CHECK(change->which == (fields_of<&dish::note, &dish::stars>()));
  CHECK(change->values.stars == 4);
  const auto late = json::parse(R"({"servedAt":null})");
  const auto refused = read_change<dish>(late->root());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text == "servedAt cannot be changed");
  const auto nothing = json::parse("{}");
  CHECK(read_change<dish>(nothing->root())->which.none());
}

TEST_CASE("a row is written with every visible member and no other") {
  dish row;
  row.id = samples::dish_id{"d1"};
  row.name = "Tarte \"Tatin\"";
  row.tags = {"x"};
  row.extra = json_text{R"({"a":1})"};
  CHECK(to_json(row) ==
        R"({"id":"d1","establishmentId":"","authorId":"","name":"Tarte \"Tatin\"","note":null,)"
        R"("isPublic":false,"stars":3,"eatenTimes":0,"weight":0.5,"price":"0.00","taste":"sweet",)"
        R"("status":"draft","tags":["x"],"aliases":null,"extra":{"a":1},"servedAt":null,)"
        R"("cookedAt":0,"createdAt":"1970-01-01T00:00:00.000Z",)"
        R"("updatedAt":"1970-01-01T00:00:00.000Z"})");
}

TEST_CASE("a row survives its trip through SQL text") {
  dish row;
  row.id = samples::dish_id{"d'1"};
  row.note = "";
  row.is_public = true;
  row.weight = 0.1;
  row.eaten = -5;
  row.price = *decimal<10, 2>::parse("-4.5");
  row.taste = samples::flavour::sour;
  row.tags = {"", "a,b", "{c}", "\"q\"", "back\\slash", "NULL", " blank "};
  row.aliases = std::vector<std::string>{};
  row.served_at = iso_time{1'754'656'496'789'123};
  row.cooked_at = epoch_ms{-1};
  const auto& what = entity_of<dish>();
  std::vector<std::optional<std::string>> texts;
  for (const auto& f : what.fields)
    texts.push_back(f.to_sql(&row));
  CHECK(texts[15] == "2025-08-08T12:34:56.789123Z");
  CHECK(texts[16] == "1969-12-31T23:59:59.999999Z");
  std::vector<std::optional<std::string_view>> cells(texts.begin(), texts.end());
  const auto back = read_row<dish>(cells);
  REQUIRE(back);
  CHECK(*back == row);
}

TEST_CASE("cells that are not what was described are the database's fault") {
  const auto& what = entity_of<dish>();
  dish row;
  std::vector<std::optional<std::string>> texts;
  for (const auto& f : what.fields)
    texts.push_back(f.to_sql(&row));
  const auto with = [&](std::size_t at, std::optional<std::string_view> cell) {
    std::vector<std::optional<std::string_view>> cells(texts.begin(), texts.end());
    cells[at] = cell;
    return read_row<dish>(cells);
  };
  CHECK(with(4, std::nullopt));
  for (const auto& [at, cell] : {std::pair{3, std::optional<std::string_view>{}},
                                 {5, "maybe"},
                                 {6, "3x"},
                                 {6, "99999999999"},
                                 {8, "heavy"},
                                 {9, "1.234"},
                                 {10, "salty"},
                                 {12, "{a,NULL}"},
                                 {12, "{a"},
                                 {12, "{\"a}"},
                                 {12, "{{a}}"},
                                 {12, "{a,}"},
                                 {15, "yesterday"}}) {
    const auto broken = with(static_cast<std::size_t>(at), cell);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code == fault_code::unavailable);
    CHECK_THAT(
        broken.error().cause,
        Catch::StartsWith("dishes." + std::string{what.fields[static_cast<std::size_t>(at)].name}));
  }
  CHECK(with(12, "{a,\"b c\",d\\\"e}")->tags == std::vector<std::string>{"a", "b c", "d\"e"});
  CHECK(with(15, "2025-08-08 12:34:56.789123+00")->served_at == iso_time{1'754'656'496'789'123});
  CHECK_FALSE(read_row<dish>({}));
}

TEST_CASE("every described entity is sound, and reads back the JSON it wrote") {
  CHECK(mistakes_in(samples::dish_entity).empty());
  for (const auto* what : catalogue()) {
    CAPTURE(what->name);
    CHECK(mistakes_in(*what).empty());
    for (const auto& f : what->fields) {
      CAPTURE(f.name);
      std::string text;
      json_writer out{text};
      f.write_default(f, native_dialect, out);
      CHECK(json::parse(text));
    }
  }
}

TEST_CASE("a rule that could not be read both ways is a mistake in the description") {
  using namespace describe;
  const auto mistake = [](const rule& who_may) {
    entity broken = samples::dish_entity;
    broken.rules.read = who_may;
    const auto found = mistakes_in(broken);
    return found.empty() ? std::string{} : found[0];
  };
  CHECK(mistake(owner("author_id") | holds("price", "0.50")).empty());
  CHECK(mistake(owner("nobody_id")) == "dish: a rule about nobody_id, which is no column");
  CHECK(mistake(owner("stars")) == "dish: a rule about stars, which is no text");
  CHECK(mistake(holds("price", "0.5")) == "dish: a rule about price, which cannot hold that");
  CHECK(mistake(holds("is_public", "t")) == "dish: a rule about is_public, which cannot hold that");
  CHECK(mistake(holds("status", "gone")) == "dish: a rule about status, which cannot hold that");
  CHECK(mistake(holds("extra", "{}")) == "dish: a rule about extra, which has no plain value");
}

TEST_CASE("ranks are spelled by the edition") {
  user_row someone;
  someone.rank = role::trainer;
  CHECK_THAT(to_json(someone), Catch::Contains(R"("role":"trainer")"));
  CHECK_THAT(to_json(someone), !Catch::Contains("password"));
}

TEST_CASE("shapes of texts") {
  using namespace shapes;
  for (const auto* good : {"a@b.fr", "marie.formateur@stacgate.academy", "x+y@sub.example.org",
                           "jos\xc3\xa9@exämple.org"})
    CHECK(is_email(good));
  for (const auto* bad : {"", "a", "a@", "@b.fr", "a@b", "a b@c.fr", "a@b..fr", "a@-b.fr",
                          ".a@b.fr", "a..b@c.fr", "a@b.fr\n", "<a@b.fr>", "a@b@c.fr"})
    CHECK_FALSE(is_email(bad));
  CHECK(is_slug("demo-academy2"));
  for (const auto* bad : {"", "-a", "a-", "a--b", "A", "a b", "é"})
    CHECK_FALSE(is_slug(bad));
  for (const auto* good : {"/logo.png", "/", "https://x.org/a?b", "HTTP://X.org"})
    CHECK(is_web_address(good));
  for (const auto* bad : {"", "javascript:alert(1)", "//evil.org", "/\\evil.org",
                          "data:text/html,x", "https://", "https://a b", "logo.png"})
    CHECK_FALSE(is_web_address(bad));
}
