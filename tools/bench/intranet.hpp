#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// An intranet of 12,000 people with 20 announcements and 100,000 letters, and what is asked of it.
namespace stoa::bench {

/// A request with somebody's session; asks for 304 when there is an ETag.
[[nodiscard]] std::string request_for(const std::string& path, const std::string& token,
                                      const std::string& etag);

/// An answer of the server, read once.
struct fetched {
  std::string body;
  std::string etag;
};
[[nodiscard]] fetched fetch(std::uint16_t port, const std::string& path, const std::string& token);

/// The establishment, its people and news; the first of them are signed in with these tokens.
[[nodiscard]] std::string intranet_people_sql(const std::vector<std::string>& tokens);
/// Letters between 200 of them, of words that are as unequal as words are.
[[nodiscard]] std::string intranet_letters_sql();

/// Words that stand in such letters: one or two, whole or their beginning; every tenth with a slip.
[[nodiscard]] std::string something_to_find(std::size_t number);

/// The third page of a department, the newest first.
inline constexpr const char* people_page_path =
    "/api/users?department=Service%207&sort=-createdAt&page=3&limit=20";
/// What the server asks the database for it, as a script of pgbench.
[[nodiscard]] std::string people_page_sql();
/// A connection that sees this establishment.
[[nodiscard]] std::string intranet_connection(const std::string& application);

}  // namespace stoa::bench
