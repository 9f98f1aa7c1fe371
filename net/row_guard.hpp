#pragma once

#include "persistence/protocol.hpp"

#include <coroutine>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stoa {

/// A row of the database as it was when a request's condition was judged. The first transactions of
/// that request begin by looking whether it still is, under the row's lock, and fail if not: nobody
/// can come between the look and the write. What one has written itself is not looked at again.
class row_guard {
public:
  /// `counters` are columns that reading changes: they make no new version.
  row_guard(std::string table, std::string key_column, std::string key,
            std::span<const std::string_view> counters);

  /// The statement that answers the row's version, nothing when it is not there.
  [[nodiscard]] statement version() const;
  void expect(std::string version) { expected_ = std::move(version); }

  /// Puts the look in front; false when nothing is to be looked at. Its result comes first.
  [[nodiscard]] bool join(transaction& what);

  /// Whether a fault of the database is that of a look that failed.
  [[nodiscard]] static bool failed(const fault& why);

private:
  [[nodiscard]] bool writes_it(std::string_view sql) const;

  std::string table_;
  std::string key_column_;
  std::string key_;
  std::string counters_;  // an array of PostgreSQL
  std::string expected_;
  bool spent_ = false;
};

/// A question to the database whose first result is the look of a `row_guard`: the asker does not
/// see it.
template <class Question>
class guarded_question {
public:
  guarded_question(Question inner, bool guarded) : inner_(std::move(inner)), guarded_(guarded) {}

  using inner_awaiter = decltype(std::declval<Question>().operator co_await());
  class awaiter {
  public:
    awaiter(inner_awaiter inner, bool guarded) : inner_(std::move(inner)), guarded_(guarded) {}
    bool await_ready() const noexcept { return inner_.await_ready(); }
    template <class Promise>
    auto await_suspend(std::coroutine_handle<Promise> waiting) {
      return inner_.await_suspend(waiting);
    }
    results await_resume() {
      auto out = inner_.await_resume();
      without_look(out);
      return out;
    }
    outcome<results> take() {
      auto out = inner_.take();
      if (out)
        without_look(*out);
      return out;
    }

  private:
    void without_look(results& from) const {
      if (guarded_)
        from.each.erase(from.each.begin());
    }
    inner_awaiter inner_;
    bool guarded_;
  };
  awaiter operator co_await() && {
    return awaiter{std::move(inner_).operator co_await(), guarded_};
  }

private:
  Question inner_;
  bool guarded_;
};

}  // namespace stoa
