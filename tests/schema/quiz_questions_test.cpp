#include "schema/quiz_questions.hpp"

#include <catch2/catch.hpp>

using namespace stoa;

namespace {

outcome<std::vector<quiz_question>> questions(std::string_view text) {
  const auto parsed = json::parse(text);
  REQUIRE(parsed);
  return read_questions((*parsed).root());
}

// The paths of what is wrong.
std::vector<std::string> wrong_in(std::string_view text) {
  std::vector<std::string> out;
  const auto read = questions(text);
  if (!read)
    for (const auto& each : read.error().complaints)
      out.push_back(each.path);
  return out;
}

constexpr std::string_view four =
    R"([{"id":"a","text":"Un ?","type":"single","choices":["1","2"],"answer":"1"},)"
    R"({"id":"b","text":"Deux ?","type":"multiple","choices":["1","2","3"],"answer":["1","3"]},)"
    R"({"id":"c","text":"Trois ?","type":"boolean","answer":true},)"
    R"({"id":"d","text":"Quatre ?","type":"text","answer":["Élève","œuvre"]}])";

int score(std::string_view answers) {
  const auto asked = questions(four);
  REQUIRE(asked);
  const auto parsed = json::parse(answers);
  REQUIRE(parsed);
  const auto given = read_answers(*asked, (*parsed).root());
  return given ? score_of(*asked, *given) : -1;
}

}  // namespace

TEST_CASE("questions come back as they were written, without answers if so wished") {
  const auto read = questions(four);
  REQUIRE(read);
  std::string shown;
  json_writer all{shown};
  write_questions(*read, solution::shown, all);
  CHECK(shown == four);
  std::string hidden;
  json_writer less{hidden};
  write_questions(*read, solution::hidden, less);
  CHECK(hidden.find("answer") == std::string::npos);
  CHECK(hidden.find("choices") != std::string::npos);
  CHECK(questions(json_quote(four)));
}

TEST_CASE("every mistake in a question is named") {
  using paths = std::vector<std::string>;
  CHECK(wrong_in("[]") == paths{"questions"});
  CHECK(wrong_in("{}") == paths{"questions"});
  CHECK(wrong_in("null") == paths{"questions"});
  CHECK(wrong_in(R"("no JSON")") == paths{"questions"});
  CHECK(wrong_in(R"([1])") == paths{"questions.0"});
  CHECK(wrong_in(R"([{"type":"boolean"}])") ==
        paths{"questions.0.id", "questions.0.text", "questions.0.answer"});
  CHECK(wrong_in(R"([{"id":"a","text":"x","type":"essay"}])") == paths{"questions.0.type"});
  CHECK(wrong_in(R"([{"id":"a","text":"x","type":"single","choices":["1","1"],"answer":"2"}])") ==
        paths{"questions.0.choices.1", "questions.0.answer"});
  CHECK(wrong_in(R"([{"id":"a","text":"x","type":"text","answer":"y","hint":"y"}])") ==
        paths{"questions.0.hint"});
  CHECK(wrong_in(R"([{"id":"a","text":"x","type":"boolean","answer":true},)"
                 R"({"id":"a","text":" ","type":"boolean","answer":"yes"}])") ==
        paths{"questions.1.text", "questions.1.answer", "questions.1.id"});
}

TEST_CASE("a score is the share of right answers, rounded down") {
  CHECK(score("{}") == 0);
  CHECK(score(R"({"a":"1","b":["3","1"],"c":true,"d":"  ÉLÈVE "})") == 100);
  CHECK(score(R"({"a":"1","b":["1"],"c":false,"d":"ŒUVRE"})") == 50);
  CHECK(score(R"({"a":"2","b":["1","2","3"],"c":null,"d":""})") == 0);
  CHECK(score(R"("{\"a\":\"1\"}")") == 25);
  CHECK(score(R"({"a":"3"})") == -1);
  CHECK(score(R"({"a":true})") == -1);
  CHECK(score(R"({"x":"1"})") == -1);
  CHECK(score("[]") == -1);
}

TEST_CASE("an answer counts whatever a keyboard made of it") {
  const auto score_for = [](std::string right, std::string given) {
    quiz_question asked;
    asked.id = "a";
    asked.kind = question_kind::text;
    asked.answer = {std::move(right)};
    return score_of(std::vector{asked}, {{"a", {std::move(given)}}});
  };
  CHECK(score_for("L'Haÿ-les-Roses", "l’haÿ‑les–roses") == 100);
  CHECK(score_for("aujourd’hui", "aujourd'hui") == 100);
  CHECK(score_for("1 000", "1\u00a0000") == 100);
  CHECK(score_for("1 000", "\u202f1 \u00a0 000\u2009") == 100);
  CHECK(score_for("été", "e\u0301te\u0301") == 100);
  CHECK(score_for("Straße", "STRASSE") == 100);
  CHECK(score_for("été", "ete") == 0);
}
