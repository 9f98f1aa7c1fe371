#include "schema/query.hpp"

#include "schema/base64url.hpp"
#include "tests/schema/samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace stoa;
using samples::dish;

namespace {

using parameters = std::vector<query_parameter>;

outcome<list_query> asked(const parameters& from, const dialect& habits = native_dialect) {
  return read_query(samples::dish_entity, habits, from, {.usual = 20, .sort = "-stars"});
}

std::string condition(const parameters& from) {
  const auto query = asked(from);
  REQUIRE(query);
  std::vector<std::optional<std::string>> params;
  auto out = where(*query, params);
  for (const auto& value : params)
    out += " | " + value.value_or("NULL");
  return out;
}

struct refused_parameter {
  const char* name;
  const char* value;
  const char* says;
};

}  // namespace

TEST_CASE("filters become conditions with bound values") {
  CHECK(condition({}) == "TRUE");
  CHECK(condition({{"name", "O'H; DROP"}}) == R"("name" = $1 | O'H; DROP)");
  CHECK(condition({{"stars[gte]", "2"}, {"stars[lt]", "5"}}) ==
        R"("stars" >= $1 AND "stars" < $2 | 2 | 5)");
  CHECK(condition({{"status[in]", "draft,active"}}) ==
        R"("status" = ANY($1) | {"draft","active"})");
  CHECK(condition({{"name[contains]", "50%_\\"}}) == R"("name" ILIKE $1 | %50\%\_\\%)");
  CHECK(condition({{"tags", "a"}}) == R"("tags" @> $1 | {"a"})");
  CHECK(condition({{"note[null]", "true"}}) == R"("note" IS NULL)");
  CHECK(condition({{"note[ne]", "x"}}) == R"("note" IS DISTINCT FROM $1 | x)");
  CHECK(condition({{"servedAt[lte]", "2025-08-08T12:00:00+02:00"}}) ==
        R"("served_at" <= $1 | 2025-08-08T10:00:00.000000Z)");
  CHECK(condition({{"price[gt]", "2.5"}}) == R"("price" > $1 | 2.50)");
  CHECK(condition({{"isPublic", "1"}}) == R"("is_public" = $1 | true)");
  CHECK(condition({{"eatenTimes", "-7"}}) == R"("eaten" = $1 | -7)");
}

TEST_CASE("what is not described cannot be asked") {
  const std::vector<refused_parameter> table = {
      {"nope", "1", "nope is not a parameter of this list"},
      {"secret", "sauce", "secret is not a parameter of this list"},
      {"author_id", "x", "author_id is not a parameter of this list"},
      {"name\"; DROP TABLE x; --", "x", "is not a parameter of this list"},
      {"name[", "x", "is not a parameter of this list"},
      {"[eq]", "x", "is not a parameter of this list"},
      {"extra", "x", "extra is not a field that this list can be filtered by"},
      {"name[or 1=1]", "x", "uses an operator that this field does not have; it has eq, ne, lt"},
      {"isPublic[lt]", "true", "it has eq, ne, in"},
      {"isPublic[null]", "true", "it has eq, ne, in"},
      {"tags[ne]", "a", "it has eq"},
      {"stars", "many", "stars must be a whole number"},
      {"stars", "99999999999", "stars must be between"},
      {"stars", "1 OR 1=1", "stars must be a whole number"},
      {"stars[in]", "1,2,x", "stars[in] must be a whole number"},
      {"isPublic", "yes", "isPublic must be true or false"},
      {"status", "gone", "status must be one of draft, active"},
      {"taste", "salty", "taste must be one of sweet, sour"},
      {"servedAt", "soon", "servedAt must be a moment"},
      {"note[null]", "maybe", "note[null] must be true or false"},
      {"name", "\xff", "name must be valid UTF-8"},
      {"name", "12345678901", "name must have at most 10 characters"},
      {"sort", "secret", "sort names secret, which this list cannot be sorted by; it can by name,"},
      {"sort", "name;DROP TABLE x", "sort names name;DROP TABLE x, which"},
      {"sort", "name,,stars", "sort names nothing, which"},
      {"sort", "name,-name", "sort names name twice"},
      {"sort", "tags", "sort names tags, which"},
      {"limit", "0", "limit must be between 1 and 200"},
      {"limit", "201", "limit must be between 1 and 200"},
      {"limit", "-1", "limit must be between 1 and 200"},
      {"limit", "10; DELETE", "limit must be between 1 and 200"},
      {"cursor", "x", "cursor is not one that this list gave out"},
      {"cursor", "", "cursor is not one that this list gave out"},
      {"page", "2", "page is not a parameter of this list"},
  };
  for (const auto& row : table) {
    CAPTURE(row.name, row.value);
    const auto query = asked({{row.name, row.value}});
    REQUIRE_FALSE(query);
    CHECK(query.error().code == fault_code::invalid);
    REQUIRE(query.error().complaints.size() == 1);
    CHECK_THAT(query.error().complaints[0].message, Catch::Contains(row.says));
  }
  const auto nul = asked({{"name", std::string("a\0b", 3)}});
  REQUIRE_FALSE(nul);
  CHECK_THAT(nul.error().text, Catch::Contains("U+0000"));
  parameters flood(40, {"stars", "1"});
  CHECK_THAT(asked(flood).error().text, Catch::Contains("one filter too many; 16 are allowed"));
  CHECK(asked(parameters(1'000, {"nope", "1"})).error().complaints.size() == 16);
}

TEST_CASE("a dialect may ignore unknown parameters, never wrong ones") {
  CHECK(asked({{"utm_source", "mail"}}, samples::french)->filters.empty());
  CHECK_FALSE(asked({{"stars", "x"}}, samples::french));
  CHECK(asked({{"taste", "acide"}}, samples::french)->filters[0].values[0] == "sour");
  const std::string_view others[] = {"search"};
  CHECK(read_query(samples::dish_entity, native_dialect, parameters{{"search", "x"}}, {}, others));
}

TEST_CASE("sorting ends with the key") {
  CHECK(order_by(*asked({})) == R"("stars" DESC, "id" DESC)");
  CHECK(order_by(*asked({{"sort", "name"}})) == R"("name", "id")");
  CHECK(order_by(*asked({{"sort", "-note,price"}})) == R"("note" DESC NULLS LAST, "price", "id")");
  CHECK(order_by(*asked({{"sort", "-id"}})) == R"("id" DESC)");
}

TEST_CASE("clients that send two sorting parameters and page numbers are understood") {
  dialect habits = samples::french;
  habits.query = {.sort = "", .sort_by = "sortBy", .sort_order = "sortOrder", .page = "page"};
  const auto query =
      asked({{"sortOrder", "desc"}, {"sortBy", "name"}, {"page", "3"}, {"limit", "10"}}, habits);
  REQUIRE(query);
  CHECK(order_by(*query) == R"("name" DESC, "id" DESC)");
  CHECK(query->offset == 20);
  for (const auto* bad : {"0", "-1", "x", "99999999999999999999", "900000"})
    CHECK_FALSE(asked({{"page", bad}}, habits));
  CHECK_FALSE(asked({{"sortOrder", "sideways"}}, habits));
}

TEST_CASE("a cursor goes on where the page ended") {
  dish last;
  last.id = samples::dish_id{"d7"};
  last.stars = 4;
  const auto query = asked({});
  const auto cursor = cursor_after(samples::dish_entity, *query, &last);
  CHECK(condition({{"cursor", cursor}}) == R"(("stars", "id") < ($1, $2) | 4 | d7)");

  last.note = std::nullopt;
  const auto by_note = asked({{"sort", "note,-stars"}});
  const auto after_null = cursor_after(samples::dish_entity, *by_note, &last);
  CHECK(condition({{"sort", "note,-stars"}, {"cursor", after_null}}) ==
        R"((("note" IS NULL AND "stars" < $1) OR ("note" IS NULL AND "stars" = $1 AND "id" < $2)))"
        " | 4 | d7");
  last.note = "n";
  const auto after_note = cursor_after(samples::dish_entity, *by_note, &last);
  CHECK(condition({{"sort", "note,-stars"}, {"cursor", after_note}}) ==
        R"(((("note" > $1 OR "note" IS NULL)) OR ("note" = $1 AND "stars" < $2) OR )"
        R"(("note" = $1 AND "stars" = $2 AND "id" < $3)) | n | 4 | d7)");
}

TEST_CASE("a cursor fits one entity and one sorting, and cannot carry anything else") {
  dish last;
  last.id = samples::dish_id{"d7"};
  const auto cursor = cursor_after(samples::dish_entity, *asked({}), &last);
  CHECK(asked({{"cursor", cursor}}));
  CHECK_FALSE(asked({{"sort", "stars"}, {"cursor", cursor}}));
  CHECK_FALSE(asked({{"cursor", cursor + "A"}}));
  const auto forged = [](const char* text) {
    return asked({{"cursor", to_base64url(text)}}).has_value();
  };
  CHECK(forged(R"(["dish -stars -id","4","d7"])"));
  CHECK_FALSE(forged(R"(["dish -stars -id","4; DROP TABLE x","d7"])"));
  CHECK_FALSE(forged(R"(["dish -stars -id",4,"d7"])"));
  CHECK_FALSE(forged(R"(["dish -stars -id",null,"d7"])"));
  CHECK_FALSE(forged(R"(["dish -stars -id","4"])"));
  CHECK_FALSE(forged(R"(["plate -stars -id","4","d7"])"));
  CHECK_FALSE(forged(R"({"dish":1})"));
  CHECK_FALSE(forged("not json"));
  CHECK_FALSE(asked({{"cursor", std::string(10'000, 'A')}}));
  std::mt19937 random{3};
  for (int round = 0; round < 500; ++round) {
    auto bent = cursor;
    bent[random() % bent.size()] = static_cast<char>('!' + random() % 90);
    (void)asked({{"cursor", bent}});  // whatever it says, it says it calmly
  }
}

TEST_CASE("walking pages by cursor visits every row once, in order") {
  std::mt19937 random{11};
  std::vector<dish> all(57);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].id = samples::dish_id{"d" + std::to_string(100 + i)};
    all[i].stars = static_cast<std::int32_t>(random() % 3);
  }
  const auto before = [](const dish& a, const dish& b) {
    return a.stars != b.stars ? a.stars > b.stars : a.id > b.id;  // what -stars,-id means
  };
  std::sort(all.begin(), all.end(), before);
  std::vector<dish> seen;
  std::optional<std::string> cursor;
  int pages = 0;
  do {
    parameters from{{"limit", "10"}};
    if (cursor)
      from.emplace_back("cursor", *cursor);
    const auto query = asked(from);
    REQUIRE(query);
    std::vector<dish> rows;
    for (const auto& row : all) {
      dish last;
      if (query->after) {
        last.stars = std::stoi(*(*query->after)[0]);
        last.id = samples::dish_id{*(*query->after)[1]};
      }
      if ((!query->after || before(last, row)) && rows.size() <= query->limit)
        rows.push_back(row);
    }
    auto page = cut_page(std::move(rows), *query);
    seen.insert(seen.end(), page.rows.begin(), page.rows.end());
    cursor = page.next;
    ++pages;
  } while (cursor && pages < 100);
  CHECK(pages == 6);
  CHECK(seen == all);
}

TEST_CASE("base64url has one spelling for each text") {
  std::mt19937 random{5};
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i)
      bytes.push_back(static_cast<char>(random()));
    CHECK(from_base64url(to_base64url(bytes)) == bytes);
  }
  CHECK(to_base64url("\xff\xfe>?") == "__4-Pw");
  for (const auto* bad : {"A", "AB=", "A+", "A/", "AB", "AAAAA", "é"})
    CHECK_FALSE(from_base64url(bad));
}
