#pragma once

#include "net/reply.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace stoa {

class house;

/// Lists that read the same for everybody of an establishment, encoded once with their ETag.
///
/// Whoever changes such a list holds a `list_change` from before the first statement until the
/// answer is on its way: it drops what is kept, and nothing that was read meanwhile is kept. So on
/// this node nobody is served a list that is older than a change that was answered. What others
/// write (another node, somebody with psql) is seen when a list is a second old: one reader then
/// reads it anew, while the rest get what there is.
class kept_list {
public:
  explicit kept_list(std::size_t longest = 1024 * 1024);
  ~kept_list();
  kept_list(const kept_list&) = delete;
  kept_list& operator=(const kept_list&) = delete;

  /// What may be served, or nothing and the number under which a list that is read now may be kept.
  struct found {
    shared_body bytes;
    std::uint64_t number = 0;
  };
  [[nodiscard]] found look_up(const house& where, const std::string& establishment);
  /// Keeps a list unless it changed since it was looked up, or is too long.
  void keep(const house& where, const std::string& establishment, std::uint64_t number,
            const shared_body& bytes);

private:
  friend class list_change;
  struct inner;
  std::shared_ptr<inner> inner_;
};

/// A change of a list under way; see `kept_list`.
class list_change {
public:
  list_change(kept_list& of, const house& where, const std::string& establishment);
  ~list_change();
  list_change(const list_change&) = delete;
  list_change& operator=(const list_change&) = delete;

private:
  void count(int writers);  // with the guard held

  std::shared_ptr<kept_list::inner> inner_;
  const void* node_;
  std::string establishment_;
};

}  // namespace stoa
