#include "schema/quiz_questions.hpp"

#include "schema/codec.hpp"
#include "schema/text/fold.hpp"
#include "schema/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace stoa {

namespace {

constexpr std::array<std::string_view, 4> kind_words{"single", "multiple", "boolean", "text"};
constexpr std::size_t most_questions = 200;
constexpr std::size_t most_choices = 20;
constexpr std::uint32_t longest_id = 64;
constexpr std::uint32_t longest_text = 2'000;
constexpr std::uint32_t longest_choice = 500;
constexpr std::uint32_t longest_answer = 10'000;
constexpr std::size_t most_complaints = 32;

/// Collects what is wrong.
class complaints {
public:
  explicit complaints(std::string text) : why_(fail(fault_code::invalid, std::move(text))) {}
  void add(const std::string& path, std::string message) {
    if (why_.complaints.size() < most_complaints)
      why_.complaints.push_back({path, path + " " + std::move(message)});
  }
  [[nodiscard]] bool any() const noexcept { return !why_.complaints.empty(); }
  [[nodiscard]] fault take() { return std::move(why_); }

private:
  fault why_;
};

bool has_choices(question_kind kind) {
  return kind == question_kind::single || kind == question_kind::multiple;
}

std::string read_text(json_value from, const std::string& path, std::uint32_t most,
                      complaints& wrong) {
  const auto text = from.as_string();
  if (!text) {
    wrong.add(path, from.is_null() ? "is required" : codecs::wrong_kind("a string", from).what);
    return {};
  }
  value_limits limits;
  limits.min_length = 1;
  limits.max_length = most;
  if (auto why = codecs::check_text(limits, true, *text))
    wrong.add(path, std::move(why.what));
  return std::string{*text};
}

// Different texts, at least `least` of them.
std::vector<std::string> read_texts(json_value from, const std::string& path, std::size_t least,
                                    std::size_t most, complaints& wrong) {
  std::vector<std::string> out;
  if (!from.is_array()) {
    wrong.add(path, from.is_null() ? "is required" : codecs::wrong_kind("an array", from).what);
    return out;
  }
  if (from.size() < least || from.size() > most) {
    wrong.add(path, fmt::format("must have {} to {} items, not {}", least, most, from.size()));
    return out;
  }
  for (const auto each : from.items()) {
    const auto at = fmt::format("{}.{}", path, out.size());
    auto text = read_text(each, at, longest_choice, wrong);
    if (std::find(out.begin(), out.end(), text) != out.end())
      wrong.add(at, "is there twice");
    out.push_back(std::move(text));
  }
  return out;
}

void check_choices(const std::vector<std::string>& named, const std::vector<std::string>& choices,
                   const std::string& path, complaints& wrong) {
  for (const auto& each : named)
    if (std::find(choices.begin(), choices.end(), each) == choices.end())
      wrong.add(path, "must be among the choices");
}

std::vector<std::string> read_boolean(json_value from, const std::string& path, complaints& wrong) {
  if (const auto yes = from.as_bool())
    return {*yes ? "true" : "false"};
  wrong.add(path, from.is_null() ? "is required" : codecs::wrong_kind("a boolean", from).what);
  return {};
}

std::vector<std::string> read_solution(json_value from, const quiz_question& of,
                                       const std::string& path, complaints& wrong) {
  std::vector<std::string> out;
  switch (of.kind) {
    case question_kind::boolean:
      return read_boolean(from, path, wrong);
    case question_kind::multiple:
      out = read_texts(from, path, 1, most_choices, wrong);
      check_choices(out, of.choices, path, wrong);
      return out;
    case question_kind::single:
      out.push_back(read_text(from, path, longest_choice, wrong));
      check_choices(out, of.choices, path, wrong);
      return out;
    case question_kind::text:
      break;
  }
  if (from.is_array())
    return read_texts(from, path, 1, most_choices, wrong);
  out.push_back(read_text(from, path, longest_choice, wrong));
  return out;
}

quiz_question read_question(json_value from, const std::string& path, complaints& wrong) {
  quiz_question out;
  if (!from.is_object()) {
    wrong.add(path, codecs::wrong_kind("an object", from).what);
    return out;
  }
  constexpr std::array<std::string_view, 5> known{"id", "text", "type", "choices", "answer"};
  for (const auto [name, value] : from.members())
    if (std::find(known.begin(), known.end(), name) == known.end())
      wrong.add(path + "." + excerpt(name), "is not known");
  out.id = read_text(from["id"], path + ".id", longest_id, wrong);
  out.text = read_text(from["text"], path + ".text", longest_text, wrong);
  const auto word = std::find(kind_words.begin(), kind_words.end(),
                              from["type"].as_string().value_or(std::string_view{}));
  if (word == kind_words.end()) {
    wrong.add(path + ".type", "must be one of single, multiple, boolean, text");
    return out;
  }
  out.kind = static_cast<question_kind>(word - kind_words.begin());
  const auto choices = from["choices"];
  if (has_choices(out.kind))
    out.choices = read_texts(choices, path + ".choices", 2, most_choices, wrong);
  else if (choices.size() > 0 || !(choices.is_null() || choices.is_array()))
    wrong.add(path + ".choices", "are for questions of the types single and multiple");
  out.answer = read_solution(from["answer"], out, path + ".answer", wrong);
  return out;
}

// A value, or the one that is inside a text.
outcome<json> unwrapped(json_value from, const std::string& name, bool (json_value::*is)() const,
                        const char* wanted, complaints& wrong) {
  if (!from.is_string())
    return json{};
  auto inner = json::parse(*from.as_string());
  if (!inner || !((*inner).root().*is)()) {
    wrong.add(name, fmt::format("must be {} or a text that holds one", wanted));
    return wrong.take();
  }
  return inner;
}

bool is_right(const quiz_question& asked, const std::vector<std::string>& given) {
  if (asked.kind == question_kind::text) {
    if (given.empty())
      return false;
    const auto said = as_seen(given.front());
    return std::any_of(asked.answer.begin(), asked.answer.end(),
                       [&](const auto& each) { return as_seen(each) == said; });
  }
  return std::set<std::string_view>(asked.answer.begin(), asked.answer.end()) ==
         std::set<std::string_view>(given.begin(), given.end());
}

void write_texts(const std::vector<std::string>& what, json_writer& out) {
  out.begin_array();
  for (const auto& each : what)
    out.value(each);
  out.end_array();
}

void write_solution(const quiz_question& of, json_writer& out) {
  out.key("answer");
  if (of.kind == question_kind::boolean)
    out.value(of.answer.front() == "true");
  else if (of.kind == question_kind::multiple || of.answer.size() > 1)
    write_texts(of.answer, out);
  else
    out.value(of.answer.front());
}

}  // namespace

outcome<std::vector<quiz_question>> read_questions(json_value from) {
  complaints wrong{"Invalid questions"};
  const auto inner = unwrapped(from, "questions", &json_value::is_array, "an array", wrong);
  if (!inner)
    return inner.error();
  const auto all = from.is_string() ? (*inner).root() : from;
  if (!all.is_array())
    wrong.add("questions",
              all.is_null() ? "is required" : codecs::wrong_kind("an array", all).what);
  else if (all.size() < 1 || all.size() > most_questions)
    wrong.add("questions",
              fmt::format("must have 1 to {} items, not {}", most_questions, all.size()));
  if (wrong.any())
    return wrong.take();
  std::vector<quiz_question> out;
  std::set<std::string> ids;
  for (const auto each : all.items()) {
    const auto path = fmt::format("questions.{}", out.size());
    out.push_back(read_question(each, path, wrong));
    if (!out.back().id.empty() && !ids.insert(out.back().id).second)
      wrong.add(path + ".id", "is there twice");
  }
  if (wrong.any())
    return wrong.take();
  return out;
}

void write_questions(std::span<const quiz_question> what, solution answers, json_writer& out) {
  out.begin_array();
  for (const auto& each : what) {
    out.begin_object().member("id", each.id).member("text", each.text);
    out.member("type", kind_words[static_cast<std::size_t>(each.kind)]);
    if (has_choices(each.kind)) {
      out.key("choices");
      write_texts(each.choices, out);
    }
    if (answers == solution::shown)
      write_solution(each, out);
    out.end_object();
  }
  out.end_array();
}

outcome<quiz_answers> read_answers(std::span<const quiz_question> to, json_value from) {
  complaints wrong{"Invalid answers"};
  const auto inner = unwrapped(from, "answers", &json_value::is_object, "an object", wrong);
  if (!inner)
    return inner.error();
  const auto all = from.is_string() ? (*inner).root() : from;
  if (!all.is_object()) {
    wrong.add("answers", all.is_null() ? "is required" : codecs::wrong_kind("an object", all).what);
    return wrong.take();
  }
  quiz_answers out;
  for (const auto [name, value] : all.members()) {
    const auto path = "answers." + excerpt(name);
    const auto asked =
        std::find_if(to.begin(), to.end(), [id = name](const auto& each) { return each.id == id; });
    if (asked == to.end()) {
      wrong.add(path, "is no question of this quiz");
      continue;
    }
    if (value.is_null())
      continue;
    std::vector<std::string> given;
    switch (asked->kind) {
      case question_kind::boolean:
        given = read_boolean(value, path, wrong);
        break;
      case question_kind::multiple:
        given = read_texts(value, path, 0, most_choices, wrong);
        check_choices(given, asked->choices, path, wrong);
        break;
      case question_kind::single:
        given.push_back(read_text(value, path, longest_choice, wrong));
        check_choices(given, asked->choices, path, wrong);
        break;
      case question_kind::text:
        if (const auto text = value.as_string(); text && as_seen(*text).empty())
          continue;
        given.push_back(read_text(value, path, longest_answer, wrong));
        break;
    }
    out.emplace(name, std::move(given));
  }
  if (wrong.any())
    return wrong.take();
  return out;
}

void write_answers(std::span<const quiz_question> to, const quiz_answers& given, json_writer& out) {
  out.begin_object();
  for (const auto& each : to) {
    const auto found = given.find(each.id);
    if (found == given.end())
      continue;
    out.key(each.id);
    if (each.kind == question_kind::multiple)
      write_texts(found->second, out);
    else if (each.kind == question_kind::boolean)
      out.value(found->second.front() == "true");
    else
      out.value(found->second.front());
  }
  out.end_object();
}

int score_of(std::span<const quiz_question> asked, const quiz_answers& given) {
  if (asked.empty())
    return 100;
  const auto right = std::count_if(asked.begin(), asked.end(), [&](const auto& each) {
    const auto found = given.find(each.id);
    return found != given.end() && is_right(each, found->second);
  });
  return static_cast<int>(100 * right / static_cast<std::ptrdiff_t>(asked.size()));
}

}  // namespace stoa
