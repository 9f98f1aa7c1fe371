#pragma once

#include "actors/core/task.hpp"
#include "schema/json.hpp"
#include "schema/outcome.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

/// Members told in words, `name:type` with `!` behind one that must be there, and held against what
/// a client said; null is the same as not being there. The types are string, boolean, integer (from
/// 0), object, array and any.
namespace stoa::stoa_api {

/// One word.
struct member_word {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

/// The words of both lists, one after the other; reading stops when `what` answers false.
template <class Each>
void each_member(std::string_view words, std::string_view more, Each what) {
  for (auto rest : {words, more})
    while (!rest.empty()) {
      auto word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      const bool required = word.ends_with('!');
      if (required)
        word.remove_suffix(1);
      const auto colon = word.find(':');
      if (!what(member_word{word.substr(0, colon), word.substr(colon + 1), required}))
        return;
    }
}

/// Whether one of the words has this name.
[[nodiscard]] bool names(std::string_view words, std::string_view more, std::string_view name);

/// Mistakes, each with the name of the member that has it; at most 32.
class complaint_list {
public:
  void add(std::string name, std::string_view text);
  /// Throws `invalid` when there are any.
  void say();

private:
  std::vector<complaint> all_;
};

/// Throws `invalid`, with a complaint for each mistake, unless this is an object with these
/// members, each of its type, and no others.
void need_members(const json_value& said, std::string_view words, std::string_view more = {});

/// A fault about one member.
[[nodiscard]] fault_error about_member(std::string name, std::string text);

}  // namespace stoa::stoa_api
