#pragma once

#include "schema/outcome.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stoa::pg {

/// The same connection string (URI or key=value) with some keywords replaced, as key=value; see the
/// PostgreSQL manual §34.1.2 for the keywords. `invalid` when libpq cannot read it.
[[nodiscard]] outcome<std::string> with_keywords(
    const std::string& conninfo,
    std::initializer_list<std::pair<std::string_view, std::string>> keywords);

/// The value of one keyword of a connection string; nothing when it is not set.
[[nodiscard]] outcome<std::optional<std::string>> keyword(const std::string& conninfo,
                                                          std::string_view name);

/// The same connection string with what it leaves open: TCP keep-alive that notices a silent server
/// within half a minute, and for several servers `target_session_attrs=read-write`, since of a
/// primary and its standbys only one can save anything. `invalid` when libpq cannot read it.
[[nodiscard]] outcome<std::string> with_defaults(const std::string& conninfo);

/// One server of a connection string that names several (PostgreSQL manual §34.1.1.3).
struct endpoint {
  std::string conninfo;  ///< all settings, for this server alone
  std::string name;      ///< what a resolver has to turn into an address first; empty: nothing
  std::string port;      ///< as given, or 5432
  std::string label;     ///< for the log: `db1.example:5432`, or the folder of a socket
};

/// The servers of a connection string, in its order; at least one, each `with_defaults`. `invalid`
/// when libpq cannot read it, or when hosts and ports are not as many.
[[nodiscard]] outcome<std::vector<endpoint>> endpoints_of(const std::string& conninfo);

/// The connection string of an endpoint whose name was resolved to this address; its name is still
/// what a certificate is checked against.
[[nodiscard]] outcome<std::string> at_address(const endpoint& server, const std::string& address);

}  // namespace stoa::pg
