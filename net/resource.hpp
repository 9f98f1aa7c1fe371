#pragma once

#include "net/endpoint.hpp"
#include "net/rows.hpp"
#include "schema/query.hpp"
#include "schema/sql.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stoa {

/// What can be done with a table's rows; joined with `|` they say which route rows there are.
enum class act : std::uint8_t {
  list = 1,
  read = 2,
  create = 4,
  change = 8,
  remove = 16,
  all = 31,
};
[[nodiscard]] constexpr act operator|(act a, act b) noexcept {
  return static_cast<act>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}
[[nodiscard]] constexpr bool has(act all, act one) noexcept {
  return (static_cast<std::uint8_t>(all) & static_cast<std::uint8_t>(one)) != 0;
}

/// Where a family's contract deviates from the description, in small functions; what is left out
/// is as described. Those that are tasks may ask the database or refuse by throwing a fault.
template <described T>
struct deviations {
  /// Another spelling of what the client sent, before it is read.
  json (*heard)(const call& c, json_value body) = nullptr;
  /// Completes a new row that was read, and refuses what no description can say.
  task<void> (*drafted)(call_ptr c, std::shared_ptr<T> row) = nullptr;
  /// The same for a change; `before` is the row as it is.
  task<void> (*changing)(call_ptr c, std::shared_ptr<const T> before,
                         std::shared_ptr<change_of<T>> what) = nullptr;
  /// The last word before a row is removed.
  task<void> (*removing)(call_ptr c, std::shared_ptr<const T> row) = nullptr;
  /// What is written in the same transaction, after a new or removed row.
  std::vector<statement> (*also)(const call& c, act what, const T& row) = nullptr;
  /// It is committed: tell others. Of `remove`, the row as it was.
  task<void> (*done)(call_ptr c, act what, std::shared_ptr<const T> row) = nullptr;
  /// A row that is read by its key is about to be shown.
  task<void> (*shown)(call_ptr c, std::shared_ptr<T> row) = nullptr;
  /// More members of a row on the wire.
  void (*members)(const call& c, const T& row, json_writer& out) = nullptr;
  /// Which rows the list is about, beside what the rules allow.
  std::vector<sql::equal> (*only)(const call& c) = nullptr;
};

/// Everything else about a resource.
struct resource_options {
  act acts = act::all;
  list_limits limits = {};
  rate limit = {};  ///< of the writing rows
  std::size_t body_limit = 1024 * 1024;
  const row_texts* says = nullptr;  ///< null: the dialect's
  bool tells_success = false;       ///< a removal also answers `"success": true`
  /// Columns that reading a row changes: they make it no other one.
  std::span<const std::string_view> counters = {};
  const entity* as = nullptr;  ///< the same table under other rules; null: as described
};

/// A table as one client family reads and writes it: five route rows that are answered from the
/// entity's description. Lives as long as the rows that it made, so make it static.
class resource {
public:
  template <described T>
  static resource of(std::string_view path, std::string_view thing, const dialect& habits,
                     deviations<T> how = {}, resource_options more = {});
  resource(const resource&) = delete;
  resource& operator=(const resource&) = delete;

  /// Its rows, `PUT` and `PATCH` both for a change. A row that the rules refuse to every guest asks
  /// for a session.
  [[nodiscard]] std::vector<endpoint> rows() const;

  /// One more row that does the same at another address; a path whose `{id}` is the key's.
  [[nodiscard]] endpoint row(verb method, std::string_view path, act what) const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const entity& what() const noexcept { return what_; }
  [[nodiscard]] const dialect& habits() const noexcept { return habits_; }
  [[nodiscard]] const list_limits& limits() const noexcept { return more_.limits; }
  [[nodiscard]] const std::string& thing() const noexcept { return thing_; }
  [[nodiscard]] std::span<const std::string_view> counters() const noexcept {
    return more_.counters;
  }
  [[nodiscard]] const row_texts& says() const noexcept {
    return more_.says ? *more_.says : habits_.says;
  }

  /// What a row of this resource does, by its facts.
  [[nodiscard]] act act_of(const row_facts& row) const noexcept;

  /// Writes a row as this family reads it; `row` is of the described type.
  void write(const call& c, const void* row, json_writer& out) const;

private:
  friend struct resource_rows;

  /// A change whose type only the deviations know.
  struct draft {
    std::shared_ptr<void> whole;  ///< change_of<T>
    void* values = nullptr;
    field_set* which = nullptr;
  };
  /// `deviations` without the type.
  struct functions {
    std::shared_ptr<void> (*fresh)() = nullptr;
    draft (*fresh_change)() = nullptr;
    std::function<json(const call&, json_value)> heard;
    std::function<task<void>(call_ptr, std::shared_ptr<void>)> drafted;
    std::function<task<void>(call_ptr, std::shared_ptr<void>, std::shared_ptr<void>)> changing;
    std::function<task<void>(call_ptr, std::shared_ptr<void>)> removing;
    std::function<std::vector<statement>(const call&, act, const void*)> also;
    std::function<task<void>(call_ptr, act, std::shared_ptr<void>)> done;
    std::function<task<void>(call_ptr, std::shared_ptr<void>)> shown;
    std::function<void(const call&, const void*, json_writer&)> members;
    std::function<std::vector<sql::equal>(const call&)> only;
  };

  resource(const entity& what, std::string_view path, std::string_view thing, const dialect& habits,
           functions how, resource_options more);
  [[nodiscard]] const rule& rule_of(act what) const noexcept;

  const entity& what_;
  const dialect& habits_;
  std::string path_;
  std::string one_path_;
  std::string thing_;
  functions how_;
  resource_options more_;
  row_facts facts_[5];
  std::string names_[5];
};

/// Joins single rows and those of resources to one table.
[[nodiscard]] inline std::vector<endpoint> table(std::vector<std::vector<endpoint>> parts) {
  std::vector<endpoint> out;
  for (auto& part : parts)
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

template <described T>
resource resource::of(std::string_view path, std::string_view thing, const dialect& habits,
                      deviations<T> how, resource_options more) {
  const auto typed = [](const std::shared_ptr<void>& row) {
    return std::static_pointer_cast<T>(row);
  };
  functions out;
  out.fresh = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
  out.fresh_change = [] {
    auto made = std::make_shared<change_of<T>>();
    return draft{made, &made->values, &made->which};
  };
  if (how.heard)
    out.heard = how.heard;
  if (how.drafted)
    out.drafted = [=](call_ptr c, std::shared_ptr<void> row) {
      return how.drafted(std::move(c), typed(row));
    };
  if (how.changing)
    out.changing = [=](call_ptr c, std::shared_ptr<void> before, std::shared_ptr<void> what) {
      return how.changing(std::move(c), typed(before),
                          std::static_pointer_cast<change_of<T>>(what));
    };
  if (how.removing)
    out.removing = [=](call_ptr c, std::shared_ptr<void> row) {
      return how.removing(std::move(c), typed(row));
    };
  if (how.also)
    out.also = [=](const call& c, act what, const void* row) {
      return how.also(c, what, *static_cast<const T*>(row));
    };
  if (how.done)
    out.done = [=](call_ptr c, act what, std::shared_ptr<void> row) {
      return how.done(std::move(c), what, typed(row));
    };
  if (how.shown)
    out.shown = [=](call_ptr c, std::shared_ptr<void> row) {
      return how.shown(std::move(c), typed(row));
    };
  if (how.members)
    out.members = [=](const call& c, const void* row, json_writer& to) {
      how.members(c, *static_cast<const T*>(row), to);
    };
  if (how.only)
    out.only = how.only;
  return resource{more.as ? *more.as : entity_of<T>(), path, thing, habits, std::move(out), more};
}

}  // namespace stoa
