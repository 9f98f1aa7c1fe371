#include "schema/dialect.hpp"

#include <algorithm>

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

std::string about(std::string_view text, std::string_view thing) {
  std::string out;
  for (;;) {
    const auto lower = text.find("{thing}");
    const auto upper = text.find("{Thing}");
    const auto at = std::min(lower, upper);
    out += text.substr(0, at);
    if (at == std::string_view::npos)
      return out;
    const auto begins = out.size();
    out += thing;
    if (at == upper && !thing.empty() && out[begins] >= 'a' && out[begins] <= 'z')
      out[begins] = static_cast<char>(out[begins] - 'a' + 'A');
    text.remove_prefix(at + 7);
  }
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
