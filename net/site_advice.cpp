#include "net/site_advice.hpp"

#include "net/session_cookie.hpp"

#include <fmt/format.h>

namespace stoa {

std::vector<std::string> site_advice(const settings& how, std::span<const site* const> sites) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < sites.size(); ++i)
    for (std::size_t j = i + 1; j < sites.size(); ++j) {
      const auto name = cookie_name(*sites[i]);
      if (!name.empty() && name == cookie_name(*sites[j]))
        out.push_back(fmt::format(
            "the sites of {} and {} share the cookie {}: on one host name, whoever signs in to one"
            " is signed out of the other; give them host names of their own, or set session_cookie",
            sites[i]->speaks->name, sites[j]->speaks->name, name));
    }
  if (!how.trusted_proxies.empty() && how.public_url.empty())
    out.emplace_back(
        "trusted_proxies is set and public_url is not: links in mails lead to this machine");
  return out;
}

}  // namespace stoa
