#include "net/router.hpp"

#include "net/resource.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace stoa {

namespace {

// Cuts the first segment off `rest`, which begins with '/' or is empty.
std::string_view next_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const auto end = std::min(rest.find('/'), rest.size());
  const auto segment = rest.substr(0, end);
  rest.remove_prefix(end);
  return segment;
}

std::string_view without_last_slash(std::string_view path) {
  if (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  return path;
}

}  // namespace

namespace {

// Every `{name}` of a generic row must mean something to it.
outcome<void> check_names(const endpoint& row, std::span<const std::string_view> names) {
  if (!row.facts)
    return {};
  const auto& facts = *row.facts;
  for (const auto name : names) {
    const bool known =
        facts.table
            ? name == "id" || facts.table->path().find(name) != std::string::npos
            : name == facts.owner || (facts.takes && facts.takes->find_wire(name) != nullptr);
    if (!known)
      return fail(fault_code::invalid,
                  fmt::format("route {} {}: {{{}}} is no field of {}", name_of(row.method),
                              row.path, name, facts.does));
  }
  if (!facts.owner.empty() && std::find(names.begin(), names.end(), facts.owner) == names.end())
    return fail(fault_code::invalid, fmt::format("route {} {}: nothing finds the {}",
                                                 name_of(row.method), row.path, facts.owner));
  return {};
}

}  // namespace

outcome<void> router::add(std::span<const endpoint> rows) {
  for (const auto& row : rows) {
    if (!row.path.starts_with('/') || !row.run)
      return fail(fault_code::invalid, fmt::format("route {} {}: no path or no function",
                                                   name_of(row.method), row.path));
    auto* at = &root_;
    auto rest = without_last_slash(row.path);
    std::vector<std::string_view> names;
    while (!rest.empty() && rest != "/") {
      const auto segment = next_segment(rest);
      if (segment.starts_with('{') && segment.ends_with('}')) {
        const auto name = segment.substr(1, segment.size() - 2);
        if (name.empty() || std::find(names.begin(), names.end(), name) != names.end())
          return fail(fault_code::invalid,
                      fmt::format("route {}: a name is empty or doubled", row.path));
        names.push_back(name);
        if (!at->named)
          at->named = std::make_unique<node>(at->literal.key_comp().how);
        at = at->named.get();
      } else {
        auto& next = at->literal[std::string{segment}];
        if (!next)
          next = std::make_unique<node>(at->literal.key_comp().how);
        at = next.get();
      }
    }
    auto& place = at->by_verb.at(static_cast<std::size_t>(row.method));
    if (place)
      return fail(fault_code::invalid, fmt::format("two routes answer {} {}: {}",
                                                   name_of(row.method), row.path, place->path));
    if (auto checked = check_names(row, names); !checked)
      return checked;
    place = &row;
    rows_.push_back(&row);
  }
  return {};
}

bool router::before::operator()(std::string_view a, std::string_view b) const noexcept {
  if (how == letters::exact)
    return a < b;
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return lower(x) < lower(y); });
}

outcome<void> router::add(std::span<const socket_endpoint> rows) {
  for (const auto& row : rows)
    if (!sockets_.emplace(row.path, &row).second)
      return fail(fault_code::invalid, fmt::format("two sockets answer {}", row.path));
  return {};
}

const router::node* router::walk(const node& from, std::string_view rest,
                                 std::vector<std::string_view>& taken, const verb* wanted) const {
  if (rest.empty() || rest == "/") {
    const bool fits =
        wanted ? from.by_verb.at(static_cast<std::size_t>(*wanted)) != nullptr
               : std::any_of(from.by_verb.begin(), from.by_verb.end(), [](auto* x) { return x; });
    return fits ? &from : nullptr;
  }
  const auto segment = next_segment(rest);
  if (auto literal = from.literal.find(segment); literal != from.literal.end())
    if (const auto* found = walk(*literal->second, rest, taken, wanted))
      return found;
  if (!from.named || segment.empty())
    return nullptr;
  taken.push_back(segment);
  if (const auto* found = walk(*from.named, rest, taken, wanted))
    return found;
  taken.pop_back();
  return nullptr;
}

const endpoint* router::find(verb method, std::string_view path, captures& out) const {
  const auto asked = method == verb::head ? verb::get : method;
  std::vector<std::string_view> taken;
  const auto* at = walk(root_, without_last_slash(path), taken, &asked);
  if (!at)
    return nullptr;
  const auto* row = at->by_verb.at(static_cast<std::size_t>(asked));
  auto rest = row->path;
  std::size_t next = 0;
  while (!rest.empty() && next < taken.size()) {
    const auto segment = next_segment(rest);
    if (segment.starts_with('{'))
      out.emplace_back(segment.substr(1, segment.size() - 2), std::string{taken[next++]});
  }
  return row;
}

const socket_endpoint* router::find_socket(std::string_view path) const {
  const auto found = sockets_.find(without_last_slash(path));
  return found == sockets_.end() ? nullptr : found->second;
}

bool router::knows(std::string_view path) const {
  std::vector<std::string_view> taken;
  return walk(root_, without_last_slash(path), taken, nullptr) != nullptr;
}

}  // namespace stoa
