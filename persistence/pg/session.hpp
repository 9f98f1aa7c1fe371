#pragma once

#include "schema/outcome.hpp"

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pg_conn;
struct pg_result;

namespace stoa::pg {

/// What one statement gave back to a `session`: cells as text, nothing for NULL.
class answer {
public:
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::optional<std::string> cell(std::size_t row, std::size_t column) const;
  /// The text of a cell, empty for NULL.
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const {
    return cell(row, column).value_or("");
  }

private:
  friend class session;
  struct clear {
    void operator()(pg_result* what) const noexcept;
  };
  explicit answer(pg_result* what) : result_(what) {}
  std::unique_ptr<pg_result, clear> result_;
};

/// A connection that blocks: for migrations, set-up and tests, where one thing follows another.
/// What serves requests is `pipeline`.
class session {
public:
  /// Connects, or says why not (`unavailable`). `within` is rounded up to two seconds, libpq's
  /// shortest.
  [[nodiscard]] static outcome<session> open(const std::string& conninfo,
                                             std::chrono::seconds within = std::chrono::seconds{
                                                 10});

  /// Runs one statement with its parameters ($1 …) in text format.
  [[nodiscard]] outcome<answer> run(const std::string& sql,
                                    const std::vector<std::optional<std::string>>& params);
  /// Runs any number of statements without parameters; the answer is the last one's.
  [[nodiscard]] outcome<answer> run(const std::string& sql);

  /// Whether a transaction is open, failed or not.
  [[nodiscard]] bool in_transaction() const noexcept;
  /// A name as SQL spells it, quoted.
  [[nodiscard]] std::string quote_name(std::string_view name) const;

private:
  struct finish {
    void operator()(pg_conn* what) const noexcept;
  };
  explicit session(pg_conn* what) : connection_(what) {}
  [[nodiscard]] outcome<answer> read(pg_result* got);
  std::unique_ptr<pg_conn, finish> connection_;
};

/// The same connection string (URI or key=value) with some keywords replaced, as key=value; see the
/// PostgreSQL manual §34.1.2 for the keywords. `invalid` when libpq cannot read it.
[[nodiscard]] outcome<std::string> with_keywords(
    const std::string& conninfo,
    std::initializer_list<std::pair<std::string_view, std::string>> keywords);

/// The value of one keyword of a connection string; nothing when it is not set.
[[nodiscard]] outcome<std::optional<std::string>> keyword(const std::string& conninfo,
                                                          std::string_view name);

}  // namespace stoa::pg
