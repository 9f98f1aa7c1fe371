#pragma once

#include "actors/core/wire.hpp"
#include "schema/moment.hpp"

#include <caf/fwd.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace stoa {

/// The text of a statement: a literal is pointed at, anything else is owned and shared.
class sql_text {
public:
  sql_text() = default;
  template <std::size_t N>
  sql_text(const char (&literal)[N]) : view_(literal, N - 1) {}
  sql_text(std::string text)
      : owned_(std::make_shared<const std::string>(std::move(text))), view_(*owned_) {}

  [[nodiscard]] std::string_view view() const noexcept { return view_; }
  /// Ends with a NUL, as libpq wants it.
  [[nodiscard]] const char* c_str() const noexcept { return view_.data(); }

  template <class Inspector>
  friend bool inspect(Inspector& f, sql_text& x) {
    auto get = [&x] { return std::string{x.view_}; };
    auto set = [&x](std::string text) {
      x = sql_text{std::move(text)};
      return true;
    };
    return f.apply(get, set);
  }

private:
  std::shared_ptr<const std::string> owned_;
  std::string_view view_ = "";
};

/// One parameter in PostgreSQL's text format; nothing is NULL.
using sql_value = std::optional<std::string>;

/// One statement with its parameters ($1 …), prepared on first use by each connection.
struct statement {
  sql_text sql;
  std::vector<sql_value> params;
  /// Every parameter is an array literal with one element for each row that the statement writes
  /// (`insert … select … from unnest($1::text[], …)`), and nobody reads its result. What several
  /// askers write at the same time can then be one statement: see `transaction`.
  bool bulk = false;

  statement() = default;
  statement(sql_text text, std::vector<sql_value> values = {})
      : sql(std::move(text)), params(std::move(values)) {}
};

/// A parameter from what code has at hand: text, a number, a boolean, an id, a moment, or nothing.
[[nodiscard]] inline sql_value to_sql(std::string text) {
  return text;
}
[[nodiscard]] inline sql_value to_sql(std::string_view text) {
  return std::string{text};
}
[[nodiscard]] inline sql_value to_sql(const char* text) {
  return std::string{text};
}
[[nodiscard]] inline sql_value to_sql(bool yes) {
  return yes ? "true" : "false";
}
[[nodiscard]] inline sql_value to_sql(iso_time at) {
  return to_iso(at);
}
[[nodiscard]] inline sql_value to_sql(std::nullopt_t) {
  return std::nullopt;
}
template <class Tag>
[[nodiscard]] sql_value to_sql(const id<Tag>& x) {
  return x.value;
}
template <class Number>
requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool>) [[nodiscard]] sql_value
    to_sql(Number x) {
  return std::to_string(x);
}
template <class T>
[[nodiscard]] sql_value to_sql(const std::optional<T>& x) {
  return x ? to_sql(*x) : std::nullopt;
}

/// A statement from its text and parameters. (A braced list of strings inside a `co_await`
/// expression crashes GCC 12; this says the same without one.)
template <class... Ts>
[[nodiscard]] statement prepared(sql_text text, const Ts&... params) {
  statement out;
  out.sql = std::move(text);
  out.params.reserve(sizeof...(params));
  (out.params.push_back(to_sql(params)), ...);
  return out;
}

/// Statements that stand or fall together, in the name of one establishment: row-level security
/// sees it as `stoa.establishment`. Empty means no tenant, hence no rows of any.
///
/// Transactions of nothing but the same bulk statements, which wait at the same time, are saved by
/// one commit (group commit). If that fails for a reason that may be one's own, each is tried
/// alone, so that nobody pays for another's mistake.
struct transaction {
  std::string establishment;
  std::vector<statement> statements;
  /// How long the asker will wait, from when the pool receives it; 0: the pool's own patience.
  std::uint32_t within_ms = 0;
};

/// A transaction of these statements.
template <class... Ts>
[[nodiscard]] transaction in_establishment(std::string establishment, Ts&&... statements) {
  transaction out;
  out.establishment = std::move(establishment);
  out.statements.reserve(sizeof...(statements));
  (out.statements.push_back(std::forward<Ts>(statements)), ...);
  return out;
}

/// The rows that one statement gave back, in one block of memory.
class rows {
public:
  [[nodiscard]] std::size_t size() const noexcept {
    return columns_ == 0 ? 0 : cells_.size() / columns_;
  }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  /// Rows that an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::uint64_t affected() const noexcept { return affected_; }

  /// The text of a cell, nothing for NULL. The view lives as long as these rows.
  [[nodiscard]] std::optional<std::string_view> cell(std::size_t row, std::size_t column) const {
    const auto& at = cells_.at(row * columns_ + column);
    if (at.length < 0)
      return std::nullopt;
    return std::string_view{bytes_}.substr(at.offset, static_cast<std::size_t>(at.length));
  }
  /// The text of a cell, empty for NULL.
  [[nodiscard]] std::string text(std::size_t row, std::size_t column) const {
    return std::string{cell(row, column).value_or("")};
  }
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;
  [[nodiscard]] bool flag(std::size_t row, std::size_t column) const {
    return cell(row, column) == "t";
  }
  [[nodiscard]] iso_time moment(std::size_t row, std::size_t column) const {
    return parse_iso(cell(row, column).value_or("")).value_or(iso_time{});
  }

  // -- filling ------------------------------------------------------------------
  void shape(std::uint32_t columns, std::uint64_t affected) {
    columns_ = columns;
    affected_ = affected;
  }
  void add(const char* data, std::size_t length) {
    cells_.push_back(
        {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::int32_t>(length)});
    bytes_.append(data, length);
  }
  void add_null() { cells_.push_back({0, -1}); }
  /// Whether the cells make whole rows and lie within the bytes: true of what was filled, to be
  /// asked of what came over a wire.
  [[nodiscard]] bool sound() const noexcept;

  template <class Inspector>
  friend bool inspect(Inspector& f, rows& x) {
    return f.object(x)
        .on_load([&x] { return x.sound(); })
        .fields(f.field("columns", x.columns_), f.field("affected", x.affected_),
                f.field("bytes", x.bytes_), f.field("cells", x.cells_));
  }

  struct place {
    std::uint32_t offset = 0;
    std::int32_t length = -1;

    template <class Inspector>
    friend bool inspect(Inspector& f, place& x) {
      return f.object(x).fields(f.field("offset", x.offset), f.field("length", x.length));
    }
  };

private:
  std::uint32_t columns_ = 0;
  std::uint64_t affected_ = 0;
  std::string bytes_;
  std::vector<place> cells_;
};

/// One `rows` for each statement of a transaction, in order.
struct results {
  std::vector<rows> each;

  [[nodiscard]] const rows& operator[](std::size_t i) const { return each.at(i); }
};

/// Whether this fault of a database_actor is the violation of the named constraint or unique index.
[[nodiscard]] bool violates(const fault& why, std::string_view constraint);

/// What the pool says of itself, for readiness and metrics.
struct pool_status {
  std::uint32_t connections = 0;  ///< open and usable
  std::uint32_t waiting = 0;      ///< transactions in the queue
  std::uint32_t running = 0;      ///< transactions sent to PostgreSQL
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
};

/// Bounds of what is read from a wire: PostgreSQL's own for parameters, ours for statements.
inline constexpr std::size_t most_params = 65'535;
inline constexpr std::size_t most_statements = 10'000;

/// Asks for `pool_status`.
struct how_is_the_pool {};

template <class Inspector>
bool inspect(Inspector& f, statement& x) {
  at_most params{x.params, most_params};
  return f.object(x).fields(f.field("sql", x.sql), f.field("params", params),
                            f.field("bulk", x.bulk));
}

template <class Inspector>
bool inspect(Inspector& f, transaction& x) {
  at_most statements{x.statements, most_statements};
  return f.object(x).fields(f.field("establishment", x.establishment),
                            f.field("statements", statements), f.field("within", x.within_ms));
}

template <class Inspector>
bool inspect(Inspector& f, results& x) {
  at_most each{x.each, most_statements};
  return f.object(x).fields(f.field("each", each));
}

template <class Inspector>
bool inspect(Inspector& f, pool_status& x) {
  return f.object(x).fields(f.field("connections", x.connections), f.field("waiting", x.waiting),
                            f.field("running", x.running), f.field("served", x.served),
                            f.field("refused", x.refused));
}

template <class Inspector>
bool inspect(Inspector& f, how_is_the_pool& x) {
  return f.object(x).fields();
}

}  // namespace stoa

CAF_BEGIN_TYPE_ID_BLOCK(stoa_persistence, stoa::wire::persistence_first)
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::statement))
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::transaction))
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::rows))
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::results))
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::pool_status))
CAF_ADD_TYPE_ID(stoa_persistence, (stoa::how_is_the_pool))
CAF_END_TYPE_ID_BLOCK(stoa_persistence)

namespace stoa {

/// Whoever runs transactions: the pool, or a fake of two lines in a test. It always answers: with
/// results; with the fault a statement met; `overloaded` when its queue is full and nothing was
/// sent; `unavailable` when PostgreSQL is away and it is not known whether the work was done.
using database_actor =
    caf::typed_actor<caf::result<results>(transaction), caf::result<pool_status>(how_is_the_pool)>;

}  // namespace stoa
