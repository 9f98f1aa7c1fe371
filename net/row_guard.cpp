#include "net/row_guard.hpp"

#include <algorithm>

namespace stoa {

namespace {

// What the function says when the row is another one.
constexpr std::string_view says_changed = "the row is not as it was";

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

row_guard::row_guard(std::string table, std::string key_column, std::string key,
                     std::span<const std::string_view> counters)
    : table_(std::move(table)), key_column_(std::move(key_column)), key_(std::move(key)) {
  counters_ = "{";
  for (const auto each : counters)
    counters_.append(counters_.size() > 1 ? "," : "").append(each);
  counters_ += "}";
}

statement row_guard::version() const {
  return prepared("select stoa_row_version($1, $2, $3, $4)", table_, key_column_, key_, counters_);
}

bool row_guard::join(transaction& what) {
  if (spent_ || expected_.empty())
    return false;
  spent_ = std::any_of(what.statements.begin(), what.statements.end(),
                       [&](const statement& each) { return writes_it(each.sql.view()); });
  what.statements.insert(what.statements.begin(),
                         prepared("select stoa_require_version($1, $2, $3, $4, $5)", table_,
                                  key_column_, key_, counters_, expected_));
  return true;
}

bool row_guard::writes_it(std::string_view sql) const {
  const auto verb = sql.substr(0, 6);
  return (same_letters(verb, "update") || same_letters(verb, "delete") ||
          same_letters(verb, "insert") || same_letters(verb.substr(0, 4), "with")) &&
         sql.find(table_) != std::string_view::npos;
}

bool row_guard::failed(const fault& why) {
  return why.cause.starts_with("23000") && why.cause.find(says_changed) != std::string::npos;
}

}  // namespace stoa
