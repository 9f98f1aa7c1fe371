#include "schema/dialect.hpp"

namespace stoa {

constinit const dialect native_dialect{};

std::string_view dialect::spell(std::string_view family, std::string_view ours) const noexcept {
  for (const auto& word : words)
    if (word.family == family && word.ours == ours)
      return word.theirs;
  return ours;
}

std::string_view dialect::understand(std::string_view family,
                                     std::string_view theirs) const noexcept {
  bool taken = false;
  for (const auto& word : words) {
    if (word.family != family)
      continue;
    if (word.theirs == theirs)
      return word.ours;
    taken = taken || word.ours == theirs;
  }
  return taken ? std::string_view{} : theirs;
}

void write_fault(const dialect& habits, const fault& why, json_writer& out) {
  const auto& keys = habits.errors;
  const std::string_view text = why.text.empty() ? name_of(why.code) : std::string_view{why.text};
  out.begin_object();
  if (!keys.text.empty())
    out.member(keys.text, text);
  if (!keys.text_again.empty())
    out.member(keys.text_again, text);
  if (!keys.code.empty())
    out.member(keys.code, name_of(why.code));
  if (!keys.list.empty() && !why.complaints.empty()) {
    out.key(keys.list).begin_array();
    for (const auto& one : why.complaints) {
      out.begin_object();
      out.member(keys.path, one.path).member(keys.said, one.message);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

}  // namespace stoa
