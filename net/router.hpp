#pragma once

#include "net/endpoint.hpp"
#include "schema/outcome.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stoa {

/// The route tables as a tree of path segments. Built once; a look-up allocates only what it
/// captures.
class router {
public:
  using captures = std::vector<std::pair<std::string_view, std::string>>;

  /// Whether `/API/Users` is `/api/users`. Only the letters of ASCII are folded.
  enum class letters : bool { exact, any_case };
  explicit router(letters how = letters::exact) : root_(how) {}

  /// Takes in the rows. Fails on two rows with one address, on a path that does not begin with '/',
  /// on an empty or doubled name, or on a row without a function.
  [[nodiscard]] outcome<void> add(std::span<const endpoint> rows);
  [[nodiscard]] outcome<void> add(std::span<const socket_endpoint> rows);

  /// The row that answers, and what the names stand for. HEAD is answered by GET's row. Paths match
  /// without regard to a slash at the end.
  [[nodiscard]] const endpoint* find(verb method, std::string_view path, captures& out) const;
  [[nodiscard]] const socket_endpoint* find_socket(std::string_view path) const;

  /// Whether any method is known for this path: tells 405 from 404.
  [[nodiscard]] bool knows(std::string_view path) const;

  [[nodiscard]] const std::vector<const endpoint*>& rows() const noexcept { return rows_; }

private:
  struct before {
    using is_transparent = void;
    letters how;
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept;
  };
  struct node {
    explicit node(letters how) : literal(before{how}) {}
    std::map<std::string, std::unique_ptr<node>, before> literal;
    std::unique_ptr<node> named;
    std::array<const endpoint*, 7> by_verb{};
  };
  [[nodiscard]] const node* walk(const node& from, std::string_view rest,
                                 std::vector<std::string_view>& taken, const verb* wanted) const;

  node root_;
  std::vector<const endpoint*> rows_;
  std::map<std::string, const socket_endpoint*, std::less<>> sockets_;
};

}  // namespace stoa
