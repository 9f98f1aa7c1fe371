#include "tools/load/target.hpp"

#include "schema/json.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <fstream>
#include <iterator>
#include <unordered_map>

namespace stoa::load {

namespace {

fault unreadable(const std::string& url) {
  return fail(fault_code::invalid, url + " is not like http://127.0.0.1:5000");
}

}  // namespace

outcome<target> read_target(const std::string& url, bool allow_remote) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme))
    return unreadable(url);
  auto rest = std::string_view{url}.substr(scheme.size());
  if (rest.ends_with('/'))
    rest.remove_suffix(1);
  const auto colon = rest.find(':');
  target out;
  out.host = std::string{rest};
  out.port = 80;
  if (colon != rest.npos) {
    const auto digits = rest.substr(colon + 1);
    const auto* end = digits.data() + digits.size();
    if (auto [stop, bad] = std::from_chars(digits.data(), end, out.port);
        bad != std::errc{} || stop != end || out.port == 0)
      return unreadable(url);
  }
  out.address = std::string{rest.substr(0, colon)};
  if (out.address == "localhost")
    out.address = "127.0.0.1";
  in_addr numeric{};
  if (inet_pton(AF_INET, out.address.c_str(), &numeric) != 1)
    return unreadable(url);
  out.loopback = ntohl(numeric.s_addr) >> 24 == 127;
  if (!out.loopback && !allow_remote)
    return fail(fault_code::forbidden,
                out.address + " is another machine; --allow-remote if it is yours to break");
  return out;
}

outcome<people> read_people(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(fault_code::invalid, "cannot read " + file.string() + "; stoa seed load writes it");
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  auto read = json::parse(text, {.max_bytes = 256UL * 1024 * 1024});
  if (!read)
    return std::move(read).error();
  people out;
  std::unordered_map<std::string_view, std::uint32_t> index;
  for (auto each : read->root()["users"].items()) {
    const auto id = each["id"].as_string();
    const auto token = each["token"].as_string();
    if (!id || !token)
      return fail(fault_code::invalid, file.string() + ": a user without id or token");
    index.emplace(*id, static_cast<std::uint32_t>(out.users.size()));
    out.users.push_back({std::string{*id}, std::string{*token}});
  }
  for (auto each : read->root()["groups"].items()) {
    crowd next{std::string{each["id"].as_string().value_or("")}, {}};
    for (auto member : each["members"].items()) {
      const auto found = index.find(member.as_string().value_or(""));
      if (found == index.end())
        return fail(fault_code::invalid, file.string() + ": a member who is no user");
      next.members.push_back(found->second);
    }
    out.groups.push_back(std::move(next));
  }
  if (out.users.empty())
    return fail(fault_code::invalid, file.string() + " names nobody");
  return out;
}

}  // namespace stoa::load
