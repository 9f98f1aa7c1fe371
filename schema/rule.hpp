#pragma once

#include "schema/scope.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

struct entity;

/// What one step of a rule asks.
enum class rule_step : std::uint8_t {
  anyone,
  signed_in,
  at_least,   ///< the caller's rank
  may,        ///< a code was delegated to the caller
  owner,      ///< the column holds the caller's user id
  same_home,  ///< the column holds the caller's establishment
  holds,      ///< the column holds a given text
  all_of,     ///< joins the two results before it
  any_of,
};

/// Who may: data, written with the words of `describe` and joined with `&` and `|`. It has two
/// readings that agree: `permits` for one row and `where` for a list. The empty rule is nobody.
class rule {
public:
  struct step {
    rule_step what = rule_step::anyone;
    role rank = role::guest;
    const char* column = "";
    const char* text = "";
  };

  constexpr rule() = default;
  constexpr explicit rule(step only) { push(only); }

  [[nodiscard]] constexpr const step* begin() const noexcept { return steps_.data(); }
  [[nodiscard]] constexpr const step* end() const noexcept { return steps_.data() + size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  friend constexpr rule operator&(const rule& a, const rule& b) {
    return a.empty() || b.empty() ? rule{} : joined(a, b, rule_step::all_of);
  }
  friend constexpr rule operator|(const rule& a, const rule& b) {
    return a.empty() ? b : (b.empty() ? a : joined(a, b, rule_step::any_of));
  }

private:
  static constexpr rule joined(const rule& a, const rule& b, rule_step how) {
    rule out = a;
    for (const auto& x : b)
      out.push(x);
    out.push({how, role::guest, "", ""});
    return out;
  }
  constexpr void push(step x) {
    if (size_ >= steps_.size())
      throw "a rule has at most 15 steps";
    steps_[size_++] = x;
  }

  std::array<step, 15> steps_{};  // in postfix order
  std::uint8_t size_ = 0;
};

/// The rules of an entity; what is left out is refused to everybody.
struct rules {
  rule list;
  rule read;
  rule create;
  rule update;
  rule remove;
};

namespace describe {

inline constexpr rule nobody{};
inline constexpr rule anyone{{rule_step::anyone, role::guest, "", ""}};
inline constexpr rule signed_in{{rule_step::signed_in, role::guest, "", ""}};

constexpr rule at_least(role rank) {
  return rule{{rule_step::at_least, rank, "", ""}};
}
/// The signed-in caller was delegated this code (`scope::grants`).
constexpr rule may(const char* code) {
  return rule{{rule_step::may, role::guest, "", code}};
}
/// The signed-in caller is the user named in this column.
constexpr rule owner(const char* column) {
  return rule{{rule_step::owner, role::guest, column, ""}};
}
/// The column names the caller's own establishment; callers of the whole platform pass.
constexpr rule same_home(const char* column) {
  return rule{{rule_step::same_home, role::guest, column, ""}};
}
/// The column, as SQL spells it, holds this text: `holds("is_public", "true")`.
constexpr rule holds(const char* column, const char* text) {
  return rule{{rule_step::holds, role::guest, column, text}};
}

}  // namespace describe

/// What a rule says before any row is seen.
enum class standing : std::uint8_t { never, always, depends };

/// A rule in words, for tables that people read: `manager or manage_events or owner of author_id`.
[[nodiscard]] std::string in_words(const rule& who_may);

/// The caller's standing: `never` can be refused and `always` served without a look at rows.
[[nodiscard]] standing standing_of(const rule& who_may, const scope& who);

/// Whether the caller may, for this row. Its columns are found by the entity's description; a NULL
/// column agrees with nobody, as in SQL.
[[nodiscard]] bool permits(const rule& who_may, const scope& who, const entity& what,
                           const void* row);

/// The same as a condition, its values appended to `params` as $1, $2 …; `TRUE` and `FALSE` when no
/// row needs to be seen.
[[nodiscard]] std::string where(const rule& who_may, const scope& who,
                                std::vector<std::optional<std::string>>& params);

}  // namespace stoa
