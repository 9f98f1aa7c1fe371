#pragma once

#include "schema/json.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

/// Bodies as this family's clients spell them, put into the words of the descriptions.
namespace stoa::intrasphere {

/// The body with some members under other names, `{theirs, ours}`; of two names for one thing ours
/// counts.
[[nodiscard]] json respelled(
    json_value body, std::initializer_list<std::pair<std::string_view, std::string_view>> names);

/// The body with one member as a list: clients send an array, the JSON text of one, a single word,
/// or null for none.
[[nodiscard]] json with_plain_list(json_value body, std::string_view list);

}  // namespace stoa::intrasphere
