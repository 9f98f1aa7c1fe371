#pragma once

#include "schema/json.hpp"
#include "schema/outcome.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace stoa {

/// How a question is answered.
enum class question_kind : std::uint8_t {
  single,    ///< one of its choices
  multiple,  ///< all that are right of its choices
  boolean,   ///< true or false
  text,      ///< in one's own words, which must be among those that count
};

/// One question of a quiz.
struct quiz_question {
  std::string id;
  std::string text;
  question_kind kind = question_kind::single;
  std::vector<std::string> choices;  ///< of `single` and `multiple`
  /// What is right: the choice; all choices; `true` or `false`; each wording that counts.
  std::vector<std::string> answer;
};

/// Whether right answers are written beside the questions.
enum class solution : bool { hidden, shown };

/// Reads `[{"id","text","type","choices","answer"}]`, as an array or as a text that holds one.
/// Every complaint is collected (at most 32). Members that nobody knows are refused: what is kept
/// may be shown to who takes the quiz.
[[nodiscard]] outcome<std::vector<quiz_question>> read_questions(json_value from);

/// Writes them as they are read.
void write_questions(std::span<const quiz_question> what, solution answers, json_writer& out);

/// What was answered, by question.
using quiz_answers = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Reads `{"question id": answer}`, as an object or as a text that holds one: a text, a list of
/// texts for `multiple`, a boolean; null or nothing for a question that was passed over.
[[nodiscard]] outcome<quiz_answers> read_answers(std::span<const quiz_question> to,
                                                 json_value from);

/// Writes them as they are read.
void write_answers(std::span<const quiz_question> to, const quiz_answers& given, json_writer& out);

/// How many percent of the questions were answered right, rounded down. Texts are
/// compared as people see them (`as_seen`); of several choices all must be named and no other.
[[nodiscard]] int score_of(std::span<const quiz_question> asked, const quiz_answers& given);

}  // namespace stoa
