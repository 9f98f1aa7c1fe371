#pragma once

#include "actors/core/task.hpp"
#include "net/routes/stoa/noted_words.hpp"
#include "schema/json.hpp"
#include "schema/outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What a client said, held against words that tell of it (noted_words.hpp); null is the same as
/// not being there. The types are string, boolean, integer (from 0), object, array and any.
namespace stoa::stoa_api {

/// Whether one of the words has this name.
[[nodiscard]] bool names(std::string_view words, std::string_view name);

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
