#pragma once

#include "net/endpoint.hpp"
#include "persistence/protocol.hpp"
#include "tests/support/http_client.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace stoa::testing {

/// The intranet's table of routes.
[[nodiscard]] const edition& intranet_edition();

/// What a statement says in an establishment, past the server; `*` is all of them.
rows ask_database(const std::string& establishment, statement what);
results ask_database(transaction what);
/// A statement of the tables' owner, whom no policy holds; `$1` is the id.
void run_as_owner(const std::string& sql, const std::string& id);

/// Somebody of another establishment, which is founded when it is missing: their id is `user-NAME`,
/// and they are signed in on the intranet's site. Their rank is the domain's word.
[[nodiscard]] http_client member_elsewhere(const std::string& establishment,
                                           const std::string& name, std::string_view rank);

/// An address with every `{name}` filled by what `row_of` says of it.
[[nodiscard]] std::string filled(std::string_view path,
                                 const std::function<std::string(std::string_view)>& row_of);

/// A row of the intranet for a `{name}` of an address, most of them of its demo data; empty for
/// names that nobody has thought of.
[[nodiscard]] std::string_view demo_row(std::string_view path, std::string_view parameter);

/// `text` with the name of each such row replaced.
[[nodiscard]] std::string without_demo_rows(std::string text, std::string_view by);

/// The rows that a body may name.
struct named_rows {
  std::string person;
  std::string training;
  std::string course;
  std::string lesson;
  std::string shelf;
  std::string topic;
  std::string post;
};

/// A body that every address can read something in. Unknown members are ignored, so one serves all;
/// `count` keeps names unique.
[[nodiscard]] std::string body_for_all(const named_rows& where, std::size_t count);

}  // namespace stoa::testing
