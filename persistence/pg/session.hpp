#pragma once

#include "persistence/pg/conninfo.hpp"
#include "schema/outcome.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

}  // namespace stoa::pg
