#include "schema/rule.hpp"

#include "schema/entity.hpp"

#include <cassert>

namespace stoa {

namespace {

// A step that asks nothing of a row, answered; nothing when it does. A caller with the platform's
// scope stands in every establishment. An empty user id owns nothing, not even a row without one.
std::optional<bool> decided(const rule::step& step, const scope& who) {
  switch (step.what) {
    case rule_step::anyone:
      return true;
    case rule_step::signed_in:
      return who.signed_in();
    case rule_step::at_least:
      return who.at_least(step.rank);
    case rule_step::may:
      return who.signed_in() && who.may(step.text);
    case rule_step::owner:
      return who.signed_in() && !who.user.empty() ? std::nullopt : std::optional{false};
    case rule_step::same_home:
      if (who.establishment.value == platform_scope)
        return true;
      return who.establishment.empty() ? std::optional{false} : std::nullopt;
    case rule_step::holds:
    case rule_step::all_of:
    case rule_step::any_of:
      break;
  }
  return std::nullopt;
}

// What the column of an undecided step must hold.
std::string_view wanted(const rule::step& step, const scope& who) {
  if (step.what == rule_step::owner)
    return who.user.value;
  if (step.what == rule_step::same_home)
    return who.establishment.value;
  return step.text;
}

// A `holds` that also agrees with no value; see holds_or_lacks.hpp.
bool takes_nothing(const rule::step& step) {
  return step.what == rule_step::holds && step.rank != role::guest;
}

// Runs a rule on a stack of whatever a reading makes of each step.
template <class Result, class Leaf, class Join>
Result fold(const rule& who_may, Result refused, Leaf leaf, Join join) {
  std::vector<Result> stack;
  for (const auto& step : who_may) {
    if (step.what != rule_step::all_of && step.what != rule_step::any_of) {
      stack.push_back(leaf(step));
      continue;
    }
    auto right = std::move(stack.back());
    stack.pop_back();
    stack.back() = join(step.what == rule_step::all_of, std::move(stack.back()), std::move(right));
  }
  return stack.empty() ? refused : std::move(stack.back());
}

// A condition in which what the scope decides is folded away. Values are numbered only at the end:
// PostgreSQL refuses a parameter that no condition mentions.
struct condition {
  std::optional<bool> known;
  std::string sql;  // with `place` where a parameter goes
  std::vector<std::string> values;
};

constexpr char place = '\x01';

condition join(bool both, condition left, condition right) {
  if (left.known)
    return *left.known == both ? std::move(right) : std::move(left);
  if (right.known)
    return *right.known == both ? std::move(left) : std::move(right);
  left.sql = "(" + left.sql + (both ? " AND " : " OR ") + right.sql + ")";
  left.values.insert(left.values.end(), right.values.begin(), right.values.end());
  return left;
}

condition condition_of(const rule& who_may, const scope& who) {
  return fold<condition>(
      who_may, {false, {}, {}},
      [&](const rule::step& step) -> condition {
        if (const auto known = decided(step, who))
          return {known, {}, {}};
        const auto column = "\"" + std::string{step.column} + "\"";
        auto text = column + " = " + place;
        if (takes_nothing(step))
          text = "(" + text + " OR " + column + " IS NULL)";
        return {{}, std::move(text), {std::string{wanted(step, who)}}};
      },
      join);
}

}  // namespace

standing standing_of(const rule& who_may, const scope& who) {
  const auto folded = condition_of(who_may, who);
  if (!folded.known)
    return standing::depends;
  return *folded.known ? standing::always : standing::never;
}

bool permits(const rule& who_may, const scope& who, const entity& what, const void* row) {
  // char, because std::vector<bool> would hand the fold proxies instead of values
  return fold<char>(
             who_may, 0,
             [&](const rule::step& step) -> char {
               if (const auto known = decided(step, who))
                 return *known ? 1 : 0;
               const auto* column = what.find_column(step.column);
               assert(column != nullptr);  // mistakes_in names such an entity
               const auto cell = column != nullptr ? column->to_sql(row) : std::nullopt;
               return (cell ? *cell == wanted(step, who) : takes_nothing(step)) ? 1 : 0;
             },
             [](bool both, char left, char right) -> char {
               return both ? (left != 0 && right != 0) : (left != 0 || right != 0);
             }) != 0;
}

std::string where(const rule& who_may, const scope& who,
                  std::vector<std::optional<std::string>>& params) {
  const auto folded = condition_of(who_may, who);
  if (folded.known)
    return *folded.known ? "TRUE" : "FALSE";
  std::string out;
  auto value = folded.values.begin();
  for (const char c : folded.sql) {
    if (c != place) {
      out.push_back(c);
      continue;
    }
    params.emplace_back(*value++);
    out += "$" + std::to_string(params.size());
  }
  return out;
}

std::string in_words(const rule& who_may) {
  struct phrase {
    std::string text;
    rule_step made_by = rule_step::anyone;
  };
  const auto inside = [](const phrase& x, rule_step around) {
    const bool mixed =
        (x.made_by == rule_step::all_of || x.made_by == rule_step::any_of) && x.made_by != around;
    return mixed ? "(" + x.text + ")" : x.text;
  };
  const auto leaf = [](const rule::step& step) -> std::string {
    switch (step.what) {
      case rule_step::anyone:
        return "anyone";
      case rule_step::signed_in:
        return "signed in";
      case rule_step::at_least:
        return std::string{name_of(step.rank)};
      case rule_step::may:
        return step.text;
      case rule_step::owner:
        return std::string{"owner by "} + step.column;
      case rule_step::same_home:
        return std::string{"at home by "} + step.column;
      case rule_step::holds:
        return std::string{step.column} + " = " + step.text +
               (takes_nothing(step) ? " if any" : "");
      case rule_step::all_of:
      case rule_step::any_of:
        break;
    }
    return {};
  };
  std::vector<phrase> stack;
  for (const auto& step : who_may) {
    if (step.what != rule_step::all_of && step.what != rule_step::any_of) {
      stack.push_back({leaf(step), step.what});
      continue;
    }
    const auto right = std::move(stack.back());
    stack.pop_back();
    stack.back() = {inside(stack.back(), step.what) +
                        (step.what == rule_step::all_of ? " and " : " or ") +
                        inside(right, step.what),
                    step.what};
  }
  return stack.empty() ? "nobody" : stack.back().text;
}

}  // namespace stoa
