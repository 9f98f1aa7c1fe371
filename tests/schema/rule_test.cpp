#include "schema/catalogue.hpp"
#include "schema/holds_or_lacks.hpp"
#include "tests/schema/samples.hpp"
#include "tests/support/rule_probe.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace stoa;
using namespace stoa::describe;
using samples::dish;
using samples::person;

namespace {

// Reads the conditions that `where` writes as PostgreSQL does: AND, OR, parentheses, TRUE, FALSE
// and "column" = $n with SQL's NULL, or IS NULL beside it. It knows nothing of rules.
class evaluator {
public:
  evaluator(std::string_view sql, const std::vector<std::optional<std::string>>& params,
            const entity& what, const void* row)
      : rest_(sql), params_(params), what_(what), row_(row) {}

  bool run() {
    const bool out = term();
    REQUIRE(rest_.empty());
    REQUIRE(used_ == params_.size());  // PostgreSQL refuses what no condition mentions
    return out;
  }

private:
  bool eat(std::string_view text) {
    if (rest_.substr(0, text.size()) != text)
      return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool term() {
    if (eat("TRUE"))
      return true;
    if (eat("FALSE"))
      return false;
    if (eat("(")) {
      bool out = term();
      if (eat(")"))
        return out;
      if (eat(" AND ")) {
        const bool right = term();
        out = out && right;
      } else {
        REQUIRE(eat(" OR "));
        const bool right = term();
        out = out || right;
      }
      REQUIRE(eat(")"));
      return out;
    }
    REQUIRE(eat("\""));
    const auto name = rest_.substr(0, rest_.find('"'));
    rest_.remove_prefix(name.size());
    REQUIRE(eat("\" = $"));
    std::size_t number = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      number = number * 10 + static_cast<std::size_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    REQUIRE(number == ++used_);
    const auto* column = what_.find_column(name);
    REQUIRE(column != nullptr);
    const auto cell = column->to_sql(row_);
    const bool equal = cell && cell == params_[number - 1];
    if (!eat(" OR \"" + std::string{name} + "\" IS NULL"))
      return equal;
    return equal || !cell;
  }

  std::string_view rest_;
  const std::vector<std::optional<std::string>>& params_;
  const entity& what_;
  const void* row_;
  std::size_t used_ = 0;
};

bool by_sql(const rule& who_may, const scope& who, const dish& row) {
  std::vector<std::optional<std::string>> params;
  const auto sql = where(who_may, who, params);
  return evaluator{sql, params, samples::dish_entity, &row}.run();
}

}  // namespace

TEST_CASE("what no rule allows is refused") {
  const dish row;
  const auto boss = person("root", role::super_admin, platform_scope);
  CHECK_FALSE(permits(nobody, boss, row));
  CHECK(standing_of(nobody, boss) == standing::never);
  CHECK_FALSE(permits(nobody & anyone, boss, row));
  CHECK(permits(nobody | anyone, boss, row));
  const rules empty;
  CHECK_FALSE(permits(empty.read, boss, row));
}

TEST_CASE("each primitive says what it is named after") {
  dish row;
  row.author = user_id{"ann"};
  row.establishment = establishment_id{"e1"};
  const auto guest = person("", role::guest);
  const auto ann = person("ann", role::learner);
  const auto bob = person("bob", role::manager);
  CHECK(permits(anyone, guest, row));
  CHECK_FALSE(permits(signed_in, guest, row));
  CHECK(permits(signed_in, ann, row));
  CHECK(permits(owner("author_id"), ann, row));
  CHECK_FALSE(permits(owner("author_id"), bob, row));
  CHECK(permits(at_least(role::manager), bob, row));
  CHECK_FALSE(permits(at_least(role::admin), bob, row));
  CHECK_FALSE(permits(holds("is_public", "true"), ann, row));
  row.is_public = true;
  CHECK(permits(holds("is_public", "true"), ann, row));
  CHECK(permits(same_home("establishment_id"), ann, row));
  CHECK_FALSE(permits(same_home("establishment_id"), person("x", role::admin, "e2"), row));
  CHECK(permits(same_home("establishment_id"), person("x", role::admin, platform_scope), row));
}

TEST_CASE("nobody owns a row that has no owner") {
  dish row;  // its author is empty, its note NULL
  auto guest = person("", role::guest);
  CHECK_FALSE(permits(owner("author_id"), guest, row));
  guest.rank = role::learner;  // signed in without a user: the server itself
  CHECK_FALSE(permits(owner("author_id"), guest, row));
  CHECK_FALSE(permits(owner("note"), person("ann", role::learner), row));
  CHECK_FALSE(permits(same_home("establishment_id"), person("x", role::admin, ""), row));
}

TEST_CASE("a column may hold a text or nothing") {
  const rule noted = holds_or_lacks("note", "hot") & signed_in;
  const auto ann = person("ann", role::learner);
  dish row;  // without a note
  CHECK(permits(noted, ann, row));
  CHECK(by_sql(noted, ann, row));
  row.note = "hot";
  CHECK(permits(noted, ann, row));
  CHECK(by_sql(noted, ann, row));
  for (const auto* other : {"", "cold"}) {
    row.note = other;
    CHECK_FALSE(permits(noted, ann, row));
    CHECK_FALSE(by_sql(noted, ann, row));
  }
  CHECK_FALSE(permits(noted, person("", role::guest), dish{}));
  CHECK(in_words(noted) == "note = hot if any and signed in");
}

TEST_CASE("what the scope decides leaves no trace in the SQL") {
  const auto& list = samples::dish_entity.rules.list;
  std::vector<std::optional<std::string>> params;
  CHECK(where(list, person("bob", role::manager), params) == "TRUE");
  CHECK(params.empty());
  CHECK(where(list, person("", role::guest), params) == "FALSE");
  CHECK(params.empty());
  params.emplace_back("earlier");
  CHECK(where(list, person("ann", role::learner), params) ==
        R"(("is_public" = $2 OR "author_id" = $3))");
  CHECK(params == std::vector<std::optional<std::string>>{"earlier", "true", "ann"});
}

TEST_CASE("both readings of random rules agree on random rows and callers") {
  std::mt19937 random{20250808};
  const auto pick = [&random](auto&& list) {
    std::uniform_int_distribution<std::size_t> at(0, std::size(list) - 1);
    return list[at(random)];
  };
  const rule leaves[] = {anyone,
                         signed_in,
                         at_least(role::trainer),
                         at_least(role::super_admin),
                         owner("author_id"),
                         owner("note"),
                         same_home("establishment_id"),
                         holds("is_public", "true"),
                         holds("is_public", "false"),
                         holds("note", "ann"),
                         holds("stars", "3"),
                         nobody};
  const char* users[] = {"", "ann", "bob"};
  const char* homes[] = {"", "e1", "e2", platform_scope};
  int allowed = 0;
  constexpr int rounds = 20'000;
  for (int round = 0; round < rounds; ++round) {
    rule who_may = pick(leaves);
    for (int joins = round % 5; joins > 0; --joins) {
      const rule right = round % 2 == 0 ? pick(leaves) : (pick(leaves) | pick(leaves));
      if (std::distance(who_may.begin(), who_may.end()) < 9)
        who_may = (random() & 1U) != 0 ? (who_may & right) : (who_may | right);
    }
    const auto who = person(pick(users), static_cast<role>(random() % 6), pick(homes));
    dish row;
    row.author = user_id{pick(users)};
    row.establishment = establishment_id{pick(homes)};
    row.is_public = (random() & 1U) != 0;
    row.stars = 2 + static_cast<std::int32_t>(random() & 1U);
    if ((random() & 1U) != 0)
      row.note = pick(users);
    const bool by_row = permits(who_may, who, row);
    if (by_row != by_sql(who_may, who, row)) {
      CAPTURE(round);
      CHECK(by_row == by_sql(who_may, who, row));
    }
    const auto known = standing_of(who_may, who);
    if (known != standing::depends)
      CHECK(by_row == (known == standing::always));
    allowed += by_row ? 1 : 0;
  }
  CHECK(allowed > rounds / 10);
  CHECK(allowed < rounds * 9 / 10);
}

TEST_CASE("a probe asks PostgreSQL the same question") {
  dish row;
  row.author = user_id{"ann"};
  const auto probe =
      rule_probe(owner("author_id"), person("ann", role::learner), samples::dish_entity, &row);
  CHECK_THAT(probe.sql, Catch::StartsWith(R"(SELECT coalesce(("author_id" = $1), false) FROM )"
                                          R"((SELECT $2::text AS "id", $3::text AS )"));
  CHECK_THAT(probe.sql, Catch::Contains(R"(::numeric(10,2) AS "price")"));
  CHECK(probe.params.size() == samples::dish_entity.fields.size() + 1);
}
