#pragma once

#include <algorithm>
#include <string_view>

namespace stoa::stoa_api {

/// One word of a note: `name:type`, with `!` when it must be there.
struct noted {
  std::string_view name;
  std::string_view type;
  bool required = false;
};

/// Calls `what(noted)` for each of these words, which are apart by a blank.
template <class Each>
void each_word(std::string_view words, Each what) {
  while (!words.empty()) {
    auto word = words.substr(0, words.find(' '));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    const bool required = word.ends_with('!');
    if (required)
      word.remove_suffix(1);
    const auto colon = word.find(':');
    what(noted{word.substr(0, colon), word.substr(colon + 1), required});
  }
}

}  // namespace stoa::stoa_api
