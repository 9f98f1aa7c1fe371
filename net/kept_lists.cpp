#include "net/kept_lists.hpp"

#include "actors/root.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <utility>

namespace stoa {

namespace {

using clock_type = std::chrono::steady_clock;

constexpr auto fresh_for = std::chrono::seconds{1};
constexpr std::size_t most_kept = 1000;  // establishments; beyond, those that are old are dropped

// The nodes of one process (there are several in tests) have establishments of the same name.
const void* number_of(const house& where) {
  return where.database().address().get();
}

}  // namespace

struct kept_list::inner {
  struct entry {
    shared_body bytes;
    clock_type::time_point until;
    caf::actor_addr node;  // as long as it is held, no other node has this number
    std::uint64_t number = 0;
    int writers = 0;
  };
  using key = std::pair<const void*, std::string>;

  entry& at(const house& where, const std::string& establishment) {
    if (all.size() > most_kept)
      std::erase_if(all, [present = clock_type::now()](const auto& each) {
        return each.second.writers == 0 && each.second.until < present;
      });
    auto& out = all[key{number_of(where), establishment}];
    if (!out.node)
      out.node = where.database().address(), out.number = ++numbers;
    return out;
  }

  std::size_t longest = 0;
  std::mutex guard;
  std::map<key, entry> all;
  std::uint64_t numbers = 0;  // given out once, so that a dropped entry's are not met again
};

kept_list::kept_list(std::size_t longest) : inner_(std::make_shared<inner>()) {
  inner_->longest = longest;
}

kept_list::~kept_list() = default;

kept_list::found kept_list::look_up(const house& where, const std::string& establishment) {
  const std::lock_guard hold{inner_->guard};
  auto& entry = inner_->at(where, establishment);
  const auto present = clock_type::now();
  if (entry.bytes && present < entry.until)
    return {entry.bytes, entry.number};
  entry.until = present + fresh_for;  // this one reads; who comes meanwhile gets what there is
  return {nullptr, entry.number};
}

void kept_list::keep(const house& where, const std::string& establishment, std::uint64_t number,
                     const shared_body& bytes) {
  const std::lock_guard hold{inner_->guard};
  auto& entry = inner_->at(where, establishment);
  if (entry.number != number || entry.writers > 0 || bytes->text.size() > inner_->longest)
    return;
  entry.bytes = bytes;
  entry.until = clock_type::now() + fresh_for;
}

list_change::list_change(kept_list& of, const house& where, const std::string& establishment)
    : inner_(of.inner_), node_(number_of(where)), establishment_(establishment) {
  const std::lock_guard hold{inner_->guard};
  inner_->at(where, establishment_);
  count(1);
}

list_change::~list_change() {
  const std::lock_guard hold{inner_->guard};
  count(-1);
}

void list_change::count(int writers) {
  auto& entry = inner_->all.at({node_, establishment_});
  entry.writers += writers;
  entry.number = ++inner_->numbers;
  entry.bytes = nullptr;
}

}  // namespace stoa
